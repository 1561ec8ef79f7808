#include "sender_handle.h"

#include <errno.h>
#include <sys/socket.h>

#include <vector>

#include "external_buffer.h"
#include "napi_errors.h"
#include "system_call.h"

namespace zc {
namespace {

constexpr size_t kBatch = 256;  // messages a sendmmsg; the kernel takes 1024 at most

// Sends all of `frames`, or as many as the socket's buffer takes. @throws SyscallError when the first one fails.
size_t SendBatch(int fd, std::vector<iovec>& frames) {
  size_t sent = 0;
  while (sent < frames.size()) {
    mmsghdr messages[kBatch] = {};
    const size_t count = frames.size() - sent < kBatch ? frames.size() - sent : kBatch;
    for (size_t i = 0; i < count; ++i) {
      messages[i].msg_hdr.msg_iov = &frames[sent + i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int done = TrySystemCall(
        "sendmmsg", [&] { return ::sendmmsg(fd, messages, static_cast<unsigned>(count), MSG_DONTWAIT); });
    if (done < 0) {
      if (errno == EAGAIN || errno == ENOBUFS) return sent;
      if (sent > 0) return sent;  // the next call reports it
      throw SyscallError("sendmmsg", errno);
    }
    sent += static_cast<size_t>(done);
  }
  return sent;
}

}  // namespace

void SenderHandle::Define(Napi::Env env, Napi::Object exports) {
  exports.Set("SenderHandle", DefineClass(env, "SenderHandle",
                                          {
                                              InstanceMethod<&SenderHandle::Send>("send"),
                                              InstanceMethod<&SenderHandle::SendSlots>("sendSlots"),
                                              InstanceMethod<&SenderHandle::Wait>("wait"),
                                              InstanceMethod<&SenderHandle::CancelWait>("cancelWait"),
                                              InstanceMethod<&SenderHandle::Close>("close"),
                                          }));
}

SenderHandle::SenderHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SenderHandle>(info) {
  slot_count_ = info[2].As<Napi::Number>().Uint32Value();
  slot_bytes_ = info[3].As<Napi::Number>().Uint32Value();
  try {
    Guarded(info.Env(), [&] {
      socket_ = PacketSocket::Open();
      socket_->StartSending(info[0].As<Napi::Number>().Int32Value(), info[1].As<Napi::Boolean>());
      if (slot_count_ > 0) slots_ = Mapping::OfMemory(slot_count_ * slot_bytes_);
      waiter_.Open(info.Env(), "ZcGenSender", {{socket_->fd(), EPOLLOUT}}, this);
    });
    if (slots_) Value().Set("buffer", ExternalBuffer(info.Env(), slots_));
  } catch (...) {
    CloseNow();
    throw;
  }
}

int SenderHandle::Fd(Napi::Env env) const {
  if (!socket_) throw ToNapiError(env, SyscallError("sendmmsg", EBADF));
  return socket_->fd();
}

// Array of Uint8Array, and how often to send it over. Returns how many frames went out.
Napi::Value SenderHandle::Send(const Napi::CallbackInfo& info) {
  Napi::Array frames = info[0].As<Napi::Array>();
  const uint32_t repeat = info[1].As<Napi::Number>().Uint32Value();
  const int fd = Fd(info.Env());
  std::vector<iovec> once;
  for (uint32_t i = 0; i < frames.Length(); ++i) {
    Napi::Uint8Array frame = frames.Get(i).As<Napi::Uint8Array>();
    once.push_back({frame.Data(), frame.ByteLength()});
  }
  size_t sent = 0;
  Guarded(info.Env(), [&] {
    for (uint32_t round = 0; round < repeat; ++round) {
      const size_t count = SendBatch(fd, once);
      sent += count;
      if (count < once.size()) return;
    }
  });
  return Napi::Number::New(info.Env(), static_cast<double>(sent));
}

// The first slot, how many from there on, going round, and the lengths of all slots (Uint32Array). Returns how many the
// socket took.
Napi::Value SenderHandle::SendSlots(const Napi::CallbackInfo& info) {
  const int fd = Fd(info.Env());
  const uint32_t first = info[0].As<Napi::Number>().Uint32Value();
  const uint32_t count = info[1].As<Napi::Number>().Uint32Value();
  Napi::Uint32Array lengths = info[2].As<Napi::Uint32Array>();
  std::vector<iovec> frames;
  for (uint32_t i = 0; i < count && slots_; ++i) {
    const uint32_t slot = (first + i) % slot_count_;
    if (slot >= lengths.ElementLength() || lengths[slot] > slot_bytes_) break;  // a bug of ours
    frames.push_back({slots_->data() + slot * slot_bytes_, lengths[slot]});
  }
  const size_t sent = Guarded(info.Env(), [&] { return SendBatch(fd, frames); });
  return Napi::Number::New(info.Env(), static_cast<double>(sent));
}

// Calls back once when the socket has room again.
void SenderHandle::Wait(const Napi::CallbackInfo& info) {
  Guarded(info.Env(), [&] { waiter_.Wait(info[0].As<Napi::Function>()); });
}

void SenderHandle::Close(const Napi::CallbackInfo& info) {
  CloseNow();
  Napi::HandleScope scope(info.Env());
  waiter_.Forget();
}

void SenderHandle::CloseNow() noexcept {
  waiter_.Close();
  socket_.reset();
  if (!slots_) return;
  slots_->Blank();
  slots_ = MappingRef();
}

}  // namespace zc
