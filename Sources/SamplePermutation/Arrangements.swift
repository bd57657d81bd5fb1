import StatisticalKernels

/// All distinct arrangements of values in groups of places that are shuffled among themselves.
///
/// Equal values are alike, so that a group of n places has n!/Π n_v! arrangements; with none equal n!. Arrangements
/// are numbered: the observed one is number 0. Groups count as digits, the first varying slowest; inside one the order is
/// that of the values' first places, from the observed arrangement on and around.
struct Arrangements: Sendable {
    /// The places of each group, ascending.
    let groups: [[Int]]

    /// By group and place in it: which of the group's distinct values stands there, numbered by first appearance.
    private let classes: [[Int]]

    /// How many arrangements each group has; nil beyond 2⁶².
    private let counts: [Int?]
    private let observedRanks: [Int]

    /// - Parameter kinds: By place, equal where the values are.
    init(groups: [[Int]], kinds: [Int]) {
        self.groups = groups
        classes = groups.map { group in
            var numbers: [Int: Int] = [:]
            return group.map { place in
                let number = numbers[kinds[place]] ?? numbers.count
                numbers[kinds[place]] = number
                return number
            }
        }
        counts = classes.map { Self.count(of: Self.multiplicities($0)) }
        observedRanks = zip(classes, counts).map { $1 == nil ? 0 : Self.rank(of: $0) }
    }

    /// How many there are in all; nil beyond 2⁶².
    var count: Int? {
        var product = 1
        for count in counts {
            guard let count else { return nil }
            let (next, overflow) = product.multipliedReportingOverflow(by: count)
            if overflow || next > 1 << 62 { return nil }
            product = next
        }
        return product
    }

    /// The base-10 logarithm of how many there are, also where no whole number holds it.
    var log10Count: Double {
        classes.reduce(0.0) { sum, classes in
            let factorials = Self.multiplicities(classes).reduce(0.0) { $0 - Self.log10Factorial($1) }
            return sum + Self.log10Factorial(classes.count) + factorials
        }
    }

    /// One arrangement: by place, the place whose observed value it takes.
    ///
    /// - Precondition: `count` is known, and `index` below it.
    func sources(of index: Int, placeCount: Int) -> [Int] {
        var sources = Array(0..<placeCount)
        var rest = index
        for group in groups.indices.reversed() {
            let count = counts[group]!
            let (quotient, digit) = rest.quotientAndRemainder(dividingBy: count)
            rest = quotient
            let arranged = Self.arrangement(
                (observedRanks[group] + digit) % count, of: Self.multiplicities(classes[group]))
            // The k-th place with a value takes it from the k-th observed one.
            var places = Self.places(of: classes[group])
            for (offset, kind) in arranged.enumerated() {
                sources[groups[group][offset]] = groups[group][places[kind].removeFirst()]
            }
        }
        return sources
    }

    private static func places(of classes: [Int]) -> [[Int]] {
        var places = [[Int]](repeating: [], count: (classes.max() ?? -1) + 1)
        for (offset, kind) in classes.enumerated() { places[kind].append(offset) }
        return places
    }

    private static func multiplicities(_ classes: [Int]) -> [Int] { places(of: classes).map(\.count) }

    /// The multinomial coefficient; nil beyond 2⁶².
    static func count(of multiplicities: [Int]) -> Int? {
        var result = 1
        var placed = 0
        for multiplicity in multiplicities {
            for k in 1...max(1, multiplicity) where k <= multiplicity {
                placed += 1
                // result·placed is a multiple of k: the product of k consecutive numbers over k!, step by step.
                let (product, overflow) = result.multipliedReportingOverflow(by: placed)
                if overflow { return nil }
                result = product / k
                if result > 1 << 62 { return nil }
            }
        }
        return result
    }

    private static func rank(of classes: [Int]) -> Int {
        var left = multiplicities(classes)
        var rank = 0
        for kind in classes {
            for smaller in 0..<kind where left[smaller] > 0 {
                left[smaller] -= 1
                rank += count(of: left)!
                left[smaller] += 1
            }
            left[kind] -= 1
        }
        return rank
    }

    private static func arrangement(_ rank: Int, of multiplicities: [Int]) -> [Int] {
        var left = multiplicities
        var rest = rank
        var result: [Int] = []
        for _ in 0..<multiplicities.reduce(0, +) {
            for kind in left.indices where left[kind] > 0 {
                left[kind] -= 1
                let below = count(of: left)!
                if rest < below {
                    result.append(kind)
                    break
                }
                rest -= below
                left[kind] += 1
            }
        }
        return result
    }

    private static func log10Factorial(_ n: Int) -> Double {
        n < 2 ? 0 : logGamma(Double(n + 1)) / 2.302585092994046
    }
}
