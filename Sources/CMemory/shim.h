// What Linux and its C library offer for memory and Swift's Glibc module leaves out.
#ifndef MODICUM_CMEMORY_SHIM_H
#define MODICUM_CMEMORY_SHIM_H

#include <malloc.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

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

/// Sets `bytes` bytes of address space aside as the one heap of all threads, and asks for large pages in it.
///
/// The memory is taken as it is touched, two megabytes at a time where the kernel has them, and kept until
/// `modicum_give_back_freed`.
static inline void modicum_use_heap_of_large_pages(int bytes) {
    const uintptr_t large_page = 2 << 20;
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, bytes);
    mallopt(M_TOP_PAD, bytes);
    // More than is free, so that the heap grows by what was asked for.
    void *grown = malloc(1 << 20);
    mallopt(M_TOP_PAD, 2 << 20);
    if (!grown) return;
    const uintptr_t first = ((uintptr_t)grown + large_page - 1) & ~(large_page - 1);
    const uintptr_t end = (uintptr_t)sbrk(0) & ~(large_page - 1);
    if (first < end) madvise((void *)first, end - first, MADV_HUGEPAGE);
    free(grown);
}

/// Gives the kernel back what the heap has free.
static inline void modicum_give_back_freed(void) {
    malloc_trim(0);
}

#endif
