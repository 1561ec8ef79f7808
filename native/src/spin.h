#ifndef ZC_NATIVE_SPIN_H_
#define ZC_NATIVE_SPIN_H_

#include <chrono>
#include <cstdint>

namespace zc {

// Eases the other thread of this core while we spin.
inline void RelaxCpu() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ __volatile__("yield");
#endif
}

// Asks `ready` over and over until it gives something but 0, or the time has passed. Gives its last answer.
template <typename Ready>
uint32_t SpinUntil(uint32_t microseconds, Ready ready) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(microseconds);
  for (;;) {
    // The clock is looked at less often than the block: reading it costs some 20 ns.
    for (int i = 0; i < 64; ++i) {
      const uint32_t result = ready();
      if (result != 0) return result;
      RelaxCpu();
    }
    if (std::chrono::steady_clock::now() >= deadline) return 0;
  }
}

}  // namespace zc

#endif  // ZC_NATIVE_SPIN_H_
