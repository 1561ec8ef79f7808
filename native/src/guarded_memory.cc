#include "guarded_memory.h"

#include <sys/mman.h>

#include "external_buffer.h"
#include "mapping.h"
#include "napi_errors.h"
#include "system_call.h"

namespace zc {

Napi::Value GuardedMemoryOf(const Napi::CallbackInfo& info) {
  const size_t bytes = info[0].As<Napi::Number>().Uint32Value();
  const size_t guard = info[1].As<Napi::Number>().Uint32Value();
  MappingRef mapping;
  Guarded(info.Env(), [&] {
    mapping = Mapping::OfNothing(guard + bytes + guard);
    uint8_t* const behind = mapping->data() + guard + bytes;
    SystemCall("mprotect", [&] { return ::mprotect(mapping->data(), guard, PROT_NONE); });
    SystemCall("mprotect", [&] { return ::mprotect(behind, guard, PROT_NONE); });
  });
  return ExternalBuffer(info.Env(), mapping);
}

}  // namespace zc
