/// Writes eight consecutive blocks of a Philox4x32-10 stream, 32 words.
///
/// Four blocks side by side, twice: each word of a counter has 64 bits to itself, of which a round
/// fills the upper half with what the next one's multiplication leaves out. Source: Salmon, Moraes,
/// Dror & Shaw (2011), "Parallel random numbers: as easy as 1, 2, 3".
///
/// - Parameters:
///   - key: The key, low word first.
///   - block: Index of the first of the eight blocks: counter words 0 and 1.
///   - stream: Counter words 2 and 3.
///   - words: Receives block `block` words 0…3, then block `block + 1` words 0…3, and so on.
@inline(__always)
package func writePhiloxBlocks(
    key: UInt64, block: UInt64, stream: UInt64, into words: UnsafeMutablePointer<UInt32>
) {
    let indices = SIMD4<UInt64>(repeating: block) &+ SIMD4<UInt64>(0, 1, 2, 3)
    var first = FourBlocks(counter: indices, stream: stream)
    var second = FourBlocks(counter: indices &+ SIMD4<UInt64>(repeating: 4), stream: stream)
    var key0 = key & 0xFFFF_FFFF
    var key1 = key &>> 32
    for _ in 0..<10 {
        first.mix(key0, key1)
        second.mix(key0, key1)
        key0 = (key0 &+ 0x9E37_79B9) & 0xFFFF_FFFF
        key1 = (key1 &+ 0xBB67_AE85) & 0xFFFF_FFFF
    }
    first.write(to: words)
    second.write(to: words + 16)
}

/// The low halves of the lanes are words of a counter; what is above them is of no account.
private struct FourBlocks {
    private var word0: SIMD4<UInt64>
    private var word1: SIMD4<UInt64>
    private var word2: SIMD4<UInt64>
    private var word3: SIMD4<UInt64>

    @inline(__always)
    init(counter: SIMD4<UInt64>, stream: UInt64) {
        word0 = counter
        word1 = counter &>> SIMD4<UInt64>(repeating: 32)
        word2 = SIMD4<UInt64>(repeating: stream)
        word3 = SIMD4<UInt64>(repeating: stream &>> 32)
    }

    @inline(__always)
    private func low(_ word: SIMD4<UInt64>) -> SIMD4<UInt64> { word & SIMD4<UInt64>(repeating: 0xFFFF_FFFF) }

    @inline(__always)
    mutating func mix(_ key0: UInt64, _ key1: UInt64) {
        let half = SIMD4<UInt64>(repeating: 32)
        let product0 = low(word0) &* SIMD4<UInt64>(repeating: 0xD251_1F53)
        let product1 = low(word2) &* SIMD4<UInt64>(repeating: 0xCD9E_8D57)
        word0 = (product1 &>> half) ^ word1 ^ SIMD4<UInt64>(repeating: key0)
        word2 = (product0 &>> half) ^ word3 ^ SIMD4<UInt64>(repeating: key1)
        word1 = product1
        word3 = product0
    }

    @inline(__always)
    func write(to words: UnsafeMutablePointer<UInt32>) {
        let half = SIMD4<UInt64>(repeating: 32)
        let firstHalf = low(word0) | (word1 &<< half)
        let secondHalf = low(word2) | (word3 &<< half)
        let place = UnsafeMutableRawPointer(words)
        for lane in 0..<4 {
            place.storeBytes(of: firstHalf[lane], toByteOffset: 16 &* lane, as: UInt64.self)
            place.storeBytes(of: secondHalf[lane], toByteOffset: 16 &* lane &+ 8, as: UInt64.self)
        }
    }
}
