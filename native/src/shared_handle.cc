#include "shared_handle.h"

#include <errno.h>

#include "block_status.h"
#include "external_buffer.h"
#include "napi_errors.h"

namespace zc {

void SharedHandle::Define(Napi::Env env, Napi::Object exports) {
  using Self = SharedHandle;
  exports.Set("SharedHandle", DefineClass(env, "SharedHandle",
                                          {
                                              InstanceMethod<&Self::Claim>("claim"),
                                              InstanceMethod<&Self::IsReady>("isReady"),
                                              InstanceMethod<&Self::Acquire>("acquire"),
                                              InstanceMethod<&Self::Release>("release"),
                                              InstanceMethod<&Self::Publish>("publish"),
                                              InstanceMethod<&Self::Wait>("wait"),
                                              InstanceMethod<&Self::CancelWait>("cancelWait"),
                                              InstanceMethod<&Self::Poke>("poke"),
                                              InstanceMethod<&Self::Wakeups>("wakeups"),
                                              InstanceMethod<&Self::HasEnded>("hasEnded"),
                                              InstanceMethod<&Self::Shape>("shape"),
                                              InstanceMethod<&Self::Close>("close"),
                                          }));
}

SharedHandle::SharedHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SharedHandle>(info) {
  try {
    Guarded(info.Env(), [&] {
      SharedRingRef ring = SharedRing::Find(info[0].As<Napi::Number>().Uint32Value());
      if (!ring) throw SyscallError("attach to the shared ring", ENXIO);
      mapping_ = Mapping::OfRing(ring->fd(), ring->block_bytes() * ring->blocks());
      member_ = ring->Join();
      ring_ = std::move(ring);
      if (ring_->is_socket()) {
        waiter_.Open(info.Env(), "ZcGenSharedRing", {{ring_->fd(), EPOLLIN}, {ring_->event_fd(), EPOLLIN}}, this);
      } else {
        waiter_.Open(info.Env(), "ZcGenSharedRing", {{ring_->event_fd(), EPOLLIN}}, this);
      }
    });
    Value().Set("buffer", ExternalBuffer(info.Env(), mapping_));
  } catch (...) {
    CloseNow();
    throw;
  }
}

// A ticket, or -1 when no block is ready, and after close.
Napi::Value SharedHandle::Claim(const Napi::CallbackInfo& info) {
  const int64_t ticket = ring_ ? ring_->Claim(mapping_->data(), member_) : -1;
  return Napi::Number::New(info.Env(), static_cast<double>(ticket));
}

Napi::Value SharedHandle::IsReady(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), ring_ && ring_->IsReady(mapping_->data()));
}

// Status of a block that was claimed.
Napi::Value SharedHandle::Acquire(const Napi::CallbackInfo& info) {
  const uint32_t index = info[0].As<Napi::Number>().Uint32Value();
  if (!ring_ || index >= ring_->blocks()) return Napi::Number::New(info.Env(), 0);
  return Napi::Number::New(info.Env(), AcquireBlock(mapping_->data() + index * ring_->block_bytes()));
}

void SharedHandle::Release(const Napi::CallbackInfo& info) {
  if (ring_) ring_->Release(mapping_->data(), member_, info[0].As<Napi::Number>().Uint32Value());
}

void SharedHandle::Wait(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] { waiter_.Wait(info[0].As<Napi::Function>()); });
}

Napi::Value SharedHandle::Wakeups(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(waiter_.wakeups()));
}

Napi::Value SharedHandle::HasEnded(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), !ring_ || ring_->has_ended());
}

Napi::Value SharedHandle::Shape(const Napi::CallbackInfo& info) {
  Napi::Object shape = Napi::Object::New(info.Env());
  shape.Set("blockBytes", static_cast<double>(ring_ ? ring_->block_bytes() : 0));
  shape.Set("blocks", static_cast<double>(ring_ ? ring_->blocks() : 0));
  return shape;
}

void SharedHandle::Close(const Napi::CallbackInfo& info) {
  CloseNow();
  Napi::HandleScope scope(info.Env());
  waiter_.Forget();
}

void SharedHandle::CloseNow() noexcept {
  waiter_.Close();
  if (ring_) {
    ring_->Leave(mapping_->data(), member_);
    ring_ = SharedRingRef();
  }
  if (mapping_) {
    mapping_->Blank();
    mapping_ = MappingRef();
  }
}

}  // namespace zc
