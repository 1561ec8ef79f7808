#ifndef ZC_NATIVE_WAKER_H_
#define ZC_NATIVE_WAKER_H_

#include <sys/epoll.h>
#include <uv.h>

#include <cstdint>
#include <initializer_list>
#include <vector>

#include "unique_fd.h"

namespace zc {

// What a waker tells its owner, on the loop's thread.
class WakeListener {
 public:
  virtual void OnWake() = 0;

 protected:
  ~WakeListener() = default;
};

// A descriptor that wakes, which stays the caller's, and for what: EPOLLIN, EPOLLOUT.
struct WakeInterest {
  int fd;
  uint32_t events;
};

// Wakes an event loop once for each new block.
//
// A packet socket stays readable as long as the newest closed block is leased, and libuv polls level-triggered: polled
// directly, one held block gave 41 988 callbacks in 100 ms (Node 20). So the socket sits in an epoll of its own, edge-
// triggered, and libuv polls that one's descriptor: one callback for each new block. An eventfd beside the socket lets
// anyone ask for a wake-up. The edge may come before anybody waits for it: look at the ring once more after Wait().
class Waker {
 public:
  // Without `interests` only Poke() wakes. @throws SyscallError
  static Waker* Create(uv_loop_t* loop, std::initializer_list<WakeInterest> interests);

  // Keeps the loop alive until the next OnWake() or Cancel().
  void Wait(WakeListener* listener);
  void Cancel();

  // Wakes from any thread.
  void Poke() noexcept;

  // How often the loop called us, waiting or not.
  uint64_t wakeups() const noexcept { return wakeups_; }

  // Lets the descriptors go at once, and the handle on the loop's next turn; then calls `done(argument)` and deletes this.
  void Close(void (*done)(void*), void* argument);

 private:
  Waker(UniqueFd epoll, UniqueFd event);
  ~Waker() = default;
  static void OnPoll(uv_poll_t* handle, int status, int events);
  void OnReadable();
  void Watch(const WakeInterest& interest);
  void Drain();

  UniqueFd epoll_;
  UniqueFd event_;
  std::vector<int> watched_;
  uv_poll_t poll_ = {};
  bool polling_ = false;
  WakeListener* listener_ = nullptr;  // set while somebody waits
  uint64_t wakeups_ = 0;
  void (*done_)(void*) = nullptr;
  void* done_argument_ = nullptr;
};

}  // namespace zc

#endif  // ZC_NATIVE_WAKER_H_
