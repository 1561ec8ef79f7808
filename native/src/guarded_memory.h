#ifndef ZC_NATIVE_GUARDED_MEMORY_H_
#define ZC_NATIVE_GUARDED_MEMORY_H_

#include <napi.h>

namespace zc {

// Tests' seam. bytes, guardBytes (multiples of the page size): an ArrayBuffer of memory with guards before and behind it,
// all within the buffer. A read in a guard passes every check of JavaScript and ends the process with SIGSEGV.
Napi::Value GuardedMemoryOf(const Napi::CallbackInfo& info);

}  // namespace zc

#endif  // ZC_NATIVE_GUARDED_MEMORY_H_
