// What Linux and its C library offer for memory (and for its end) and Swift's Glibc module leaves out.
#ifndef MODICUM_CMEMORY_SHIM_H
#define MODICUM_CMEMORY_SHIM_H

#include <limits.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
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
/// The memory is taken as it is touched, two megabytes at a time where the kernel has them. `modicum_give_back_freed` gives
/// back the address space as well.
static inline void modicum_use_heap_of_large_pages(int bytes) {
    const uintptr_t large_page = 2 << 20;
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    // With less, the first block that is freed would give the heap back, for it has more free than was asked for.
    mallopt(M_TRIM_THRESHOLD, INT_MAX);
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

extern void __asan_init(void) __attribute__((weak));
extern void __tsan_init(void) __attribute__((weak));

/// Whether this is a sanitizer's build (`ops/sanitize`), whose shadow memory takes terabytes of address space.
static inline int modicum_is_sanitized(void) {
    return __asan_init || __tsan_init;
}

/// The end of a process that cannot go on: one sentence, by calls that need no memory.
///
/// Swift and the C++ libraries have no error for memory that is not there: they stop with a signal, as they do for a
/// defect. A limit on memory makes the first by far the likelier, so it is named where there is one.
///
/// Returns whether there is such a limit.
static inline int modicum_write_last_words(void) {
    struct rlimit limit;
    const int is_limited = getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
    const char *const words = is_limited
        ? "modicum: error: most likely there is not enough memory under this limit (ulimit -v, or prlimit --as). Nothing "
          "that was finished is lost: give the same command with a higher limit, or with fewer threads or workers.\n"
        : "modicum: error: ended by a signal, which is a defect of modicum or of a library. Nothing that was finished is "
          "lost: the same command goes on. SWIFT_BACKTRACE=enable=yes shows where it happened, for a report.\n";
    const ssize_t written = write(STDERR_FILENO, words, strlen(words));
    (void)written;
    return is_limited;
}

/// Ends the process by the signal, as it would have ended without a handler.
static inline void modicum_end_by_signal(int number) {
    modicum_write_last_words();
    signal(number, SIG_DFL);
    raise(number);
}

/// Ends the process with 1 under a limit on memory, else by the signal.
static inline void modicum_end_by_status(int number) {
    if (modicum_write_last_words()) _exit(1);
    signal(number, SIG_DFL);
    raise(number);
}

/// Has the last words said when the process ends by a signal of its own making, unless the user has asked for the runtime's
/// backtrace.
///
/// `keeps_signal` is for a worker, whose command tells a death from an error.
static inline void modicum_say_last_words(int keeps_signal) {
    const char *const backtrace = getenv("SWIFT_BACKTRACE");
    if (backtrace && !strstr(backtrace, "enable=no")) return;
    const int numbers[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        struct sigaction action;
        memset(&action, 0, sizeof action);
        action.sa_handler = keeps_signal ? modicum_end_by_signal : modicum_end_by_status;
        action.sa_flags = (int)SA_RESETHAND | SA_NODEFER | SA_ONSTACK;
        sigaction(numbers[i], &action, NULL);
    }
}

#endif
