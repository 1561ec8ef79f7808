#ifndef ZC_NATIVE_SENDER_HANDLE_H_
#define ZC_NATIVE_SENDER_HANDLE_H_

#include <napi.h>

#include <optional>

#include "loop_waiter.h"
#include "mapping.h"
#include "packet_socket.h"

namespace zc {

// Sends raw frames on one interface, from anywhere or from slots that JavaScript builds them in:
// new SenderHandle(interfaceIndex, bypass, slots, slotBytes). Without slots it has no memory of its own.
class SenderHandle : public Napi::ObjectWrap<SenderHandle>, private Detachable {
 public:
  static void Define(Napi::Env env, Napi::Object exports);
  explicit SenderHandle(const Napi::CallbackInfo& info);
  ~SenderHandle() override { CloseNow(); }

 private:
  Napi::Value Send(const Napi::CallbackInfo& info);
  Napi::Value SendSlots(const Napi::CallbackInfo& info);
  void Wait(const Napi::CallbackInfo& info);
  void CancelWait(const Napi::CallbackInfo&) { waiter_.Cancel(); }
  void Close(const Napi::CallbackInfo& info);
  void CloseNow() noexcept override;
  int Fd(Napi::Env env) const;

  std::optional<PacketSocket> socket_;  // empty once closed
  MappingRef slots_;                    // empty without slots, and once closed
  uint32_t slot_count_ = 0;
  size_t slot_bytes_ = 0;
  LoopWaiter waiter_;
};

}  // namespace zc

#endif  // ZC_NATIVE_SENDER_HANDLE_H_
