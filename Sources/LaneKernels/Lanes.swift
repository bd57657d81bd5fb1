import CLanes

// Eight genes side by side. Kernels in this folder are compiled three times, for
// every x86-64, those with AVX2 and FMA, and those with AVX-512, and must give the same bits:
// only + − × ÷ and explicit fused multiply-add on IEEE doubles. They use raw
// pointers, SIMD values and scalars only; a generic of the standard library
// would be a weak symbol, of which the linker may keep the copy that an older
// CPU cannot run.

/// One double of each of eight genes.
typealias Lanes = SIMD8<Double>
typealias LaneBits = SIMD8<UInt64>
typealias LaneMask = SIMDMask<SIMD8<Int64>>

/// A row of lanes per sample, or per packed matrix entry.
typealias LaneRows = UnsafeMutablePointer<Lanes>

/// `a·b + c`, rounded once.
@inline(__always)
func multiplyAdd(_ a: Lanes, _ b: Lanes, _ c: Lanes) -> Lanes { modicum_multiply_add(a, b, c) }

@inline(__always)
func select(_ mask: LaneMask, _ whenTrue: Lanes, _ whenFalse: Lanes) -> Lanes {
    whenFalse.replacing(with: whenTrue, where: mask)
}

@inline(__always)
func bits(_ x: Lanes) -> LaneBits { unsafeBitCast(x, to: LaneBits.self) }

@inline(__always)
func lanes(_ x: LaneBits) -> Lanes { unsafeBitCast(x, to: Lanes.self) }
