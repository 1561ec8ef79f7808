#ifndef ZC_NATIVE_RECEIVE_REQUEST_H_
#define ZC_NATIVE_RECEIVE_REQUEST_H_

#include <napi.h>

#include "packet_socket.h"

namespace zc {

// Fills in what TypeScript hands over as an object of the same names (native/binding.ts, NativeReceive). It has
// checked the values.
void ReadReceiveRequest(Napi::Object object, ReceiveRequest* request);

// The same with the ring's part. @throws SyscallError when `ring` is no struct tpacket_req3
RingRequest ReadRingRequest(Napi::Object object);

}  // namespace zc

#endif  // ZC_NATIVE_RECEIVE_REQUEST_H_
