// The addon's entry: opens sockets, maps rings, hands blocks over. It knows bytes, no protocols; the layouts that the
// TypeScript side reads are proved against <linux/if_packet.h> here, at compile time.
#include <napi.h>
#include <net/if.h>
#include <unistd.h>

#include "file_window.h"
#include "napi_errors.h"
#include "network_interfaces.h"
#include "ring_handle.h"
#include "sender_handle.h"

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

Napi::Object Init(Napi::Env env, Napi::Object exports) {
  RingHandle::Define(env, exports);
  SenderHandle::Define(env, exports);
  FileWindow::Define(env, exports);
  exports.Set("listInterfaces", Napi::Function::New<ListInterfacesOf>(env));
  exports.Set("setInterfaceUp", Napi::Function::New<SetInterfaceUpOf>(env));
  exports.Set("pageBytes", static_cast<double>(::sysconf(_SC_PAGESIZE)));
  return exports;
}

}  // namespace
}  // namespace zc

Napi::Object InitAddon(Napi::Env env, Napi::Object exports) { return zc::Init(env, exports); }

NODE_API_MODULE(NODE_GYP_MODULE_NAME, InitAddon)
