#include "receive_request.h"

#include <errno.h>
#include <string.h>

#include "filter_words.h"
#include "syscall_error.h"

namespace zc {
namespace {

int IntegerOf(Napi::Object object, const char* name) { return object.Get(name).As<Napi::Number>().Int32Value(); }

bool FlagOf(Napi::Object object, const char* name) { return object.Get(name).As<Napi::Boolean>().Value(); }

std::vector<sock_filter> FilterOf(Napi::Object object, const char* name) {
  return FilterFromWords(object.Get(name).As<Napi::Uint32Array>());
}

}  // namespace

void ReadReceiveRequest(Napi::Object object, ReceiveRequest* request) {
  request->adopted_fd = IntegerOf(object, "adoptedFd");
  request->interface_index = IntegerOf(object, "interfaceIndex");
  request->cooked = FlagOf(object, "cooked");
  request->cpu = IntegerOf(object, "cpu");
  request->filter = FilterOf(object, "filter");
  request->promiscuous = FlagOf(object, "promiscuous");
  request->ignore_outgoing = FlagOf(object, "ignoreOutgoing");
  request->timestamps = static_cast<Timestamps>(IntegerOf(object, "timestamps"));
  request->fanout = FlagOf(object, "fanout");
  request->fanout_argument = object.Get("fanoutArgument").As<Napi::Number>().Uint32Value();
  request->fanout_program = FilterOf(object, "fanoutProgram");
}

RingRequest ReadRingRequest(Napi::Object object) {
  RingRequest request;
  ReadReceiveRequest(object, &request);
  Napi::Uint8Array ring = object.Get("ring").As<Napi::Uint8Array>();
  if (ring.ByteLength() != sizeof request.ring) throw SyscallError("setsockopt(PACKET_RX_RING)", EINVAL);
  ::memcpy(&request.ring, ring.Data(), sizeof request.ring);
  request.vnet_header = FlagOf(object, "vnetHeader");
  return request;
}

}  // namespace zc
