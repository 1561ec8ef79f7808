#include "datagram_handle.h"

#include <errno.h>

#include <algorithm>
#include <string.h>

#include "external_buffer.h"
#include "filter_words.h"
#include "napi_errors.h"
#include "receive_request.h"
#include "spin.h"

namespace zc {
namespace {

uint32_t NumberOf(Napi::Object object, const char* name) { return object.Get(name).As<Napi::Number>().Uint32Value(); }

std::vector<uint8_t> BytesOf(Napi::Value value) {
  Napi::Uint8Array bytes = value.As<Napi::Uint8Array>();
  return std::vector<uint8_t>(bytes.Data(), bytes.Data() + bytes.ByteLength());
}

SlotShape ReadShape(Napi::Object object) {
  SlotShape shape;
  shape.blocks = NumberOf(object, "blocks");
  shape.block_bytes = NumberOf(object, "blockBytes");
  shape.batch = NumberOf(object, "batch");
  shape.slot_bytes = NumberOf(object, "slotBytes");
  shape.headroom = NumberOf(object, "headroom");
  shape.tailroom = NumberOf(object, "tailroom");
  shape.max_segments = NumberOf(object, "maxSegments");
  return shape;
}

}  // namespace

void DatagramHandle::Define(Napi::Env env, Napi::Object exports) {
  using Self = DatagramHandle;
  exports.Set("DatagramHandle", DefineClass(env, "DatagramHandle",
                                            {
                                                InstanceMethod<&Self::Acquire>("acquire"),
                                                InstanceMethod<&Self::Release>("release"),
                                                InstanceMethod<&Self::Publish>("publish"),
                                                InstanceMethod<&Self::Wait>("wait"),
                                                InstanceMethod<&Self::CancelWait>("cancelWait"),
                                                InstanceMethod<&Self::Poke>("poke"),
                                                InstanceMethod<&Self::Wakeups>("wakeups"),
                                                InstanceMethod<&Self::Spin>("spin"),
                                                InstanceMethod<&Self::ReadStatistics>("readStatistics"),
                                                InstanceMethod<&Self::AttachFilter>("attachFilter"),
                                                InstanceMethod<&Self::TakeError>("takeError"),
                                                InstanceMethod<&Self::BoundInterface>("boundInterface"),
                                                InstanceMethod<&Self::IsLinkUp>("isLinkUp"),
                                                InstanceMethod<&Self::FanoutArgument>("fanoutArgument"),
                                                InstanceMethod<&Self::Port>("port"),
                                                InstanceMethod<&Self::IsLocked>("isLocked"),
                                                InstanceMethod<&Self::Close>("close"),
                                            }));
}

DatagramHandle::DatagramHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<DatagramHandle>(info) {
  const SlotShape shape = ReadShape(info[0].As<Napi::Object>());
  Napi::Object request = info[1].As<Napi::Object>();
  try {
    Guarded(info.Env(), [&] {
      blocks_ = shape.blocks;
      slots_.emplace(shape);
      if (request.Has("address")) {
        OpenUdpSocket(request);
      } else {
        OpenPacketSocket(request);
      }
      waiter_.Open(info.Env(), "ZcGenDatagrams", {{fd(), EPOLLIN}}, this);
    });
    Value().Set("buffer", ExternalBuffer(info.Env(), slots_->mapping()));
  } catch (...) {
    CloseNow();
    throw;
  }
}

void DatagramHandle::OpenPacketSocket(Napi::Object object) {
  ReceiveRequest request;
  ReadReceiveRequest(object, &request);
  packet_ = request.adopted_fd >= 0 ? PacketSocket::Adopt(request.adopted_fd) : PacketSocket::Open(request.cooked);
  packet_->StartReceiving(request, static_cast<int>(NumberOf(object, "receiveBuffer")));
}

void DatagramHandle::OpenUdpSocket(Napi::Object object) {
  UdpRequest request;
  request.address = BytesOf(object.Get("address"));
  Napi::Array groups = object.Get("groups").As<Napi::Array>();
  for (uint32_t i = 0; i < groups.Length(); ++i) request.groups.push_back(BytesOf(groups.Get(i)));
  request.interface_index = static_cast<int>(NumberOf(object, "interfaceIndex"));
  request.reuse_address = object.Get("reuseAddress").As<Napi::Boolean>();
  request.only_v6 = object.Get("onlyV6").As<Napi::Boolean>();
  request.segments = object.Get("segments").As<Napi::Boolean>();
  request.receive_buffer = static_cast<int>(NumberOf(object, "receiveBuffer"));
  request.filter = FilterFromWords(object.Get("filter").As<Napi::Uint32Array>());
  udp_.emplace(UdpSocket::Open(request));
}

// Status of a block: ours already, or filled now; 0 when nothing has come, and after close.
uint32_t DatagramHandle::AcquireAt(const Napi::CallbackInfo& info) {
  const uint32_t index = info[0].As<Napi::Number>().Uint32Value();
  return slots_ && index < blocks_ ? slots_->Acquire(fd(), index) : 0;
}

Napi::Value DatagramHandle::Acquire(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), AcquireAt(info));
}

void DatagramHandle::Release(const Napi::CallbackInfo& info) {
  const uint32_t index = info[0].As<Napi::Number>().Uint32Value();
  if (slots_ && index < blocks_) slots_->Release(index);
}

void DatagramHandle::Wait(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] { waiter_.Wait(info[0].As<Napi::Function>()); });
}

Napi::Value DatagramHandle::Wakeups(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(waiter_.wakeups()));
}

Napi::Value DatagramHandle::Spin(const Napi::CallbackInfo& info) {
  const uint32_t microseconds = info[1].As<Napi::Number>().Uint32Value();
  return Napi::Number::New(info.Env(), SpinUntil(microseconds, [&] { return AcquireAt(info); }));
}

// Fills a struct tpacket_stats_v3 with what came since the last call. A UDP socket tells its drops alone.
Napi::Value DatagramHandle::ReadStatistics(const Napi::CallbackInfo& info) {
  Napi::Uint8Array target = info[0].As<Napi::Uint8Array>();
  tpacket_stats_v3 stats = {};
  Guarded(info.Env(), [&] {
    if (udp_) {
      const uint32_t drops = udp_->Drops();
      stats.tp_drops = drops - known_drops_;
      known_drops_ = drops;
    } else {
      Packet(info.Env()).ReadStatistics(&stats, sizeof stats);
    }
  });
  const size_t bytes = std::min(sizeof stats, target.ByteLength());
  ::memcpy(target.Data(), &stats, bytes);
  return Napi::Number::New(info.Env(), static_cast<double>(bytes));
}

void DatagramHandle::AttachFilter(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] {
    const std::vector<sock_filter> filter = FilterFromWords(info[0].As<Napi::Uint32Array>());
    if (udp_) {
      udp_->AttachFilter(filter);
    } else {
      Packet(info.Env()).AttachFilter(filter);
    }
  });
}

Napi::Value DatagramHandle::TakeError(const Napi::CallbackInfo& info) {
  const int error = Guarded(info.Env(), [&] {
    const int taken = slots_ ? slots_->TakeError() : 0;
    if (taken != 0) return taken;
    return udp_ ? udp_->TakeError() : Packet(info.Env()).TakeError();
  });
  return Napi::Number::New(info.Env(), error);
}

Napi::Value DatagramHandle::BoundInterface(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Guarded(info.Env(), [&] { return Packet(info.Env()).BoundInterface(); }));
}

Napi::Value DatagramHandle::IsLinkUp(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), Guarded(info.Env(), [&] { return Packet(info.Env()).IsLinkUp(); }));
}

Napi::Value DatagramHandle::FanoutArgument(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Guarded(info.Env(), [&] { return Packet(info.Env()).FanoutArgument(); }));
}

Napi::Value DatagramHandle::Port(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), Guarded(info.Env(), [&] { return udp_ ? udp_->Port() : 0; }));
}

Napi::Value DatagramHandle::IsLocked(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), slots_ && slots_->mapping()->is_locked());
}

PacketSocket& DatagramHandle::Packet(Napi::Env env) {
  if (!packet_) throw Napi::Error::New(env, "the source is closed, or has no packet socket");
  return *packet_;
}

void DatagramHandle::Close(const Napi::CallbackInfo& info) {
  CloseNow();
  Napi::HandleScope scope(info.Env());
  waiter_.Forget();
}

// The slots' memory gives way to zero pages, as a ring's does: see RingHandle::CloseNow.
void DatagramHandle::CloseNow() noexcept {
  waiter_.Close();
  if (slots_) slots_->Close();
  slots_.reset();
  packet_.reset();
  udp_.reset();
}

}  // namespace zc
