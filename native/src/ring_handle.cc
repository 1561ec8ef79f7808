#include "ring_handle.h"

#include <errno.h>
#include <string.h>

#include <vector>

#include "block_status.h"
#include "external_buffer.h"
#include "filter_words.h"
#include "napi_errors.h"

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
                                            InstanceMethod<&RingHandle::ReadStatistics>("readStatistics"),
                                            InstanceMethod<&RingHandle::AttachFilter>("attachFilter"),
                                            InstanceMethod<&RingHandle::TakeError>("takeError"),
                                            InstanceMethod<&RingHandle::BoundInterface>("boundInterface"),
                                            InstanceMethod<&RingHandle::IsLinkUp>("isLinkUp"),
                                            InstanceMethod<&RingHandle::Close>("close"),
                                        }));
}

// Two arguments: blockBytes, blocks (memory). Five: see OpenSocket.
RingHandle::RingHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RingHandle>(info) {
  Napi::Env env = info.Env();
  try {
    Guarded(env, [&] {
      if (info.Length() == 2) {
        OpenMemory(info);
      } else {
        OpenSocket(info);
      }
      attachment_ = LoopAttachment::Create(env, socket_ ? socket_->fd() : -1, this);
    });
    context_.emplace(env, "ZcGenRing");
    Value().Set("buffer", ExternalBuffer(env, mapping_));
  } catch (...) {
    CloseNow();
    throw;
  }
}

// interfaceIndex, tpacket_req3 as bytes, filter words, promiscuous, ignoreOutgoing. TypeScript has checked the values.
void RingHandle::OpenSocket(const Napi::CallbackInfo& info) {
  Napi::Uint8Array ring = info[1].As<Napi::Uint8Array>();
  RingRequest request;
  if (ring.ByteLength() != sizeof request.ring) throw SyscallError("setsockopt(PACKET_RX_RING)", EINVAL);
  ::memcpy(&request.ring, ring.Data(), sizeof request.ring);
  request.interface_index = info[0].As<Napi::Number>().Int32Value();
  request.filter = FilterFromWords(info[2].As<Napi::Uint32Array>());
  request.promiscuous = info[3].As<Napi::Boolean>();
  request.ignore_outgoing = info[4].As<Napi::Boolean>();
  block_bytes_ = request.ring.tp_block_size;
  blocks_ = request.ring.tp_block_nr;
  socket_ = PacketSocket::Open();
  mapping_ = socket_->StartRing(request);
}

void RingHandle::OpenMemory(const Napi::CallbackInfo& info) {
  block_bytes_ = info[0].As<Napi::Number>().Uint32Value();
  blocks_ = info[1].As<Napi::Number>().Uint32Value();
  mapping_ = Mapping::OfMemfd(block_bytes_ * blocks_);
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
  if (attachment_ == nullptr || index >= blocks_) return nullptr;
  return mapping_->data() + index * block_bytes_;
}

// Calls the function once, on the next wake-up; the loop stays alive until then.
void RingHandle::Wait(const Napi::CallbackInfo& info) {
  if (attachment_ == nullptr) return;
  on_wake_ = Napi::Persistent(info[0].As<Napi::Function>());
  Guarded(info.Env(), [&] { attachment_->waker().Wait(this); });
}

void RingHandle::CancelWait(const Napi::CallbackInfo&) {
  on_wake_.Reset();
  if (attachment_ != nullptr) attachment_->waker().Cancel();
}

void RingHandle::Poke(const Napi::CallbackInfo&) {
  if (attachment_ != nullptr) attachment_->waker().Poke();
}

Napi::Value RingHandle::Wakeups(const Napi::CallbackInfo& info) {
  const uint64_t count = attachment_ == nullptr ? final_wakeups_ : attachment_->waker().wakeups();
  return Napi::Number::New(info.Env(), static_cast<double>(count));
}

Napi::Value RingHandle::ReadStatistics(const Napi::CallbackInfo& info) {
  Napi::Uint8Array target = info[0].As<Napi::Uint8Array>();
  const size_t bytes = Guarded(info.Env(), [&] { return Socket(info.Env()).ReadStatistics(target.Data(), target.ByteLength()); });
  return Napi::Number::New(info.Env(), static_cast<double>(bytes));
}

void RingHandle::AttachFilter(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] { Socket(info.Env()).AttachFilter(FilterFromWords(info[0].As<Napi::Uint32Array>())); });
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

void RingHandle::OnWake() {
  Napi::Env env = Env();
  Napi::HandleScope scope(env);
  Napi::Function callback = on_wake_.Value();
  on_wake_.Reset();
  try {
    callback.MakeCallback(env.Global(), {}, *context_);
  } catch (const Napi::Error& error) {
    napi_fatal_exception(env, error.Value());
  }
}

void RingHandle::Close(const Napi::CallbackInfo& info) {
  CloseNow();
  Napi::HandleScope scope(info.Env());
  on_wake_.Reset();
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
  if (attachment_ != nullptr) {
    final_wakeups_ = attachment_->waker().wakeups();
    attachment_->Close();
    attachment_ = nullptr;
  }
  if (mapping_) {
    mapping_->Blank();
    mapping_ = MappingRef();
  }
  socket_.reset();
}

}  // namespace zc
