#include "sender_handle.h"

#include <errno.h>
#include <sys/socket.h>

#include <vector>

#include "napi_errors.h"

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
    const int done = ::sendmmsg(fd, messages, static_cast<unsigned>(count), MSG_DONTWAIT);
    if (done < 0) {
      if (errno == EAGAIN || errno == ENOBUFS) return sent;
      if (errno == EINTR) continue;
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
                                              InstanceMethod<&SenderHandle::Close>("close"),
                                          }));
}

SenderHandle::SenderHandle(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SenderHandle>(info) {
  Guarded(info.Env(), [&] {
    socket_ = PacketSocket::Open();
    socket_->StartSending(info[0].As<Napi::Number>().Int32Value(), info[1].As<Napi::Boolean>());
  });
}

// Array of Uint8Array, and how often to send it over. Returns how many frames went out.
Napi::Value SenderHandle::Send(const Napi::CallbackInfo& info) {
  Napi::Array frames = info[0].As<Napi::Array>();
  const uint32_t repeat = info[1].As<Napi::Number>().Uint32Value();
  if (!socket_) throw ToNapiError(info.Env(), SyscallError("sendmmsg", EBADF));
  std::vector<iovec> once;
  for (uint32_t i = 0; i < frames.Length(); ++i) {
    Napi::Uint8Array frame = frames.Get(i).As<Napi::Uint8Array>();
    once.push_back({frame.Data(), frame.ByteLength()});
  }
  size_t sent = 0;
  Guarded(info.Env(), [&] {
    for (uint32_t round = 0; round < repeat; ++round) {
      const size_t count = SendBatch(socket_->fd(), once);
      sent += count;
      if (count < once.size()) return;
    }
  });
  return Napi::Number::New(info.Env(), static_cast<double>(sent));
}

}  // namespace zc
