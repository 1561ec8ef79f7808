#ifndef ZC_NATIVE_BLOCK_STATUS_H_
#define ZC_NATIVE_BLOCK_STATUS_H_

#include <linux/if_packet.h>

#include <cstdint>

// The only code that touches `block_status`.
namespace zc {

inline uint32_t* BlockStatus(uint8_t* block) {
  return &reinterpret_cast<tpacket_block_desc*>(block)->hdr.bh1.block_status;
}

// The status of a block. The kernel fills the block, waits for every copy into it, and then stores TP_STATUS_USER and
// flags behind a write barrier (net/packet/af_packet.c, prb_close_block). The acquire load pairs with that: once bit 0
// is seen, everything the kernel wrote to the block is seen too. Before that nothing else in the block may be read.
inline uint32_t AcquireBlock(uint8_t* block) { return __atomic_load_n(BlockStatus(block), __ATOMIC_ACQUIRE); }

// Gives a block back to the kernel: all our reads come before the store. The value is exactly TP_STATUS_KERNEL (0):
// the kernel compares for equality, so a leftover flag would count as busy.
inline void ReleaseBlock(uint8_t* block) { __atomic_store_n(BlockStatus(block), TP_STATUS_KERNEL, __ATOMIC_RELEASE); }

// What the kernel does when a block closes, for rings in memory: everything written before is seen by AcquireBlock.
inline void PublishBlock(uint8_t* block, uint32_t status) {
  __atomic_store_n(BlockStatus(block), status, __ATOMIC_RELEASE);
}

}  // namespace zc

#endif  // ZC_NATIVE_BLOCK_STATUS_H_
