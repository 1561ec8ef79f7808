#ifndef ZC_NATIVE_RING_HANDLE_H_
#define ZC_NATIVE_RING_HANDLE_H_

#include <napi.h>

#include <optional>

#include "loop_waiter.h"
#include "mapping.h"
#include "packet_socket.h"
#include "shared_ring.h"
#include "unique_fd.h"

namespace zc {

// A ring of blocks as JavaScript sees it: bytes in an ArrayBuffer, and the two calls that move a block between the
// kernel and us. With a packet socket behind it, or with plain memory (then JavaScript plays the kernel).
//
// new RingHandle(request) opens a socket, see receive_request.h; new RingHandle(blockBytes, blocks) takes memory.
class RingHandle : public Napi::ObjectWrap<RingHandle>, private Detachable {
 public:
  static void Define(Napi::Env env, Napi::Object exports);

  explicit RingHandle(const Napi::CallbackInfo& info);
  ~RingHandle() override { CloseNow(); }

 private:
  void OpenSocket(const Napi::CallbackInfo& info);
  void OpenMemory(const Napi::CallbackInfo& info);

  Napi::Value Acquire(const Napi::CallbackInfo& info);
  void Release(const Napi::CallbackInfo& info);
  void Publish(const Napi::CallbackInfo& info);
  void Wait(const Napi::CallbackInfo& info);
  void CancelWait(const Napi::CallbackInfo& info);
  void Poke(const Napi::CallbackInfo& info);
  Napi::Value Wakeups(const Napi::CallbackInfo& info);
  Napi::Value Spin(const Napi::CallbackInfo& info);
  Napi::Value ReadStatistics(const Napi::CallbackInfo& info);
  void AttachFilter(const Napi::CallbackInfo& info);
  Napi::Value Share(const Napi::CallbackInfo& info);
  Napi::Value SharedCounts(const Napi::CallbackInfo& info);
  void EndSharing(const Napi::CallbackInfo& info);
  Napi::Value FanoutArgument(const Napi::CallbackInfo& info);
  Napi::Value HasHardwareStamps(const Napi::CallbackInfo& info);
  Napi::Value TakeError(const Napi::CallbackInfo& info);
  Napi::Value BoundInterface(const Napi::CallbackInfo& info);
  Napi::Value IsLinkUp(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);

  void CloseNow() noexcept override;
  uint8_t* BlockAt(const Napi::CallbackInfo& info) const;
  PacketSocket& Socket(Napi::Env env);

  MappingRef mapping_;
  std::optional<PacketSocket> socket_;  // empty for memory, and once closed
  UniqueFd memfd_;                      // of memory
  SharedRingRef shared_;                // where other threads read, not we
  LoopWaiter waiter_;
  size_t block_bytes_ = 0;
  size_t blocks_ = 0;
};

}  // namespace zc

#endif  // ZC_NATIVE_RING_HANDLE_H_
