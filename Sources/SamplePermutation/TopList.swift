/// The top of a ranking at a length that was fixed beforehand.
///
/// Lists of fixed lengths are compared, and not those beyond a threshold: under a shuffle next to nothing lies beyond it, so
/// that any true effect would make any overlap look like more than chance.
struct TopList {
    /// Genes by their rows; sets by twice their number, and one more where the score is negative.
    let entries: [Int32]

    init(entries: [Int32]) { self.entries = entries }

    /// Returns the places of the largest magnitudes, the first of equal ones; fewer where others are NaN.
    static func places(of magnitudes: [Double], length: Int) -> [Int] {
        guard length > 0 else { return [] }
        let order = magnitudes.indices.filter { !magnitudes[$0].isNaN }
            .sorted { (-magnitudes[$0], $0) < (-magnitudes[$1], $1) }
        return Array(order.prefix(length))
    }

    /// Of genes by |statistic|.
    ///
    /// - Parameter rows: Of the fitted genes.
    init(genes statistics: UnsafePointer<Double>, rows: [Int32], length: Int) {
        guard length > 0 else {
            entries = []
            return
        }
        // Only those that reach the smallest of the list are sorted.
        let magnitudes = rows.indices.map { statistics[$0].magnitude }
        let limit = Self.smallest(of: magnitudes, length: length)
        let near = rows.indices.filter { magnitudes[$0] >= limit }
        entries = Self.places(of: near.map { magnitudes[$0] }, length: length).map { rows[near[$0]] }
    }

    /// Of sets by |NES|.
    ///
    /// - Parameter ids: Of the sets, the same in every analysis.
    init(normalizedScores: [Double], ids: [Int32], length: Int) {
        entries = Self.places(of: normalizedScores.map(\.magnitude), length: length).map {
            2 * ids[$0] + (normalizedScores[$0] < 0 ? 1 : 0)
        }
    }

    /// A value that at least `length` magnitudes reach, and few more: by counting in bins of a 1/64.
    private static func smallest(of magnitudes: [Double], length: Int) -> Double {
        var bins = [Int](repeating: 0, count: 2048)
        for value in magnitudes { bins[min(2047, Int(value * 64))] += 1 }
        var above = 0
        for bin in bins.indices.reversed() {
            above += bins[bin]
            if above >= length { return Double(bin) / 64 }
        }
        return 0
    }

    /// How many entries all lists have, in the same direction unless that has no meaning.
    static func sharedCount(_ lists: [TopList], ignoringDirection: Bool) -> Int {
        var shared = Set(lists[0].entries.map { ignoringDirection ? $0 >> 1 : $0 })
        for list in lists.dropFirst() {
            shared.formIntersection(list.entries.map { ignoringDirection ? $0 >> 1 : $0 })
        }
        return shared.count
    }
}
