#ifndef ZC_NATIVE_SENDER_HANDLE_H_
#define ZC_NATIVE_SENDER_HANDLE_H_

#include <napi.h>

#include <optional>

#include "packet_socket.h"

namespace zc {

// Sends raw frames on one interface: new SenderHandle(interfaceIndex, bypass).
class SenderHandle : public Napi::ObjectWrap<SenderHandle> {
 public:
  static void Define(Napi::Env env, Napi::Object exports);
  explicit SenderHandle(const Napi::CallbackInfo& info);

 private:
  Napi::Value Send(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo&) { socket_.reset(); }

  std::optional<PacketSocket> socket_;  // empty once closed
};

}  // namespace zc

#endif  // ZC_NATIVE_SENDER_HANDLE_H_
