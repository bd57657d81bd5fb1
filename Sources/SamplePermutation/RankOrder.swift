/// The order of genes by descending statistic, ties in the order in which the genes came.
///
/// A radix sort by the upper 33 bits of the numbers, and one pass that puts in order what agrees in these.
///
/// Working memory of one thread.
package final class RankOrder {
    /// Genes, the one with the largest statistic first.
    package private(set) var order: [Int32]
    private var otherOrder: [Int32]
    private var keys: [UInt64]
    private var otherKeys: [UInt64]
    private var starts: [Int32]

    private static let digitBits: UInt64 = 11
    private static let digits = 1 << 11
    private static let lowestShift: UInt64 = 31

    package init(geneCount: Int) {
        order = [Int32](repeating: 0, count: geneCount)
        otherOrder = order
        keys = [UInt64](repeating: 0, count: geneCount)
        otherKeys = keys
        starts = [Int32](repeating: 0, count: 3 * Self.digits)
    }

    /// - Parameter z: One number per gene, none of them NaN.
    package func sort(_ z: UnsafePointer<Double>) {
        let count = order.count
        keys.withUnsafeMutableBufferPointer { keys in
            otherKeys.withUnsafeMutableBufferPointer { otherKeys in
                order.withUnsafeMutableBufferPointer { order in
                    otherOrder.withUnsafeMutableBufferPointer { otherOrder in
                        starts.withUnsafeMutableBufferPointer { starts in
                            guard count > 0 else { return }
                            Self.sort(
                                z, count: count, keys: keys.baseAddress!, otherKeys: otherKeys.baseAddress!,
                                order: order.baseAddress!, otherOrder: otherOrder.baseAddress!,
                                starts: starts.baseAddress!)
                        }
                    }
                }
            }
        }
        // Three passes end in the other pair.
        swap(&order, &otherOrder)
    }

    /// Leaves the order in `otherOrder`.
    private static func sort(
        _ z: UnsafePointer<Double>, count: Int, keys: UnsafeMutablePointer<UInt64>,
        otherKeys: UnsafeMutablePointer<UInt64>, order: UnsafeMutablePointer<Int32>,
        otherOrder: UnsafeMutablePointer<Int32>, starts: UnsafeMutablePointer<Int32>
    ) {
        for entry in 0..<3 * digits { starts[entry] = 0 }
        let mask = UInt64(digits - 1)
        for gene in 0..<count {
            // Adding zero turns −0 into +0. Keys ascend as the numbers descend.
            let bits = (z[gene] + 0).bitPattern
            let key = bits >> 63 == 0 ? ~(bits | 1 << 63) : bits
            keys[gene] = key
            order[gene] = Int32(truncatingIfNeeded: gene)
            for pass in 0..<3 {
                let digit = key >> (lowestShift + UInt64(pass) * digitBits) & mask
                starts[pass * digits + Int(digit)] += 1
            }
        }
        for pass in 0..<3 {
            var start: Int32 = 0
            for digit in pass * digits..<(pass + 1) * digits {
                let count = starts[digit]
                starts[digit] = start
                start += count
            }
        }
        var from = (keys, order)
        var to = (otherKeys, otherOrder)
        for pass in 0..<3 {
            let shift = lowestShift + UInt64(pass) * digitBits
            let places = starts + pass * digits
            for entry in 0..<count {
                let key = from.0[entry]
                let digit = Int(key >> shift & mask)
                let target = Int(places[digit])
                places[digit] += 1
                to.0[target] = key
                to.1[target] = from.1[entry]
            }
            swap(&from, &to)
        }
        for entry in 1..<max(count, 1) where from.0[entry] < from.0[entry - 1] {
            let (key, gene) = (from.0[entry], from.1[entry])
            var place = entry
            while place > 0 && from.0[place - 1] > key {
                from.0[place] = from.0[place - 1]
                from.1[place] = from.1[place - 1]
                place -= 1
            }
            from.0[place] = key
            from.1[place] = gene
        }
    }
}
