/// A categorical variable: one of a few levels for every sample.
package struct Factor: Equatable, Sendable {
    /// The levels; the first is the reference.
    package let levels: [String]

    /// For every sample the position of its level, or −1 where it is missing.
    package let codes: [Int]

    /// - Precondition: Levels are distinct, and every code is −1 or a level's position.
    package init(levels: [String], codes: [Int]) {
        precondition(Set(levels).count == levels.count)
        precondition(codes.allSatisfy { levels.indices.contains($0) || $0 == -1 })
        self.levels = levels
        self.codes = codes
    }

    /// Takes the levels from the values, in the order of `Factor.ordered`.
    ///
    /// - Parameter values: One per sample, nil where it is missing.
    package init(_ values: [String?]) {
        self.init(values, levels: Self.ordered(Set(values.compactMap { $0 })))
    }

    /// - Precondition: Every value is one of `levels` or nil.
    package init(_ values: [String?], levels: [String]) {
        let positions = Dictionary(uniqueKeysWithValues: levels.enumerated().map { ($1, $0) })
        self.init(levels: levels, codes: values.map { value in value.map { positions[$0]! } ?? -1 })
    }

    /// How many samples have each level.
    package var levelCounts: [Int] {
        var counts = [Int](repeating: 0, count: levels.count)
        for code in codes where code >= 0 { counts[code] += 1 }
        return counts
    }

    /// The same values with `level` moved to the front.
    ///
    /// - Precondition: `level` is one of the levels.
    package func withReference(_ level: String) -> Factor {
        reordered([level] + levels.filter { $0 != level })
    }

    /// The same values without the levels that no sample has.
    package func droppingUnusedLevels() -> Factor {
        let counts = levelCounts
        return reordered(levels.indices.filter { counts[$0] > 0 }.map { levels[$0] })
    }

    /// The values of the given samples, in that order, with all levels.
    package func selecting(samples: [Int]) -> Factor {
        Factor(levels: levels, codes: samples.map { codes[$0] })
    }

    private func reordered(_ newLevels: [String]) -> Factor {
        Factor(codes.map { $0 < 0 ? nil : levels[$0] }, levels: newLevels)
    }

    /// Orders levels by their numbers when all are numbers, else by their bytes.
    ///
    /// R sorts by the locale's collation, which gives `a B c` in one place and
    /// `B a c` in another; bytes are the same everywhere.
    package static func ordered(_ levels: Set<String>) -> [String] {
        let byBytes = levels.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let numbers = byBytes.map { Double($0) ?? .nan }
        if numbers.contains(where: \.isNaN) { return byBytes }
        // `1` and `1.0` are two levels of one number; the bytes decide between them.
        return byBytes.indices.sorted { numbers[$0] != numbers[$1] ? numbers[$0] < numbers[$1] : $0 < $1 }
            .map { byBytes[$0] }
    }
}
