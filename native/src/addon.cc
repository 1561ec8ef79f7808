// The addon's entry: opens sockets, maps rings, hands blocks over. It knows bytes, no protocols; the layouts that the
// TypeScript side reads are proved against <linux/if_packet.h> here, at compile time.
#include <napi.h>
#include <net/if.h>
#include <unistd.h>

#include "datagram_handle.h"
#include "file_window.h"
#include "gathered_write.h"
#include "grace_period.h"
#include "guarded_memory.h"
#include "napi_errors.h"
#include "network_interfaces.h"
#include "packet_socket.h"
#include "ring_handle.h"
#include "sender_handle.h"
#include "shared_handle.h"
#include "system_call.h"

#include "../../generated/layout_asserts.h"

namespace zc {
namespace {

Napi::Object InterfaceToObject(Napi::Env env, const NetworkInterface& interface) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("name", interface.name);
  object.Set("index", interface.index);
  object.Set("up", (interface.flags & IFF_UP) != 0);
  object.Set("running", (interface.flags & IFF_RUNNING) != 0);
  object.Set("loopback", (interface.flags & IFF_LOOPBACK) != 0);
  object.Set("hatype", static_cast<uint32_t>(interface.hatype));
  object.Set("mtu", interface.mtu);
  object.Set("address", Napi::Buffer<uint8_t>::Copy(env, interface.address, sizeof interface.address));
  return object;
}

Napi::Value ListInterfacesOf(const Napi::CallbackInfo& info) {
  const std::vector<NetworkInterface> interfaces = Guarded(info.Env(), [] { return ListInterfaces(); });
  Napi::Array list = Napi::Array::New(info.Env());
  for (uint32_t i = 0; i < interfaces.size(); ++i) list.Set(i, InterfaceToObject(info.Env(), interfaces[i]));
  return list;
}

void SetInterfaceUpOf(const Napi::CallbackInfo& info) {
  const std::string name = info[0].As<Napi::String>();
  const bool up = info[1].As<Napi::Boolean>();
  Guarded(info.Env(), [&] { SetInterfaceUp(name, up); });
}

Napi::Array TextList(Napi::Env env, const std::vector<std::string>& texts) {
  Napi::Array list = Napi::Array::New(env);
  for (uint32_t i = 0; i < texts.size(); ++i) list.Set(i, texts[i]);
  return list;
}

// name: { speedMbps, offloads, addresses }.
Napi::Value InterfaceDetailOf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const std::string name = info[0].As<Napi::String>();
  Napi::Object detail = Napi::Object::New(env);
  Guarded(env, [&] {
    const InterfaceOffloads offloads = ReadOffloads(name);
    detail.Set("speedMbps", offloads.speed_mbps);
    detail.Set("offloads", TextList(env, offloads.active));
    detail.Set("addresses", TextList(env, ListAddresses(name)));
  });
  return detail;
}

Napi::Value InterfaceDropsOf(const Napi::CallbackInfo& info) {
  const std::string name = info[0].As<Napi::String>();
  return Napi::Number::New(info.Env(), Guarded(info.Env(), [&] { return ReadInterfaceDrops(name); }));
}

// fd: { domain, type, interfaceIndex }.
Napi::Value DescribeSocketOf(const Napi::CallbackInfo& info) {
  const int fd = info[0].As<Napi::Number>().Int32Value();
  const SocketDescription description = Guarded(info.Env(), [&] { return DescribeSocket(fd); });
  Napi::Object object = Napi::Object::New(info.Env());
  object.Set("domain", description.domain);
  object.Set("type", description.type);
  object.Set("interfaceIndex", description.interface_index);
  return object;
}

Napi::Value WaitForGracePeriodOf(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), WaitForGracePeriod());
}

// fd, frames and data (Uint8Array), cuts (Uint32Array of Cut): see gathered_write.h.
void WriteGatheredOf(const Napi::CallbackInfo& info) {
  const int fd = info[0].As<Napi::Number>().Int32Value();
  Napi::Uint8Array frames = info[1].As<Napi::Uint8Array>();
  Napi::Uint8Array data = info[2].As<Napi::Uint8Array>();
  Napi::Uint32Array cuts = info[3].As<Napi::Uint32Array>();
  Guarded(info.Env(), [&] {
    WriteGathered(fd, {frames.Data(), frames.ByteLength()}, {data.Data(), data.ByteLength()},
                  reinterpret_cast<const Cut*>(cuts.Data()), cuts.ByteLength() / sizeof(Cut));
  });
}

// name, errno, skip, count: see system_call.h.
void InjectFaultOf(const Napi::CallbackInfo& info) {
  const std::string name = info[0].As<Napi::String>();
  InjectFault(name.c_str(), info[1].As<Napi::Number>(), info[2].As<Napi::Number>(), info[3].As<Napi::Number>());
}

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  RingHandle::Define(env, exports);
  DatagramHandle::Define(env, exports);
  SharedHandle::Define(env, exports);
  SenderHandle::Define(env, exports);
  FileWindow::Define(env, exports);
  exports.Set("listInterfaces", Napi::Function::New<ListInterfacesOf>(env));
  exports.Set("setInterfaceUp", Napi::Function::New<SetInterfaceUpOf>(env));
  exports.Set("interfaceDetail", Napi::Function::New<InterfaceDetailOf>(env));
  exports.Set("interfaceDrops", Napi::Function::New<InterfaceDropsOf>(env));
  exports.Set("describeSocket", Napi::Function::New<DescribeSocketOf>(env));
  exports.Set("waitForGracePeriod", Napi::Function::New<WaitForGracePeriodOf>(env));
  exports.Set("writeGathered", Napi::Function::New<WriteGatheredOf>(env));
  exports.Set("guardedMemory", Napi::Function::New<GuardedMemoryOf>(env));
  exports.Set("injectFault", Napi::Function::New<InjectFaultOf>(env));
  exports.Set("pageBytes", static_cast<double>(::sysconf(_SC_PAGESIZE)));
  return exports;
}

}  // namespace
}  // namespace zc

Napi::Object InitAddon(Napi::Env env, Napi::Object exports) { return zc::Init(env, exports); }

NODE_API_MODULE(NODE_GYP_MODULE_NAME, InitAddon)
