import Payloads

/// How large an overlap was over the permutations.
package struct OverlapCounts: Equatable, Sendable {
    /// The sum of its sizes, and how many permutations had one at least as large as the observed one.
    private(set) var total: UInt64 = 0
    private(set) var reached: UInt64 = 0

    init() {}

    mutating func add(_ size: Int, observed: Int) {
        total += UInt64(size)
        if size >= observed { reached += 1 }
    }

    mutating func append(_ later: OverlapCounts) {
        total &+= later.total
        reached &+= later.reached
    }

    /// Whether so many permutations can have given these counts.
    func areOf(_ permutations: Int) -> Bool { reached <= UInt64(permutations) }

    func write(to writer: inout PayloadWriter) {
        writer.write(total)
        writer.write(reached)
    }

    init(from reader: inout PayloadReader) throws(PayloadError) {
        total = try reader.readNumber()
        reached = try reader.readNumber()
    }

    /// What the permutations say of an overlap.
    func result(lengths: [Int], observed: Int, permutations: Int, isEnumerated: Bool) -> OverlapResult {
        let p = CountedPValue(asExtreme: Int(reached), among: permutations, isEnumerated: isEnumerated)
        return OverlapResult(
            lengths: lengths, observed: observed,
            expected: permutations > 0 ? Double(total) / Double(permutations) : .nan, pValue: p.value, pLow: p.low,
            pHigh: p.high, permutations: permutations)
    }
}

/// The overlap of lists of fixed lengths, and what it would be under a null.
package struct OverlapResult: Equatable, Sendable {
    /// Of the lists that are compared.
    package let lengths: [Int]

    /// How many entries they share.
    package let observed: Int

    /// The mean number under the null.
    package let expected: Double

    /// That so many are shared under the null: (b + 1)/(m + 1), or b/m of an enumeration.
    package let pValue: Double
    package let pLow: Double
    package let pHigh: Double
    package let permutations: Int
}
