#ifndef ZC_NATIVE_THREAD_AFFINITY_H_
#define ZC_NATIVE_THREAD_AFFINITY_H_

#include <sched.h>

#include "system_call.h"

namespace zc {

// Binds the calling thread to one processor. @throws SyscallError (EINVAL: there is none of that number for us)
inline void PinThread(int cpu) {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (cpu < 0 || cpu >= CPU_SETSIZE) throw SyscallError("sched_setaffinity", EINVAL);
  CPU_SET(static_cast<size_t>(cpu), &set);
  SystemCall("sched_setaffinity", [&] { return ::sched_setaffinity(0, sizeof set, &set); });
}

}  // namespace zc

#endif  // ZC_NATIVE_THREAD_AFFINITY_H_
