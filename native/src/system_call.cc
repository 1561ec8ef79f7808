#include "system_call.h"

#include <string.h>

#include <atomic>

namespace zc {
namespace {

char fault_name[64];
int fault_error = 0;
std::atomic<int> fault_skip{0};
std::atomic<int> fault_count{0};

}  // namespace

void InjectFault(const char* name, int error, int skip, int count) {
  fault_count.store(0);
  ::strncpy(fault_name, name, sizeof fault_name - 1);
  fault_error = error;
  fault_skip.store(skip);
  fault_count.store(count);
}

int InjectedFault(const char* name) noexcept {
  if (fault_count.load(std::memory_order_acquire) <= 0 || ::strcmp(name, fault_name) != 0) return 0;
  if (fault_skip.fetch_sub(1) > 0) return 0;
  return fault_count.fetch_sub(1) > 0 ? fault_error : 0;
}

}  // namespace zc
