#include "bus_error_guard.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>

namespace zc {
namespace {

constexpr int kSlots = 256;

// A slot is free when `end` is 0, and taken when it is 1; the range counts once `end` is larger.
struct Slot {
  std::atomic<uintptr_t> start{0};
  std::atomic<uintptr_t> end{0};
};

Slot slots[kSlots];
struct sigaction previous;
uintptr_t page_mask;

bool IsGuarded(uintptr_t address) {
  for (Slot& slot : slots) {
    const uintptr_t end = slot.end.load(std::memory_order_acquire);
    if (end > 1 && address < end && address >= slot.start.load(std::memory_order_relaxed)) return true;
  }
  return false;
}

// Only what is allowed in a signal handler: atomics that are free of locks, and system calls.
bool PutZerosAt(uintptr_t address) {
  void* page = reinterpret_cast<void*>(address & page_mask);
  const size_t bytes = ~page_mask + 1;
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
  return ::mmap(page, bytes, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED;
}

void OnBusError(int signal, siginfo_t* info, void* context) {
  const int saved = errno;
  const uintptr_t address = reinterpret_cast<uintptr_t>(info->si_addr);
  const bool handled = info->si_code == BUS_ADRERR && IsGuarded(address) && PutZerosAt(address);
  errno = saved;
  if (handled) return;
  if ((previous.sa_flags & SA_SIGINFO) != 0) {
    previous.sa_sigaction(signal, info, context);
  } else if (previous.sa_handler != SIG_DFL && previous.sa_handler != SIG_IGN) {
    previous.sa_handler(signal);
  } else {
    ::sigaction(SIGBUS, &previous, nullptr);  // the same instruction runs again, and ends the process as it would have
  }
}

bool Install() noexcept {
  page_mask = ~(static_cast<uintptr_t>(::sysconf(_SC_PAGESIZE)) - 1);
  struct sigaction action = {};
  action.sa_sigaction = OnBusError;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
  ::sigemptyset(&action.sa_mask);
  return ::sigaction(SIGBUS, &action, &previous) == 0;
}

}  // namespace

BusErrorGuard::BusErrorGuard(const uint8_t* data, size_t bytes) noexcept {
  // Not pthread_once: since glibc 2.34 its symbol is one that older systems do not have.
  static const bool installed = Install();
  if (!installed) return;
  const uintptr_t start = reinterpret_cast<uintptr_t>(data);
  for (int i = 0; i < kSlots; ++i) {
    uintptr_t free = 0;
    if (!slots[i].end.compare_exchange_strong(free, 1)) continue;
    slots[i].start.store(start, std::memory_order_relaxed);
    slots[i].end.store(start + bytes, std::memory_order_release);
    slot_ = i;
    return;
  }
}

BusErrorGuard::~BusErrorGuard() {
  if (slot_ >= 0) slots[slot_].end.store(0, std::memory_order_release);
}

}  // namespace zc
