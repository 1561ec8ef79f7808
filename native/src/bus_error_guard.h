#ifndef ZC_NATIVE_BUS_ERROR_GUARD_H_
#define ZC_NATIVE_BUS_ERROR_GUARD_H_

#include <cstddef>
#include <cstdint>

namespace zc {

// Keeps the process alive when somebody cuts off a file that is mapped: a read behind the new end would end it with
// SIGBUS. While a guard lives, such a read inside its range finds zeros instead. Signals from elsewhere go to whoever
// handled them before. Move and copy are deleted: the handler knows guards by their slot.
class BusErrorGuard {
 public:
  // Guards `[data, data + bytes)`. Check `active()`: there are slots for 256 guards in a process.
  BusErrorGuard(const uint8_t* data, size_t bytes) noexcept;
  ~BusErrorGuard();
  BusErrorGuard(const BusErrorGuard&) = delete;
  BusErrorGuard& operator=(const BusErrorGuard&) = delete;

  bool active() const noexcept { return slot_ >= 0; }

 private:
  int slot_ = -1;
};

}  // namespace zc

#endif  // ZC_NATIVE_BUS_ERROR_GUARD_H_
