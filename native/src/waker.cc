#include "waker.h"

#include <errno.h>
#include <sys/eventfd.h>

#include <utility>

#include "system_call.h"

namespace zc {

Waker* Waker::Create(uv_loop_t* loop, std::initializer_list<WakeInterest> interests) {
  UniqueFd epoll(SystemCall("epoll_create1", [] { return ::epoll_create1(EPOLL_CLOEXEC); }));
  UniqueFd event(SystemCall("eventfd", [] { return ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK); }));
  Waker* waker = new Waker(std::move(epoll), std::move(event));
  try {
    waker->Watch({waker->event_.get(), EPOLLIN});
    for (const WakeInterest& interest : interests) waker->Watch(interest);
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

Waker::Waker(UniqueFd epoll, UniqueFd event) : epoll_(std::move(epoll)), event_(std::move(event)) {}

void Waker::Watch(const WakeInterest& interest) {
  epoll_event event = {};
  event.events = interest.events | EPOLLERR | EPOLLET;
  event.data.fd = interest.fd;
  SystemCall("epoll_ctl", [&] { return ::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, interest.fd, &event); });
  watched_.push_back(interest.fd);
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
  epoll_event events[4];
  ::epoll_wait(epoll_.get(), events, 4, 0);
  eventfd_t count;
  ::eventfd_read(event_.get(), &count);
}

void Waker::Close(void (*done)(void*), void* argument) {
  done_ = done;
  done_argument_ = argument;
  listener_ = nullptr;
  for (const int fd : watched_) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  uv_close(reinterpret_cast<uv_handle_t*>(&poll_), [](uv_handle_t* handle) {
    Waker* waker = static_cast<Waker*>(handle->data);
    waker->done_(waker->done_argument_);
    delete waker;
  });
}

}  // namespace zc
