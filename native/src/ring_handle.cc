#include "ring_handle.h"

#include <fcntl.h>

#include "block_status.h"
#include "external_buffer.h"
#include "filter_words.h"
#include "napi_errors.h"
#include "receive_request.h"
#include "spin.h"
#include "system_call.h"

namespace zc {

void RingHandle::Define(Napi::Env env, Napi::Object exports) {
  exports.Set("RingHandle", DefineClass(env, "RingHandle",
                                        {
                                            InstanceMethod<&RingHandle::Acquire>("acquire"),
                                            InstanceMethod<&RingHandle::Release>("release"),
                                            InstanceMethod<&RingHandle::Publish>("publish"),
                                            InstanceMethod<&RingHandle::Wait>("wait"),
                                            InstanceMethod<&RingHandle::CancelWait>("cancelWait"),
                                            InstanceMethod<&RingHandle::Poke>("poke"),
                                            InstanceMethod<&RingHandle::Wakeups>("wakeups"),
                                            InstanceMethod<&RingHandle::Spin>("spin"),
                                            InstanceMethod<&RingHandle::ReadStatistics>("readStatistics"),
                                            InstanceMethod<&RingHandle::AttachFilter>("attachFilter"),
                                            InstanceMethod<&RingHandle::Share>("share"),
                                            InstanceMethod<&RingHandle::SharedCounts>("sharedCounts"),
                                            InstanceMethod<&RingHandle::EndSharing>("endSharing"),
                                            InstanceMethod<&RingHandle::FanoutArgument>("fanoutArgument"),
                                            InstanceMethod<&RingHandle::HasHardwareStamps>("hasHardwareStamps"),
                                            InstanceMethod<&RingHandle::TakeError>("takeError"),
                                            InstanceMethod<&RingHandle::BoundInterface>("boundInterface"),
                                            InstanceMethod<&RingHandle::IsLinkUp>("isLinkUp"),
                                            InstanceMethod<&RingHandle::Close>("close"),
                                        }));
}

// Two arguments: blockBytes, blocks (memory). One: a ring request.
RingHandle::RingHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RingHandle>(info) {
  Napi::Env env = info.Env();
  try {
    Guarded(env, [&] {
      if (info.Length() == 2) {
        OpenMemory(info);
        waiter_.Open(env, "ZcGenRing", {}, this);
      } else {
        OpenSocket(info);
        waiter_.Open(env, "ZcGenRing", {{socket_->fd(), EPOLLIN}}, this);
      }
    });
    Value().Set("buffer", ExternalBuffer(env, mapping_));
  } catch (...) {
    CloseNow();
    throw;
  }
}

void RingHandle::OpenSocket(const Napi::CallbackInfo& info) {
  const RingRequest request = ReadRingRequest(info[0].As<Napi::Object>());
  block_bytes_ = request.ring.tp_block_size;
  blocks_ = request.ring.tp_block_nr;
  socket_ = request.adopted_fd >= 0 ? PacketSocket::Adopt(request.adopted_fd) : PacketSocket::Open(request.cooked);
  mapping_ = socket_->StartRing(request);
}

void RingHandle::OpenMemory(const Napi::CallbackInfo& info) {
  block_bytes_ = info[0].As<Napi::Number>().Uint32Value();
  blocks_ = info[1].As<Napi::Number>().Uint32Value();
  mapping_ = Mapping::OfMemfd(block_bytes_ * blocks_, &memfd_);
}

// Status of a block, 0 while the kernel owns it or after close.
Napi::Value RingHandle::Acquire(const Napi::CallbackInfo& info) {
  uint8_t* block = BlockAt(info);
  return Napi::Number::New(info.Env(), block == nullptr ? 0 : AcquireBlock(block));
}

void RingHandle::Release(const Napi::CallbackInfo& info) {
  uint8_t* block = BlockAt(info);
  if (block != nullptr) ReleaseBlock(block);
}

void RingHandle::Publish(const Napi::CallbackInfo& info) {
  uint8_t* block = BlockAt(info);
  if (block != nullptr) PublishBlock(block, info[1].As<Napi::Number>().Uint32Value());
}

// Null after close. An index outside is a bug of ours, kept from reading outside.
uint8_t* RingHandle::BlockAt(const Napi::CallbackInfo& info) const {
  const uint32_t index = info[0].As<Napi::Number>().Uint32Value();
  if (!waiter_.is_open() || index >= blocks_) return nullptr;
  return mapping_->data() + index * block_bytes_;
}

void RingHandle::Wait(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] { waiter_.Wait(info[0].As<Napi::Function>()); });
}

void RingHandle::CancelWait(const Napi::CallbackInfo&) { waiter_.Cancel(); }

void RingHandle::Poke(const Napi::CallbackInfo&) {
  waiter_.Poke();
  if (shared_) shared_->Poke();
}

Napi::Value RingHandle::Wakeups(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(waiter_.wakeups()));
}

// index, microseconds: the block's status as soon as it is ours, or 0 when the time has passed. Blocks the thread.
Napi::Value RingHandle::Spin(const Napi::CallbackInfo& info) {
  uint8_t* block = BlockAt(info);
  const uint32_t microseconds = info[1].As<Napi::Number>().Uint32Value();
  const uint32_t status = block == nullptr ? 0 : SpinUntil(microseconds, [&] { return AcquireBlock(block); });
  return Napi::Number::New(info.Env(), status);
}

Napi::Value RingHandle::ReadStatistics(const Napi::CallbackInfo& info) {
  Napi::Uint8Array target = info[0].As<Napi::Uint8Array>();
  const size_t bytes = Guarded(info.Env(), [&] { return Socket(info.Env()).ReadStatistics(target.Data(), target.ByteLength()); });
  return Napi::Number::New(info.Env(), static_cast<double>(bytes));
}

void RingHandle::AttachFilter(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] { Socket(info.Env()).AttachFilter(FilterFromWords(info[0].As<Napi::Uint32Array>())); });
}

// Lets other threads read the ring from now on; the number to find it by.
Napi::Value RingHandle::Share(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] {
    const int own = socket_ ? socket_->fd() : memfd_.get();
    UniqueFd fd(SystemCall("fcntl(F_DUPFD_CLOEXEC)", [&] { return ::fcntl(own, F_DUPFD_CLOEXEC, 0); }));
    shared_ = SharedRing::Create(std::move(fd), socket_.has_value(), block_bytes_, static_cast<uint32_t>(blocks_));
  });
  return Napi::Number::New(info.Env(), shared_->id());
}

// What all members did so far, and each that is there now.
Napi::Value RingHandle::SharedCounts(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Napi::Object counts = Napi::Object::New(env);
  Napi::Array members = Napi::Array::New(env);
  counts.Set("delivered", static_cast<double>(shared_ ? shared_->delivered() : 0));
  counts.Set("claimed", static_cast<double>(shared_ ? shared_->claimed() : 0));
  counts.Set("members", members);
  if (!shared_) return counts;
  for (const SharedRing::MemberState& state : shared_->Members()) {
    Napi::Object member = Napi::Object::New(env);
    member.Set("member", state.member);
    member.Set("leases", state.leases);
    member.Set("oldestLeaseMs", state.oldest_lease_ms);
    member.Set("idleMs", state.idle_ms);
    member.Set("claims", static_cast<double>(state.claims));
    members.Set(members.Length(), member);
  }
  return counts;
}

void RingHandle::EndSharing(const Napi::CallbackInfo&) {
  if (shared_) shared_->End();
}

Napi::Value RingHandle::FanoutArgument(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Guarded(info.Env(), [&] { return Socket(info.Env()).FanoutArgument(); }));
}

Napi::Value RingHandle::HasHardwareStamps(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Socket(info.Env()).has_hardware_stamps());
}

Napi::Value RingHandle::TakeError(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Guarded(info.Env(), [&] { return Socket(info.Env()).TakeError(); }));
}

Napi::Value RingHandle::BoundInterface(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Guarded(info.Env(), [&] { return Socket(info.Env()).BoundInterface(); }));
}

Napi::Value RingHandle::IsLinkUp(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Guarded(info.Env(), [&] { return Socket(info.Env()).IsLinkUp(); }));
}

PacketSocket& RingHandle::Socket(Napi::Env env) {
  if (!socket_) throw Napi::Error::New(env, "the ring is closed, or has no socket");
  return *socket_;
}

void RingHandle::Close(const Napi::CallbackInfo& info) {
  CloseNow();
  Napi::HandleScope scope(info.Env());
  waiter_.Forget();
}

// Ends capture and frees the ring; from close(), from the garbage collector, or at the environment's end.
//
// The mapping holds the socket, so it goes first: private zero pages take its place at the same address, and the
// ArrayBuffer stays valid. Parked accessors throw; raw offsets that somebody saved read zeros, for as long as a view is
// kept. The alternative, detaching the ArrayBuffer, would make those throw as well, but the first detach in a process
// invalidates V8's array buffer detaching protector, and with it every optimised function that reads a DataView:
// measured on Node 20.20 (bench/ring-close.mjs), the next 14 000 packets of another ring took 2 000 ns each instead of
// 100; with zero pages they took no longer than before.
// Where the system refuses zero pages, the mapping stays until its ArrayBuffer is collected; the filter that drops all
// is attached before an orderly close and keeps it silent.
void RingHandle::CloseNow() noexcept {
  waiter_.Close();
  if (shared_) {
    shared_->End();
    shared_ = SharedRingRef();
  }
  if (mapping_) {
    mapping_->Blank();
    mapping_ = MappingRef();
  }
  socket_.reset();
  memfd_.reset();
}

}  // namespace zc
