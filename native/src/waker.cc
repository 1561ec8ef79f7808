#include "waker.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <utility>

#include "syscall_error.h"

namespace zc {

Waker* Waker::Create(uv_loop_t* loop, int socket_fd) {
  UniqueFd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (epoll.get() < 0) throw SyscallError("epoll_create1", errno);
  UniqueFd event(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  if (event.get() < 0) throw SyscallError("eventfd", errno);
  Waker* waker = new Waker(std::move(epoll), std::move(event), socket_fd);
  try {
    waker->Watch(waker->event_.get());
    if (socket_fd >= 0) waker->Watch(socket_fd);
    const int error = uv_poll_init(loop, &waker->poll_, waker->epoll_.get());
    if (error != 0) throw SyscallError("uv_poll_init", -error);
  } catch (...) {
    delete waker;
    throw;
  }
  waker->poll_.data = waker;
  uv_unref(reinterpret_cast<uv_handle_t*>(&waker->poll_));
  return waker;
}

Waker::Waker(UniqueFd epoll, UniqueFd event, int socket_fd)
    : epoll_(std::move(epoll)), event_(std::move(event)), socket_fd_(socket_fd) {}

void Waker::Watch(int fd) {
  epoll_event interest = {};
  interest.events = EPOLLIN | EPOLLERR | EPOLLET;
  interest.data.fd = fd;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, fd, &interest) != 0) throw SyscallError("epoll_ctl", errno);
}

void Waker::Wait(WakeListener* listener) {
  listener_ = listener;
  uv_ref(reinterpret_cast<uv_handle_t*>(&poll_));
  if (polling_) return;
  const int error = uv_poll_start(&poll_, UV_READABLE, &Waker::OnPoll);
  if (error != 0) throw SyscallError("uv_poll_start", -error);
  polling_ = true;
}

void Waker::Cancel() {
  listener_ = nullptr;
  uv_unref(reinterpret_cast<uv_handle_t*>(&poll_));
}

void Waker::Poke() noexcept { ::eventfd_write(event_.get(), 1); }

void Waker::OnPoll(uv_poll_t* handle, int, int) { static_cast<Waker*>(handle->data)->OnReadable(); }

void Waker::OnReadable() {
  ++wakeups_;
  Drain();
  if (listener_ != nullptr) {
    WakeListener* listener = listener_;
    Cancel();
    listener->OnWake();
    return;
  }
  // Nobody waits: a consumer is busy with a block. Not polling until it comes back keeps a held block at one wake-up,
  // however many blocks fill up meanwhile.
  uv_poll_stop(&poll_);
  polling_ = false;
}

// Takes the edges off the inner epoll, so that libuv does not see them a second time.
void Waker::Drain() {
  epoll_event events[2];
  ::epoll_wait(epoll_.get(), events, 2, 0);
  eventfd_t count;
  ::eventfd_read(event_.get(), &count);
}

void Waker::Close(void (*done)(void*), void* argument) {
  done_ = done;
  done_argument_ = argument;
  listener_ = nullptr;
  if (socket_fd_ >= 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, socket_fd_, nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
    Waker* waker = static_cast<Waker*>(handle->data);
    waker->done_(waker->done_argument_);
    delete waker;
  });
}

}  // namespace zc
