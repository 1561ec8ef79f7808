#ifndef ZC_NATIVE_NAPI_ERRORS_H_
#define ZC_NATIVE_NAPI_ERRORS_H_

#include <errno.h>
#include <napi.h>
#include <string.h>

#include <new>
#include <string>

#include "syscall_error.h"

namespace zc {

// A system error as Node makes them: negative `errno`, and `syscall`. The TypeScript side adds code and hint.
inline Napi::Error ToNapiError(Napi::Env env, const SyscallError& error) {
  const std::string message = std::string(error.syscall()) + ": " + ::strerror(error.error());
  Napi::Error result = Napi::Error::New(env, message);
  result.Set("errno", Napi::Number::New(env, -error.error()));
  result.Set("syscall", Napi::String::New(env, error.syscall()));
  return result;
}

// Runs the ring's core, which knows nothing of JavaScript, and turns its errors into ours.
template <typename Work>
auto Guarded(Napi::Env env, Work work) -> decltype(work()) {
  try {
    return work();
  } catch (const SyscallError& error) {
    throw ToNapiError(env, error);
  } catch (const std::bad_alloc&) {
    throw ToNapiError(env, SyscallError("malloc", ENOMEM));
  }
}

}  // namespace zc

#endif  // ZC_NATIVE_NAPI_ERRORS_H_
