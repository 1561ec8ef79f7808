#ifndef ZC_NATIVE_LOOP_ATTACHMENT_H_
#define ZC_NATIVE_LOOP_ATTACHMENT_H_

#include <node_api.h>

#include <initializer_list>

#include "waker.h"

namespace zc {

// What an environment's end asks its ring to do.
class Detachable {
 public:
  virtual void CloseNow() noexcept = 0;

 protected:
  ~Detachable() = default;
};

// Ties a waker to an environment: a worker (or process) that ends with an open uv handle would abort, so an async
// cleanup hook closes it first. Lives until the handle is closed, which may be after its ring is gone.
class LoopAttachment {
 public:
  // `owner` must call Close() before it goes. @throws SyscallError
  static LoopAttachment* Create(napi_env env, std::initializer_list<WakeInterest> interests, Detachable* owner);

  Waker& waker() noexcept { return *waker_; }

  // Closes the handle on the loop's next turn and then deletes this.
  void Close() noexcept;

 private:
  explicit LoopAttachment(Detachable* owner) : owner_(owner) {}
  static void OnEnvironmentEnd(napi_async_cleanup_hook_handle hook, void* argument);

  Detachable* owner_;  // null once closed
  Waker* waker_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
};

}  // namespace zc

#endif  // ZC_NATIVE_LOOP_ATTACHMENT_H_
