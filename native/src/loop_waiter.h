#ifndef ZC_NATIVE_LOOP_WAITER_H_
#define ZC_NATIVE_LOOP_WAITER_H_

#include <napi.h>

#include <optional>

#include "loop_attachment.h"

namespace zc {

// The part of a source that waits: JavaScript's callback for the next wake-up, on the loop of its environment.
class LoopWaiter : private WakeListener {
 public:
  // Watches `interests`. `owner` closes itself when the environment ends. @throws SyscallError
  void Open(Napi::Env env, const char* name, std::initializer_list<WakeInterest> interests, Detachable* owner);

  bool is_open() const noexcept { return attachment_ != nullptr; }

  // Calls back once, on the next wake-up; the loop stays alive until then. Nothing once closed. @throws SyscallError
  void Wait(Napi::Function on_wake);
  void Cancel();

  // Wakes who waits.
  void Poke() noexcept;

  // How often the loop called us; the last count once closed.
  uint64_t wakeups() const noexcept;

  // Lets the loop go. Safe to call again.
  void Close() noexcept;

  // Forgets the callback: apart from Close, which runs where no JavaScript may.
  void Forget() { on_wake_.Reset(); }

 private:
  void OnWake() override;

  LoopAttachment* attachment_ = nullptr;  // null once closed
  uint64_t final_wakeups_ = 0;
  Napi::FunctionReference on_wake_;  // set while JavaScript waits: a source nobody waits for can be collected
  std::optional<Napi::AsyncContext> context_;
};

}  // namespace zc

#endif  // ZC_NATIVE_LOOP_WAITER_H_
