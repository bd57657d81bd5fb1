import Payloads

/// How many of a sequence of draws were at least as extreme, and at which draws the first ones were.
///
/// Draws and exceedances are counted in the order of the permutations, so that two ranges that follow each other give
/// what one range gives.
struct FirstExceedances: Equatable, Sendable {
    /// As many as Besag & Clifford's rule asks for.
    static let kept = 15

    private(set) var draws = 0
    private(set) var exceedances = 0

    /// The numbers, from 1, of the first draws that exceeded.
    private(set) var first: [UInt32] = []

    @inline(__always)
    package mutating func add(exceeds: Bool) {
        draws &+= 1
        guard exceeds else { return }
        exceedances &+= 1
        if first.count < Self.kept { first.append(UInt32(draws)) }
    }

    mutating func append(_ later: FirstExceedances) {
        for draw in later.first.prefix(Self.kept - first.count) { first.append(UInt32(draws) + draw) }
        draws += later.draws
        exceedances += later.exceedances
    }

    /// Besag & Clifford's (1991) sequential p-value: h/(t + h − b) before the h-th exceedance among t draws and h/τ from it
    /// on, τ the draw at which it came; h = 15. Valid however often one looked, and for however many draws.
    var anytimePValue: Double {
        let h = Double(Self.kept)
        guard draws > 0 else { return .nan }
        if first.count == Self.kept { return h / Double(first[Self.kept - 1]) }
        return min(1, h / (Double(draws) + h - Double(exceedances)))
    }

    func write(to writer: inout PayloadWriter) {
        writer.write(draws)
        writer.write(exceedances)
        writer.write(first)
    }

    init() {}

    init(draws: Int, exceedances: Int, first: [UInt32]) {
        self.draws = draws
        self.exceedances = exceedances
        self.first = first
    }

    init(from reader: inout PayloadReader) throws(PayloadError) {
        draws = try reader.readCount()
        exceedances = try reader.readCount()
        first = try reader.readArray()
        guard first.count <= Self.kept, draws >= exceedances else { throw .misfit }
    }
}
