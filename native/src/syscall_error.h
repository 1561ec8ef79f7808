#ifndef ZC_NATIVE_SYSCALL_ERROR_H_
#define ZC_NATIVE_SYSCALL_ERROR_H_

#include <exception>

namespace zc {

// A system call that failed: its name, with the socket option where there is one, and its errno.
// `syscall` must be a string literal. No std::system_error: it would tie the prebuilt addon to a newer libstdc++.
class SyscallError : public std::exception {
 public:
  SyscallError(const char* syscall, int error) noexcept : syscall_(syscall), error_(error) {}
  const char* what() const noexcept override { return syscall_; }
  const char* syscall() const noexcept { return syscall_; }
  int error() const noexcept { return error_; }

 private:
  const char* syscall_;
  int error_;
};

}  // namespace zc

#endif  // ZC_NATIVE_SYSCALL_ERROR_H_
