#ifndef ZC_NATIVE_GRACE_PERIOD_H_
#define ZC_NATIVE_GRACE_PERIOD_H_

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace zc {

// Waits until every packet that the kernel was handling is done with: MEMBARRIER_CMD_GLOBAL returns after an RCU grace
// period, and packets are handled inside one. Takes some milliseconds. Returns false where the kernel has none to offer.
inline bool WaitForGracePeriod() noexcept { return ::syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0) == 0; }

}  // namespace zc

#endif  // ZC_NATIVE_GRACE_PERIOD_H_
