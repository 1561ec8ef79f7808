#ifndef ZC_NATIVE_MAPPING_H_
#define ZC_NATIVE_MAPPING_H_

#include <cstddef>
#include <cstdint>
#include <utility>

#include "unique_fd.h"

namespace zc {

class MappingRef;

// One memory mapping. Shared by the ring and by the ArrayBuffer made of it, both on one thread: it goes when both are
// done. Held through MappingRef alone.
class Mapping {
 public:
  // Maps the whole receive ring of a packet socket. Children of fork() do not inherit it (an inherited mapping keeps
  // the socket alive and filling), core dumps leave it out, and it is not MAP_LOCKED: the pages are kernel memory that
  // never swaps, while RLIMIT_MEMLOCK would be checked all the same.
  static MappingRef OfRing(int socket_fd, size_t bytes);

  // Maps `bytes` of memory of our own, all zero, and locks it where the limit allows (RLIMIT_MEMLOCK).
  static MappingRef OfMemory(size_t bytes);

  // Maps a new memfd of `bytes` zero bytes, whose descriptor becomes `fd`.
  static MappingRef OfMemfd(size_t bytes, UniqueFd* fd);

  // Reserves `bytes` of address space, a multiple of the page size, all zeros; `Show` then puts a file there.
  static MappingRef OfNothing(size_t bytes);

  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;
  uint8_t* data() const noexcept { return data_; }
  size_t bytes() const noexcept { return bytes_; }

  // Whether the system promised not to swap it out.
  bool is_locked() const noexcept { return is_locked_; }

  // Puts private zero pages where the mapping was, at the same address: the file behind it is let go, and a late read
  // or write finds zeros instead of nothing. Costs no memory until written to. Returns false where the system refuses.
  bool Blank() noexcept;

  // Puts `bytes` of a file from `offset` on, a multiple of the page size, at the front, and zeros behind them. What is
  // written there stays in this process. Throws SyscallError; zeros are there then.
  void Show(int fd, uint64_t offset, size_t bytes);

 private:
  friend class MappingRef;
  Mapping(int fd, size_t bytes, int protection, int flags);
  ~Mapping();

  uint8_t* data_;
  size_t bytes_;
  bool is_locked_ = false;
  int shares_ = 0;
};

// A share of a mapping. No std::shared_ptr: with GCC 11 and later it needs glibc 2.32, and a prebuilt addon should
// load on 2.28.
class MappingRef {
 public:
  MappingRef() noexcept = default;
  explicit MappingRef(Mapping* mapping) noexcept : mapping_(mapping) { ++mapping_->shares_; }
  MappingRef(const MappingRef& other) noexcept : mapping_(other.mapping_) {
    if (mapping_ != nullptr) ++mapping_->shares_;
  }
  MappingRef(MappingRef&& other) noexcept : mapping_(std::exchange(other.mapping_, nullptr)) {}
  MappingRef& operator=(MappingRef other) noexcept {
    std::swap(mapping_, other.mapping_);
    return *this;
  }
  ~MappingRef() {
    if (mapping_ != nullptr && --mapping_->shares_ == 0) delete mapping_;
  }

  Mapping* operator->() const noexcept { return mapping_; }
  explicit operator bool() const noexcept { return mapping_ != nullptr; }

 private:
  Mapping* mapping_ = nullptr;
};

}  // namespace zc

#endif  // ZC_NATIVE_MAPPING_H_
