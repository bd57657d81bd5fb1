// Operations on eight lanes as one instruction of the compiler's each. Swift's own forms of these go lane by lane,
// and what its optimiser then puts together again is often half vectors and half single lanes.
#ifndef MODICUM_CLANES_SHIM_H
#define MODICUM_CLANES_SHIM_H

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

// Whether a register holds eight doubles, and there are thirty-two of them.
static inline __attribute__((always_inline)) int modicum_has_wide_registers(void) {
#ifdef __AVX512F__
    return 1;
#else
    return 0;
#endif
}

#endif
