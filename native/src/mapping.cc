#include "mapping.h"

#include <errno.h>
#include <sys/mman.h>
#include <unistd.h>

#include "system_call.h"

namespace zc {

MappingRef Mapping::OfRing(int socket_fd, size_t bytes) {
  return MappingRef(new Mapping(socket_fd, bytes, PROT_READ | PROT_WRITE, MAP_SHARED));
}

MappingRef Mapping::OfMemory(size_t bytes) {
  MappingRef mapping(new Mapping(-1, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS));
  mapping->is_locked_ = ::mlock(mapping->data(), bytes) == 0;
  return mapping;
}

MappingRef Mapping::OfMemfd(size_t bytes, UniqueFd* fd) {
  fd->reset(SystemCall("memfd_create", [] { return ::memfd_create("zc-gen-ring", MFD_CLOEXEC); }));
  SystemCall("ftruncate", [&] { return ::ftruncate(fd->get(), static_cast<off_t>(bytes)); });
  return MappingRef(new Mapping(fd->get(), bytes, PROT_READ | PROT_WRITE, MAP_SHARED));
}

MappingRef Mapping::OfNothing(size_t bytes) {
  return MappingRef(new Mapping(-1, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE));
}

Mapping::Mapping(int fd, size_t bytes, int protection, int flags) : bytes_(bytes) {
  data_ = static_cast<uint8_t*>(SystemCall("mmap", [&] { return ::mmap(nullptr, bytes, protection, flags, fd, 0); }));
  // Best effort: without them a fork or a core dump costs more, but nothing here goes wrong.
  ::madvise(data_, bytes_, MADV_DONTFORK);
  ::madvise(data_, bytes_, MADV_DONTDUMP);
}

Mapping::~Mapping() { ::munmap(data_, bytes_); }

void Mapping::Show(int fd, uint64_t offset, size_t bytes) {
  if (!Blank()) throw SyscallError("mmap", errno);
  if (bytes == 0) return;
  // Private and writable: a setter must neither change the file nor end the process.
  const int flags = MAP_PRIVATE | MAP_FIXED | MAP_NORESERVE;
  const auto start = static_cast<off_t>(offset);
  SystemCall("mmap(file)", [&] { return ::mmap(data_, bytes, PROT_READ | PROT_WRITE, flags, fd, start); });
  ::madvise(data_, bytes, MADV_DONTFORK);
  ::madvise(data_, bytes, MADV_SEQUENTIAL);
}

bool Mapping::Blank() noexcept {
  const int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
  return ::mmap(data_, bytes_, PROT_READ | PROT_WRITE, flags, -1, 0) != MAP_FAILED;
}

}  // namespace zc
