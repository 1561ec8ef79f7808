#ifndef ZC_NATIVE_DATAGRAM_HANDLE_H_
#define ZC_NATIVE_DATAGRAM_HANDLE_H_

#include <napi.h>

#include <optional>

#include "datagram_slots.h"
#include "loop_waiter.h"
#include "packet_socket.h"
#include "udp_socket.h"

namespace zc {

// A source that receives messages into slots, as JavaScript sees it: the calls of RingHandle, so that one TypeScript
// class reads both. new DatagramHandle(shape, request): with `address` in the request it is a UDP socket, else a packet
// socket.
class DatagramHandle : public Napi::ObjectWrap<DatagramHandle>, private Detachable {
 public:
  static void Define(Napi::Env env, Napi::Object exports);

  explicit DatagramHandle(const Napi::CallbackInfo& info);
  ~DatagramHandle() override { CloseNow(); }

 private:
  void OpenPacketSocket(Napi::Object request);
  void OpenUdpSocket(Napi::Object request);
  int fd() const noexcept { return udp_ ? udp_->fd() : packet_->fd(); }
  uint32_t AcquireAt(const Napi::CallbackInfo& info);

  Napi::Value Acquire(const Napi::CallbackInfo& info);
  void Release(const Napi::CallbackInfo& info);
  void Publish(const Napi::CallbackInfo&) {}
  void Wait(const Napi::CallbackInfo& info);
  void CancelWait(const Napi::CallbackInfo&) { waiter_.Cancel(); }
  void Poke(const Napi::CallbackInfo&) { waiter_.Poke(); }
  Napi::Value Wakeups(const Napi::CallbackInfo& info);
  Napi::Value Spin(const Napi::CallbackInfo& info);
  Napi::Value ReadStatistics(const Napi::CallbackInfo& info);
  void AttachFilter(const Napi::CallbackInfo& info);
  Napi::Value TakeError(const Napi::CallbackInfo& info);
  Napi::Value BoundInterface(const Napi::CallbackInfo& info);
  Napi::Value IsLinkUp(const Napi::CallbackInfo& info);
  Napi::Value FanoutArgument(const Napi::CallbackInfo& info);
  Napi::Value Port(const Napi::CallbackInfo& info);
  Napi::Value IsLocked(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);

  PacketSocket& Packet(Napi::Env env);
  void CloseNow() noexcept override;

  uint32_t blocks_ = 0;
  std::optional<PacketSocket> packet_;  // one of the two; both empty once closed
  std::optional<UdpSocket> udp_;
  std::optional<DatagramSlots> slots_;  // empty once closed
  LoopWaiter waiter_;
  uint32_t known_drops_ = 0;  // of a UDP socket, as last read
};

}  // namespace zc

#endif  // ZC_NATIVE_DATAGRAM_HANDLE_H_
