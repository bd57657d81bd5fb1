// OpenSSL's SHA-256 on a plain state, which can be copied with the value that
// holds it. OpenSSL 3 marks these functions as deprecated in favour of contexts
// on its heap; they use the same code, with the CPU's own instructions where it
// has them.
#ifndef MODICUM_CCRYPTO_SHIM_H
#define MODICUM_CCRYPTO_SHIM_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

// CRC-32C by the instruction of SSE 4.2, which plain Swift does not reach.
#if defined(__x86_64__)
#include <cpuid.h>

static inline int modicum_has_crc32c(void) {
    unsigned a, b, c = 0, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bit_SSE4_2);
}

__attribute__((target("sse4.2")))
static inline uint32_t modicum_crc32c(uint32_t state, const void *bytes, size_t count) {
    const unsigned char *next = (const unsigned char *)bytes;
    uint64_t crc = state;
    for (; count >= 8; count -= 8, next += 8) {
        uint64_t word;
        memcpy(&word, next, 8);
        crc = __builtin_ia32_crc32di(crc, word);
    }
    uint32_t rest = (uint32_t)crc;
    for (; count; count--) rest = __builtin_ia32_crc32qi(rest, *next++);
    return rest;
}
#else
static inline int modicum_has_crc32c(void) { return 0; }
static inline uint32_t modicum_crc32c(uint32_t state, const void *bytes, size_t count) {
    (void)bytes;
    (void)count;
    return state;
}
#endif

#endif
