import StatisticalKernels

extension GeneSetNull {
    /// Bytes that are not an encoded plan or state.
    package struct EncodingError: Error, Equatable, CustomStringConvertible {
        package let description: String
    }

    /// Writes whole numbers in seven bits a byte, low bits first.
    struct Encoder {
        private(set) var bytes: [UInt8]

        init(kind: String) { bytes = Array(kind.utf8) }

        mutating func append(_ value: UInt64) {
            var rest = value
            while rest >= 0x80 {
                bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }

        mutating func append(_ value: Int) { append(UInt64(value)) }

        mutating func append(_ value: Double) {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
        }
    }

    /// Reads what `Encoder` writes; throws where the bytes end early or a number is too large.
    struct Decoder {
        private let bytes: [UInt8]
        private var position: Int
        private let kind: String

        init(_ bytes: [UInt8], kind: String) throws(EncodingError) {
            self.bytes = bytes
            self.kind = kind
            position = kind.utf8.count
            guard bytes.starts(with: kind.utf8) else {
                throw EncodingError(description: "These bytes do not begin with \(kind).")
            }
        }

        mutating func number() throws(EncodingError) -> UInt64 {
            var value: UInt64 = 0
            var shift: UInt64 = 0
            while true {
                guard position < bytes.count else { throw endsEarly }
                let byte = UInt64(bytes[position])
                position += 1
                guard shift < 63 || byte < 2 else {
                    throw EncodingError(description: "\(kind): a number at byte \(position) exceeds 64 bits.")
                }
                value |= (byte & 0x7F) << shift
                if byte < 0x80 { return value }
                shift += 7
            }
        }

        /// A number that is at most `limit`.
        mutating func number(upTo limit: Int) throws(EncodingError) -> Int {
            let value = try number()
            guard value <= UInt64(limit) else {
                throw EncodingError(
                    description: "\(kind): \(value) before byte \(position) where at most \(limit) is expected.")
            }
            return Int(value)
        }

        mutating func double() throws(EncodingError) -> Double {
            guard position + 8 <= bytes.count else { throw endsEarly }
            defer { position += 8 }
            var bits: UInt64 = 0
            for byte in bytes[position..<position + 8].reversed() { bits = bits << 8 | UInt64(byte) }
            return Double(bitPattern: bits)
        }

        /// Throws unless everything was read.
        func finish() throws(EncodingError) {
            guard position == bytes.count else {
                throw EncodingError(description: "\(kind): \(bytes.count - position) bytes too many.")
            }
        }

        /// An upper bound for counts of things that take at least one byte each.
        var remaining: Int { bytes.count - position }

        private var endsEarly: EncodingError {
            EncodingError(description: "\(kind): the bytes end early, at \(bytes.count).")
        }
    }
}

extension GeneSetNull.State {
    private static let kind = "MGNS1"

    /// The state in bytes: of each histogram only the span of occupied bins.
    ///
    /// Equal states have equal bytes. Deflate takes them to about a half.
    package func encoded() -> [UInt8] {
        var encoder = GeneSetNull.Encoder(kind: GeneSetNull.State.kind)
        encoder.append(permutations)
        encoder.append(sizeCount)
        encoder.append(setCount)
        for sum in sums {
            // A side's scores have one sign, and sides alternate.
            encoder.append(UInt64(truncatingIfNeeded: sum.magnitude))
            encoder.append(UInt64(truncatingIfNeeded: sum.magnitude >> 64))
        }
        for side in sums.indices {
            let bins = histograms[side]
            let first = bins.firstIndex { $0 != 0 } ?? 0
            let last = bins.lastIndex { $0 != 0 } ?? -1
            encoder.append(first)
            encoder.append(last + 1 - first)
            for bin in first..<last + 1 { encoder.append(UInt64(bins[bin])) }
        }
        for set in equal.indices {
            encoder.append(beyondWithinBin[set])
            encoder.append(equal[set])
        }
        return encoder.bytes
    }

    /// - Throws: `GeneSetNull.EncodingError` unless the bytes are what `encoded()` returns.
    package init(decoding bytes: [UInt8]) throws(GeneSetNull.EncodingError) {
        var decoder = try GeneSetNull.Decoder(bytes, kind: GeneSetNull.State.kind)
        let permutations = try decoder.number(upTo: GeneSetNull.permutationLimit)
        // A size takes eight bytes at least, and a set two: so a short message cannot ask for much memory.
        let sizeCount = try decoder.number(upTo: decoder.remaining / 8)
        let setCount = try decoder.number(upTo: decoder.remaining / 2)
        self.init(sizeCount: sizeCount, setCount: setCount)
        self.permutations = permutations
        for side in sums.indices {
            let low = try decoder.number()
            let high = try decoder.number(upTo: Int(Int32.max))
            let magnitude = Int128(high) << 64 | Int128(low)
            sums[side] = side % 2 == 0 ? magnitude : -magnitude
        }
        for side in sums.indices {
            let first = try decoder.number(upTo: GeneSetNull.binCount)
            let count = try decoder.number(upTo: GeneSetNull.binCount - first)
            if count > 0 { reserve(bin: first + count - 1, ofSide: side) }
            for bin in first..<first + count {
                histograms[side][bin] = UInt32(try decoder.number(upTo: GeneSetNull.permutationLimit))
            }
        }
        for set in equal.indices {
            beyondWithinBin[set] = try decoder.number()
            equal[set] = try decoder.number()
        }
        try decoder.finish()
    }
}

extension GeneSetNull.Plan {
    private static let kind = "MGNP1"

    /// Everything a worker needs to draw the null, in bytes.
    package func encoded() -> [UInt8] {
        var encoder = GeneSetNull.Encoder(kind: GeneSetNull.Plan.kind)
        encoder.append(seed)
        encoder.append(exponent)
        encoder.append(scores.count)
        for score in scores { encoder.append(score) }
        encoder.append(observed.count)
        for set in observed {
            encoder.append(set.size)
            encoder.append(set.isPositive ? 1 : 0)
            encoder.append(set.score)
        }
        return encoder.bytes
    }

    /// - Throws: `GeneSetNull.EncodingError` unless the bytes are what `encoded()` returns.
    package init(
        decoding bytes: [UInt8], kernels: NestedPrefixKernels = .current
    ) throws(GeneSetNull.EncodingError) {
        var decoder = try GeneSetNull.Decoder(bytes, kind: GeneSetNull.Plan.kind)
        let seed = try decoder.number()
        let exponent = try decoder.double()
        guard exponent >= 0 else {
            throw GeneSetNull.EncodingError(description: "\(GeneSetNull.Plan.kind): the weight is \(exponent).")
        }
        var scores: [Double] = []
        for _ in 0..<(try decoder.number(upTo: decoder.remaining / 8)) { scores.append(try decoder.double()) }
        var observed: [GeneSetNull.ObservedSet] = []
        for _ in 0..<(try decoder.number(upTo: decoder.remaining / 10)) {
            let size = try decoder.number(upTo: scores.count)
            let isPositive = try decoder.number(upTo: 1) == 1
            observed.append(
                GeneSetNull.ObservedSet(size: size, score: try decoder.double(), isPositive: isPositive))
        }
        guard observed.allSatisfy({ $0.size > 0 }) else {
            throw GeneSetNull.EncodingError(description: "\(GeneSetNull.Plan.kind): a set without members.")
        }
        try decoder.finish()
        self.init(scores: scores, exponent: exponent, observed: observed, seed: seed, kernels: kernels)
    }
}
