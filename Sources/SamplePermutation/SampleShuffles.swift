import ExpressionData
import StatisticalKernels

/// The shuffles of one exposure: vector π for every permutation index π, by any worker.
///
/// Where the exposure has several columns, their rows are shuffled together. Draw π moves places, whatever stands on them:
/// exposures of the same samples under schemes with the same groups are moved alike.
///
/// Draws come from Philox keyed by the seed and π alone, are uniform over the whole group and never rejected: the identity
/// comes up as any other. Where every distinct arrangement is enumerated instead, number 0 is the observed one.
package struct SampleShuffles: Sendable {
    package let scheme: PermutationScheme
    package let seed: UInt64

    /// The observed exposure.
    package let exposure: [Double]

    /// What the kernel multiplies by in the observed state: the exposure, or for `flip` ones.
    package let observed: [Double]

    /// A column of the exposure.
    struct Part: Sendable {
        let observed: [Double]

        /// What is shuffled: the column or its residual; for `flip` ones.
        let shuffled: [Double]

        /// What is added to it: the fitted values of `residual`, else nothing.
        let fitted: [Double]
    }
    private(set) var parts: [Part]

    /// The places that change with each other: strata of samples, or for `whole` blocks.
    let groups: [[Int]]

    /// By place of `groups` its samples, in the sheet's order: one, or a block's.
    let samplesOfPlace: [[Int]]
    private var arrangements: Arrangements?

    /// - Parameters:
    ///   - furtherColumns: The exposure's other columns.
    ///   - design: The covariates; what `residual` is taken against.
    ///   - labels: By sample, its value of the columns that the scheme names; empty where it names none.
    /// - Throws: `ShuffleProblem` where the scheme cannot be applied to these samples.
    package init(
        _ scheme: PermutationScheme, exposure: [Double], furtherColumns: [[Double]] = [], design: DesignMatrix,
        labels: [String] = [], seed: UInt64
    ) throws(ShuffleProblem) {
        let samples = Array(exposure.indices)
        precondition(design.sampleCount == samples.count)
        precondition(scheme.columns.isEmpty || labels.count == samples.count)
        self.scheme = scheme
        self.seed = seed
        self.exposure = exposure
        let columns = [exposure] + furtherColumns
        var parts = columns.map { Part(observed: $0, shuffled: $0, fitted: []) }
        var groups = [samples]
        var samplesOfPlace = samples.map { [$0] }
        switch scheme {
        case .free: break
        case .within: groups = Self.places(ofLabels: labels)
        case .whole(let column):
            samplesOfPlace = Self.places(ofLabels: labels)
            groups = [Array(samplesOfPlace.indices)]
            for values in columns {
                try Self.checkBlocks(samplesOfPlace, exposure: values, labels: labels, column: column)
            }
        case .residual:
            parts = columns.map { column in
                let fitted = Self.fittedValues(of: column, on: design)
                return Part(observed: column, shuffled: zip(column, fitted).map { $0 - $1 }, fitted: fitted)
            }
        case .flip:
            let ones = exposure.map { _ in 1.0 }
            parts = [Part(observed: ones, shuffled: ones, fitted: [])]
        }
        if !groups.contains(where: { $0.count > 1 }) { throw .nothingToShuffle(scheme) }
        self.parts = parts
        self.groups = groups
        self.samplesOfPlace = samplesOfPlace
        observed = parts[0].observed
        arrangements =
            scheme == .flip
            ? nil
            : Arrangements(groups: groups, kinds: Self.kinds(of: Self.values(of: parts, at: samplesOfPlace)))
    }

    /// The same places moved, with other columns on them: the residuals of these on a design are shuffled, and fitted
    /// values are added back.
    ///
    /// - Returns: Nil for `flip`, which moves nothing, and where the design leaves next to nothing of a column.
    func shufflingResiduals(on design: DesignMatrix) -> SampleShuffles? {
        guard scheme != .flip else { return nil }
        var shuffles = self
        shuffles.parts = parts.map { part in
            let fitted = Self.fittedValues(of: part.observed, on: design)
            return Part(
                observed: part.observed, shuffled: zip(part.observed, fitted).map { $0 - $1 }, fitted: fitted)
        }
        for part in shuffles.parts {
            func squares(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }
            let mean = part.observed.reduce(0, +) / Double(part.observed.count)
            let total = squares(part.observed.map { $0 - mean })
            guard squares(part.shuffled) > Self.leastResidual * total else { return nil }
        }
        shuffles.arrangements = Arrangements(
            groups: groups, kinds: Self.kinds(of: Self.values(of: shuffles.parts, at: samplesOfPlace)))
        return shuffles
    }

    /// A residual whose squares are a smaller share of the column's is rounding.
    private static let leastResidual = 1e-12

    /// How many distinct arrangements there are; nil beyond 2⁶².
    package var distinctCount: Int? {
        guard let arrangements else { return exposure.count < 62 ? 1 << exposure.count : nil }
        return arrangements.count
    }

    /// Whether all distinct arrangements are no more than the permutations that were asked for, so that they are
    /// enumerated and p-values are exact.
    package func areEnumerated(within permutations: Int) -> Bool { distinctCount.map { $0 <= permutations } ?? false }

    /// The base-10 logarithm of how many distinct arrangements there are.
    package var log10DistinctCount: Double {
        arrangements?.log10Count ?? Double(exposure.count) * 0.3010299956639812
    }

    /// The smallest p that any number of permutations can show.
    package var smallestPossibleP: Double { exp(-2.302585092994046 * log10DistinctCount) }

    /// What a permutation does, to every exposure of the same samples alike.
    enum Shuffle: Sendable {
        /// Nothing: the observed state.
        case none

        /// By place, the place whose values it takes.
        case order([Int])
        case signs([Double])
    }

    /// Draw π.
    func drawnShuffle(_ index: Int) -> Shuffle {
        var stream = PhiloxStream(seed: seed, stream: UInt64(index))
        if scheme == .flip { return .signs(signs(&stream)) }
        var sources = Array(samplesOfPlace.indices)
        for group in groups {
            // Fisher and Yates.
            for last in stride(from: group.count - 1, to: 0, by: -1) {
                sources.swapAt(group[last], group[stream.next(below: last + 1)])
            }
        }
        return .order(sources)
    }

    /// Number π of all distinct arrangements, of which number 0 is the observed one.
    ///
    /// - Precondition: `index` is below `distinctCount`.
    func enumeratedShuffle(_ index: Int) -> Shuffle {
        guard let arrangements else {
            return .signs(exposure.indices.map { index >> $0 & 1 == 0 ? 1 : -1 })
        }
        return index == 0 ? .none : .order(arrangements.sources(of: index, placeCount: samplesOfPlace.count))
    }

    /// Vector π of random draws.
    package func drawn(_ index: Int) -> [Double] { vector(of: parts[0], under: drawnShuffle(index)) }

    /// Vector π of all distinct arrangements; number 0 is the observed one.
    ///
    /// - Precondition: `index` is below `distinctCount`.
    package func enumerated(_ index: Int) -> [Double] { vector(of: parts[0], under: enumeratedShuffle(index)) }

    /// All columns of the exposure under a shuffle; for `flip` its signs.
    func columns(under shuffle: Shuffle) -> [[Double]] { parts.map { vector(of: $0, under: shuffle) } }

    private func signs(_ stream: inout PhiloxStream) -> [Double] {
        var word: UInt32 = 0
        return exposure.indices.map { sample in
            if sample % 32 == 0 { word = stream.next() }
            return word >> UInt32(sample % 32) & 1 == 0 ? 1 : -1
        }
    }

    private func vector(of part: Part, under shuffle: Shuffle) -> [Double] {
        switch shuffle {
        case .none: part.observed
        case .signs(let signs): signs
        case .order(let sources): vector(of: part, from: sources)
        }
    }

    private func vector(of part: Part, from sources: [Int]) -> [Double] {
        var result = part.observed
        for (place, source) in sources.enumerated() {
            for (target, origin) in zip(samplesOfPlace[place], samplesOfPlace[source]) {
                result[target] =
                    part.fitted.isEmpty ? part.shuffled[origin] : part.fitted[target] + part.shuffled[origin]
            }
        }
        return result
    }

    /// The samples of each label, labels by first appearance.
    private static func places(ofLabels labels: [String]) -> [[Int]] {
        var order: [String] = []
        var samples: [String: [Int]] = [:]
        for (sample, label) in labels.enumerated() {
            if samples[label] == nil { order.append(label) }
            samples[label, default: []].append(sample)
        }
        return order.map { samples[$0]! }
    }

    private static func checkBlocks(
        _ blocks: [[Int]], exposure: [Double], labels: [String], column: String
    ) throws(ShuffleProblem) {
        for block in blocks {
            if block.count != blocks[0].count {
                throw .unequalBlocks(
                    column: column, first: labels[blocks[0][0]], firstSize: blocks[0].count, other: labels[block[0]],
                    otherSize: block.count)
            }
            if block.contains(where: { exposure[$0] != exposure[block[0]] }) {
                throw .exposureVariesInBlock(column: column, block: labels[block[0]])
            }
        }
    }

    /// By place, all that moves with it.
    static func values(of parts: [Part], at samplesOfPlace: [[Int]]) -> [[Double]] {
        samplesOfPlace.map { samples in samples.flatMap { sample in parts.map { $0.shuffled[sample] } } }
    }

    /// By place, a number that places with the same values share.
    static func kinds(of values: [[Double]]) -> [Int] {
        var numbers: [[Double]: Int] = [:]
        return values.map { value in
            let number = numbers[value] ?? numbers.count
            numbers[value] = number
            return number
        }
    }

    /// The least-squares fit of the exposure on the covariates.
    static func fittedValues(of exposure: [Double], on design: DesignMatrix) -> [Double] {
        let order = design.columnCount
        let samples = design.sampleCount
        let operation = leastSquaresOperator(design.values, rowCount: samples, columnCount: order)
        let coefficients = (0..<order).map { column in
            (0..<samples).reduce(0.0) { $0 + operation[column * samples + $1] * exposure[$1] }
        }
        return (0..<samples).map { sample in
            (0..<order).reduce(0.0) { $0 + design[sample, $1] * coefficients[$1] }
        }
    }
}

/// Why a scheme cannot be applied to the samples of a study.
package enum ShuffleProblem: Error, Equatable, CustomStringConvertible {
    case nothingToShuffle(PermutationScheme)
    case unequalBlocks(column: String, first: String, firstSize: Int, other: String, otherSize: Int)
    case exposureVariesInBlock(column: String, block: String)
    case flipsOfWald
    case robustWald
    case jointWald

    package var description: String {
        switch self {
        case .nothingToShuffle(let scheme):
            "scheme \(scheme) leaves every sample where it is: no two of them may change places; "
                + "choose other columns, or free or residual"
        case .unequalBlocks(let column, let first, let firstSize, let other, let otherSize):
            "scheme whole:\(column) shuffles blocks of equal size, and \(first) has \(firstSize) samples where "
                + "\(other) has \(otherSize); leave samples out until all blocks have as many"
        case .exposureVariesInBlock(let column, let block):
            "scheme whole:\(column) is for an exposure that is constant in every block, and it varies in \(block); "
                + "use within:\(column)"
        case .flipsOfWald:
            "scheme flip changes signs of score contributions, which Wald statistics do not have; "
                + "use statistic score, or another scheme"
        case .robustWald:
            "the robust variance is of score statistics; use statistic score, or variance model"
        case .jointWald:
            "an exposure of several columns is tested by its score statistic; use statistic score"
        }
    }
}
