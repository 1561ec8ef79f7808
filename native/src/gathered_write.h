#ifndef ZC_NATIVE_GATHERED_WRITE_H_
#define ZC_NATIVE_GATHERED_WRITE_H_

#include <cstddef>
#include <cstdint>

namespace zc {

// Bytes that are only read.
struct ByteRange {
  const uint8_t* data;
  size_t bytes;
};

// Where the first memory is left for a piece of the second one.
struct Cut {
  uint32_t frame_end;    // in the first memory: what lies between the cut before and this one comes first
  uint32_t data_offset;  // in the second memory
  uint32_t data_bytes;
};

// Writes `frames` to a file or pipe, and at each cut, in order, a piece of `data`: all that frames packets lies in one
// memory, the packets stay where they are. Waits where a pipe is full.
// @throws SyscallError (writev, poll); EFAULT for a cut that lies outside, before anything was written
void WriteGathered(int fd, ByteRange frames, ByteRange data, const Cut* cuts, size_t count);

}  // namespace zc

#endif  // ZC_NATIVE_GATHERED_WRITE_H_
