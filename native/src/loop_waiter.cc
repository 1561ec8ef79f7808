#include "loop_waiter.h"

namespace zc {

void LoopWaiter::Open(Napi::Env env, const char* name, std::initializer_list<WakeInterest> interests, Detachable* owner) {
  attachment_ = LoopAttachment::Create(env, interests, owner);
  context_.emplace(env, name);
}

void LoopWaiter::Wait(Napi::Function on_wake) {
  if (attachment_ == nullptr) return;
  on_wake_ = Napi::Persistent(on_wake);
  attachment_->waker().Wait(this);
}

void LoopWaiter::Cancel() {
  on_wake_.Reset();
  if (attachment_ != nullptr) attachment_->waker().Cancel();
}

void LoopWaiter::Poke() noexcept {
  if (attachment_ != nullptr) attachment_->waker().Poke();
}

uint64_t LoopWaiter::wakeups() const noexcept {
  return attachment_ == nullptr ? final_wakeups_ : attachment_->waker().wakeups();
}

void LoopWaiter::Close() noexcept {
  if (attachment_ == nullptr) return;
  final_wakeups_ = attachment_->waker().wakeups();
  attachment_->Close();
  attachment_ = nullptr;
}

void LoopWaiter::OnWake() {
  Napi::Env env = on_wake_.Env();
  Napi::HandleScope scope(env);
  Napi::Function callback = on_wake_.Value();
  on_wake_.Reset();
  try {
    callback.MakeCallback(env.Global(), {}, *context_);
  } catch (const Napi::Error& error) {
    napi_fatal_exception(env, error.Value());
  }
}

}  // namespace zc
