#include "gathered_write.h"

#include <limits.h>
#include <poll.h>
#include <sys/uio.h>

#include <algorithm>
#include <vector>

#include "system_call.h"

namespace zc {
namespace {

void Append(std::vector<iovec>* pieces, const uint8_t* data, size_t bytes) {
  if (bytes > 0) pieces->push_back({const_cast<uint8_t*>(data), bytes});
}

std::vector<iovec> PiecesOf(ByteRange frames, ByteRange data, const Cut* cuts, size_t count) {
  std::vector<iovec> pieces;
  pieces.reserve(2 * count + 1);
  size_t framed = 0;
  for (size_t i = 0; i < count; ++i) {
    const Cut& cut = cuts[i];
    const bool is_inside = cut.frame_end >= framed && cut.frame_end <= frames.bytes && cut.data_offset <= data.bytes &&
                           cut.data_bytes <= data.bytes - cut.data_offset;
    if (!is_inside) throw SyscallError("writev", EFAULT);
    Append(&pieces, frames.data + framed, cut.frame_end - framed);
    Append(&pieces, data.data + cut.data_offset, cut.data_bytes);
    framed = cut.frame_end;
  }
  Append(&pieces, frames.data + framed, frames.bytes - framed);
  return pieces;
}

void WaitForRoom(int fd) {
  pollfd poll_fd = {fd, POLLOUT, 0};
  SystemCall("poll", [&] { return ::poll(&poll_fd, 1, -1); });
}

// Leaves out what was written: whole pieces, and the front of the next one.
iovec* Skip(iovec* next, size_t written) {
  for (; written > 0 && written >= next->iov_len; ++next) written -= next->iov_len;
  if (written > 0) {
    next->iov_base = static_cast<uint8_t*>(next->iov_base) + written;
    next->iov_len -= written;
  }
  return next;
}

}  // namespace

void WriteGathered(int fd, ByteRange frames, ByteRange data, const Cut* cuts, size_t count) {
  std::vector<iovec> pieces = PiecesOf(frames, data, cuts, count);
  iovec* const end = pieces.data() + pieces.size();
  for (iovec* next = pieces.data(); next != end;) {
    const auto batch = static_cast<int>(std::min<ptrdiff_t>(end - next, IOV_MAX));
    const ssize_t written = TrySystemCall("writev", [&] { return ::writev(fd, next, batch); });
    if (written >= 0) {
      next = Skip(next, static_cast<size_t>(written));
    } else if (errno == EAGAIN) {
      WaitForRoom(fd);
    } else {
      throw SyscallError("writev", errno);
    }
  }
}

}  // namespace zc
