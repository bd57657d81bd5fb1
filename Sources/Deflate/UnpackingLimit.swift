import Synchronization

/// How much may come out of compressed bytes from outside.
///
/// Three megabytes can unpack to three gigabytes. So there are two bounds: an absolute one, from what the machine has, and
/// one on the ratio, which deflate can drive to 1032. Tables of counts are packed to a fifth, and those of single cells, where
/// nearly all are zeros, to a fiftieth at most.
package struct UnpackingLimit: Sendable {
    /// The most bytes that may come out.
    package var bytes: Int

    /// The most bytes that may come out of one.
    package static let ratio = 200

    /// What may come out in any case: small files of one repeated line are no danger.
    package static let harmlessBytes = 64 << 20

    package static let none = UnpackingLimit(bytes: .max)

    package init(bytes: Int) {
        self.bytes = bytes
    }

    /// The limit for the inputs of this process: a quarter of the memory that it may use, as growing an array takes twice its
    /// size for a moment and what is read of it some more. Without a bound until the command has set one.
    package static var ofInputs: UnpackingLimit {
        get { UnpackingLimit(bytes: inputBytes.load(ordering: .relaxed)) }
        set { inputBytes.store(newValue.bytes, ordering: .relaxed) }
    }

    /// The most bytes that may come out of so many.
    func sizeLimit(packed: Int) -> Int {
        let (product, overflow) = packed.multipliedReportingOverflow(by: Self.ratio)
        return min(bytes, overflow ? bytes : max(product, Self.harmlessBytes))
    }

    /// Throws if so many bytes are too many.
    ///
    /// - Parameter packed: How many compressed bytes they came from.
    func check(_ size: Int, from packed: Int) throws(DeflateError) {
        guard size > sizeLimit(packed: packed) else { return }
        if size > bytes { throw .tooLong(limit: bytes) }
        throw .tooDense(size: size, packed: packed)
    }
}

private let inputBytes = Atomic<Int>(.max)
