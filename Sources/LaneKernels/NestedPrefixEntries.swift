import KernelArguments

// What the sweeps over one permutation's members go through: an entry of 16 bytes per member, by
// ascending rank. Several sizes are scored by one sweep, side by side in lanes: a member belongs to
// those sizes that exceed the number of members drawn before it. Sweeps begin with the largest sizes,
// and each keeps the members of the next one.

/// The bits of the float 2²³. Those of 2²³ + n, for whole n below 2²³, are this plus n.
@inline(__always)
var wholeFloatBits: Int32 { 0x4B00_0000 }

/// One member on its way through a sweep.
struct NestedPrefixEntry {
    @inline(__always)
    static var byteCount: Int { 16 }

    /// The float 2²³ + rank, the weight, how many members were drawn before, and the rank.
    let values: SIMD4<Int32>

    @inline(__always)
    init(at place: UnsafeMutableRawPointer) {
        values = place.loadUnaligned(as: SIMD4<Int32>.self)
    }

    @inline(__always)
    init(rank: Int32, weight: Int32, arrival: Int32) {
        values = SIMD4(wholeFloatBits &+ rank, weight, arrival, rank)
    }

    /// What ends an odd number of entries: past the last gene, and a member of no size.
    @inline(__always)
    static func end(_ geneCount: Int) -> NestedPrefixEntry {
        NestedPrefixEntry(rank: Int32(truncatingIfNeeded: geneCount), weight: 0, arrival: .max)
    }

    @inline(__always)
    var wholeRank: Int32 { values[0] }

    @inline(__always)
    var weight: Int32 { values[1] }

    @inline(__always)
    var arrival: Int32 { values[2] }

    @inline(__always)
    var rank: Int32 { values[3] }

    @inline(__always)
    func store(at place: UnsafeMutableRawPointer) {
        place.storeBytes(of: values, as: SIMD4<Int32>.self)
    }

    /// Keeps the entry if it is a member of that size, and moves on then.
    @inline(__always)
    func keep(ifIn size: Int32, at place: inout UnsafeMutableRawPointer) {
        store(at: place)
        place += arrival < size ? NestedPrefixEntry.byteCount : 0
    }
}

/// Writes the entries of the first `count` drawn members.
@inline(__always)
func writeNestedPrefixEntries(_ arguments: NestedPrefixArguments, count: Int, weighted: Bool) {
    let seen = arguments.seen
    let arrivals = arguments.arrivals
    for draw in 0..<count {
        let rank = Int(arguments.drawnRanks[draw])
        seen[rank &>> 6] |= UInt64(1) &<< UInt64(rank & 63)
        arrivals[rank] = Int32(truncatingIfNeeded: draw)
    }
    let members = arguments.members
    var member = 0
    for word in 0..<(arguments.geneCount &+ 63) &>> 6 {
        var bits = seen[word]
        seen[word] = 0
        let next = member &+ bits.nonzeroBitCount
        let first = word &* 64
        // Four at once, whether there are so many or not: seldom a wrongly predicted branch.
        repeat {
            for step in 0..<4 {
                members[member &+ step] = Int32(truncatingIfNeeded: first &+ bits.trailingZeroBitCount)
                bits &= bits &- 1
            }
            member &+= 4
        } while member < next
        member = next
    }
    for member in 0..<count {
        let rank = members[member]
        let weight = weighted ? Int32(bitPattern: arguments.weights[Int(rank)].bitPattern) : 0
        NestedPrefixEntry(rank: rank, weight: weight, arrival: arrivals[Int(rank)])
            .store(at: arguments.entries + NestedPrefixEntry.byteCount &* member)
    }
}
