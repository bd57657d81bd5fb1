// Operations on eight lanes as one instruction of the compiler's each. Swift's own forms of these go lane by lane,
// and what its optimiser then puts together again is often half vectors and half single lanes.
#ifndef MODICUM_CLANES_SHIM_H
#define MODICUM_CLANES_SHIM_H

#if defined(__x86_64__)
#include <cpuid.h>
#endif

// What Swift calls SIMD8<Double>.
typedef double modicum_lanes __attribute__((ext_vector_type(8)));

// a·b + c, rounded once.
static inline __attribute__((always_inline)) modicum_lanes modicum_multiply_add(
    modicum_lanes a, modicum_lanes b, modicum_lanes c) {
    return __builtin_elementwise_fma(a, b, c);
}

// Each lane's square root, as IEEE 754 rounds it.
static inline __attribute__((always_inline)) modicum_lanes modicum_square_root(modicum_lanes a) {
    return __builtin_elementwise_sqrt(a);
}

// Brings what stands at an address nearer, for a read some steps later.
static inline __attribute__((always_inline)) void modicum_prefetch(const void *address) {
    __builtin_prefetch(address);
}

// Whether a register holds eight doubles, and there are thirty-two of them.
static inline __attribute__((always_inline)) int modicum_has_wide_registers(void) {
#ifdef __AVX512F__
    return 1;
#else
    return 0;
#endif
}

// Which instructions this process may use: 4 with those of x86-64-v4, 3 with those of x86-64-v3, else 0.
//
// The CPU is asked, not the kernel's list in /proc/cpuinfo, which an empty root folder does not have. Registers count only
// where the kernel saves them (XCR0).
static inline int modicum_instruction_level(void) {
#if defined(__x86_64__)
    const unsigned wanted_1 = bit_FMA | bit_MOVBE | bit_OSXSAVE | bit_AVX | bit_F16C;
    const unsigned wanted_7 = bit_BMI | bit_AVX2 | bit_BMI2;
    const unsigned wanted_wide = bit_AVX512F | bit_AVX512DQ | bit_AVX512CD | bit_AVX512BW | bit_AVX512VL;
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d) || (c & wanted_1) != wanted_1) return 0;
    if (!__get_cpuid(0x80000001, &a, &b, &c, &d) || !(c & bit_LZCNT)) return 0;
    if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || (b & wanted_7) != wanted_7) return 0;
    unsigned saved, high;
    __asm__ volatile("xgetbv" : "=a"(saved), "=d"(high) : "c"(0));
    const unsigned vectors = 0x06, wide_vectors = 0xe6;
    if ((saved & vectors) != vectors) return 0;
    return (b & wanted_wide) == wanted_wide && (saved & wide_vectors) == wide_vectors ? 4 : 3;
#else
    return 0;
#endif
}

#endif
