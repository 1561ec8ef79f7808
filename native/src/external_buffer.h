#ifndef ZC_NATIVE_EXTERNAL_BUFFER_H_
#define ZC_NATIVE_EXTERNAL_BUFFER_H_

#include <napi.h>

#include "mapping.h"

namespace zc {

// The one ArrayBuffer of a mapping. Its finalizer holds a share of the mapping.
inline Napi::Value ExternalBuffer(Napi::Env env, const MappingRef& mapping) {
  auto* share = new MappingRef(mapping);
  napi_value buffer;
  const napi_status status = napi_create_external_arraybuffer(
      env, mapping->data(), mapping->bytes(),
      [](napi_env, void*, void* hint) { delete static_cast<MappingRef*>(hint); }, share, &buffer);
  if (status != napi_ok) {
    delete share;
    throw Napi::Error::New(env, "this runtime allows no external ArrayBuffers (Electron?): nothing can be mapped");
  }
  return Napi::Value(env, buffer);
}

}  // namespace zc

#endif  // ZC_NATIVE_EXTERNAL_BUFFER_H_
