// What Linux and its C library offer for memory and Swift's Glibc module leaves out.
#ifndef MODICUM_CMEMORY_SHIM_H
#define MODICUM_CMEMORY_SHIM_H

#include <malloc.h>
#include <stddef.h>
#include <sys/mman.h>

extern void *mremap(void *address, size_t old_size, size_t new_size, int flags, ...) __attribute__((nothrow));

/// Makes an anonymous mapping larger, moving it if it must; MAP_FAILED when there is no memory.
static inline void *modicum_grow_mapping(void *address, size_t old_size, size_t new_size) {
    const int may_move = 1;
    return mremap(address, old_size, new_size, may_move);
}

/// Gives blocks of at least `bytes` bytes a mapping of their own, always.
static inline void modicum_map_blocks_from(int bytes) {
    mallopt(M_MMAP_THRESHOLD, bytes);
}

/// Keeps up to `bytes` bytes of freed memory at the end of the heap for the next blocks.
static inline void modicum_keep_freed(int bytes) {
    mallopt(M_TRIM_THRESHOLD, bytes);
}

#endif
