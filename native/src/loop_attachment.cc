#include "loop_attachment.h"

#include <errno.h>

#include "syscall_error.h"

namespace zc {

LoopAttachment* LoopAttachment::Create(napi_env env, std::initializer_list<WakeInterest> interests, Detachable* owner) {
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) throw SyscallError("napi_get_uv_event_loop", EINVAL);
  LoopAttachment* attachment = new LoopAttachment(owner);
  try {
    attachment->waker_ = Waker::Create(loop, interests);
  } catch (...) {
    delete attachment;
    throw;
  }
  napi_add_async_cleanup_hook(env, &LoopAttachment::OnEnvironmentEnd, attachment, &attachment->hook_);
  return attachment;
}

// The ring may be closing already; then the handle's own callback, which is on its way, removes the hook.
void LoopAttachment::OnEnvironmentEnd(napi_async_cleanup_hook_handle, void* argument) {
  LoopAttachment* attachment = static_cast<LoopAttachment*>(argument);
  if (attachment->owner_ != nullptr) attachment->owner_->CloseNow();
}

void LoopAttachment::Close() noexcept {
  owner_ = nullptr;
  waker_->Close(
      [](void* argument) {
        LoopAttachment* attachment = static_cast<LoopAttachment*>(argument);
        napi_remove_async_cleanup_hook(attachment->hook_);
        delete attachment;
      },
      this);
}

}  // namespace zc
