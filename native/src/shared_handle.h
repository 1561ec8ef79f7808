#ifndef ZC_NATIVE_SHARED_HANDLE_H_
#define ZC_NATIVE_SHARED_HANDLE_H_

#include <napi.h>

#include "loop_waiter.h"
#include "mapping.h"
#include "shared_ring.h"

namespace zc {

// One thread's part in a shared ring, as JavaScript sees it: new SharedHandle(id). Its own mapping, its own wake-ups.
// When its environment ends, whatever ended it, its blocks go back.
class SharedHandle : public Napi::ObjectWrap<SharedHandle>, private Detachable {
 public:
  static void Define(Napi::Env env, Napi::Object exports);

  explicit SharedHandle(const Napi::CallbackInfo& info);
  ~SharedHandle() override { CloseNow(); }

 private:
  Napi::Value Claim(const Napi::CallbackInfo& info);
  Napi::Value IsReady(const Napi::CallbackInfo& info);
  Napi::Value Acquire(const Napi::CallbackInfo& info);
  void Release(const Napi::CallbackInfo& info);
  void Publish(const Napi::CallbackInfo&) {}
  void Wait(const Napi::CallbackInfo& info);
  void CancelWait(const Napi::CallbackInfo&) { waiter_.Cancel(); }
  void Poke(const Napi::CallbackInfo&) { waiter_.Poke(); }
  Napi::Value Wakeups(const Napi::CallbackInfo& info);
  Napi::Value HasEnded(const Napi::CallbackInfo& info);
  Napi::Value Shape(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);
  void CloseNow() noexcept override;

  SharedRingRef ring_;  // empty once closed
  MappingRef mapping_;
  LoopWaiter waiter_;
  uint32_t member_ = 0;
};

}  // namespace zc

#endif  // ZC_NATIVE_SHARED_HANDLE_H_
