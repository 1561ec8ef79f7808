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

// By Node-API's own calls: a worker that is being terminated refuses every one of them, and the C++ wrapper would end the
// process over that. Its environment's end closes us in a moment.
void LoopWaiter::OnWake() {
  napi_env env = on_wake_.Env();
  Napi::HandleScope scope(env);
  napi_value callback = on_wake_.Value();
  on_wake_.Reset();
  napi_value global;
  if (napi_get_global(env, &global) != napi_ok) return;
  if (napi_make_callback(env, *context_, global, callback, 0, nullptr, nullptr) != napi_pending_exception) return;
  napi_value error;
  if (napi_get_and_clear_last_exception(env, &error) == napi_ok) napi_fatal_exception(env, error);
}

}  // namespace zc
