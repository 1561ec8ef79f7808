#ifndef ZC_NATIVE_SYSTEM_CALL_H_
#define ZC_NATIVE_SYSTEM_CALL_H_

#include <errno.h>

#include "syscall_error.h"

namespace zc {

// Tests' seam: makes calls of that name fail. The first `skip` pass, then `count` fail with `error`; count 0 disarms.
// A name is what SyscallError tells, such as "setsockopt(PACKET_RX_RING)". For all threads; not to be armed by two.
void InjectFault(const char* name, int error, int skip, int count);

// The errno that a call of this name is to fail with now; 0 always but in those tests.
int InjectedFault(const char* name) noexcept;

// Makes a system call that answers -1 (or MAP_FAILED) on failure: again after EINTR; gives the answer, -1 with errno.
// `name` must be a string literal.
template <typename Call>
auto TrySystemCall(const char* name, Call call) noexcept -> decltype(call()) {
  using Result = decltype(call());
  for (;;) {
    errno = InjectedFault(name);
    const Result result = errno == 0 ? call() : (Result)-1;
    if (result != (Result)-1 || errno != EINTR) return result;
  }
}

// The same; throws SyscallError on failure.
template <typename Call>
auto SystemCall(const char* name, Call call) -> decltype(call()) {
  const auto result = TrySystemCall(name, call);
  if (result == (decltype(call()))-1) throw SyscallError(name, errno);
  return result;
}

}  // namespace zc

#endif  // ZC_NATIVE_SYSTEM_CALL_H_
