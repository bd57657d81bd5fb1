import DifferentialExpression
import ExpressionData
import Payloads

/// Everything that a sample permutation is computed from, as it is sent to workers.
package struct SamplePermutationInputs: Equatable, Sendable {
    /// `gene * samples + sample`.
    package var counts: [Int32]

    /// By sample; with normalization factors the means of each sample's.
    package var sizeFactors: [Double]

    /// `gene * samples + sample`, in the place of size factors; empty for none.
    package var normalizationFactors: [Double] = []

    /// The covariates with the intercept: the study's design without the exposure.
    package var covariates: DesignMatrix

    /// By gene, of the covariates' design; NaN for a gene without one.
    package var dispersion: [Double]

    /// By sample, as it is: neither centred nor reduced.
    package var exposure: [Double]

    /// The exposure's other columns, where it has several: levels of a factor, or a spline's. Their rows are shuffled
    /// together with it, and the test is of all of them.
    package var furtherColumns: [[Double]] = []

    package var scheme = PermutationScheme.residual

    /// By sample, the values of the columns that the scheme names, put together; empty where it names none.
    package var labels: [String] = []

    /// What is computed for every gene: an observed list is never held against a null of the other statistic.
    package var statistic = PermutedStatistic.score

    /// Of Wald's statistic: the kind of trend of dispersions that are estimated anew for every shuffle; nil: they are held.
    package var refittedTrend: DispersionTrend.Kind?

    /// What stands under the root of the score statistic; `flip` has its own.
    package var variance = VarianceEstimate.model

    /// What sets have, one or several from the same shuffles.
    package var setStatistics: [SetStatistic] = [.ks]

    /// By set, its genes' rows.
    package var sets: [[Int32]] = []

    /// By gene, a number that genes of one name share; empty where all names differ. Of several genes with one name that
    /// with the largest observed |z| is in the ranked list, the first of equal ones, under every shuffle.
    package var names: [Int32] = []
    package var seed: UInt64

    /// Whether all distinct arrangements are enumerated, the identity once among them, instead of drawn.
    package var isEnumerated = false

    package init(
        counts: [Int32], sizeFactors: [Double], covariates: DesignMatrix, dispersion: [Double], exposure: [Double],
        seed: UInt64
    ) {
        self.counts = counts
        self.sizeFactors = sizeFactors
        self.covariates = covariates
        self.dispersion = dispersion
        self.exposure = exposure
        self.seed = seed
    }

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(counts)
        writer.write(sizeFactors)
        writer.write(normalizationFactors)
        writer.write(covariates.columnNames.count)
        for name in covariates.columnNames { writer.write(name) }
        writer.write(covariates.values)
        writer.write(dispersion)
        writer.write(exposure)
        writer.write(scheme.description)
        writer.write(labels.count)
        for label in labels { writer.write(label) }
        writer.write(statistic.rawValue)
        writer.write(variance.rawValue)
        writer.write(setStatistics.count)
        for statistic in setStatistics { writer.write(statistic.rawValue) }
        writer.write(sets.count)
        for set in sets { writer.write(set) }
        writer.write(names)
        writer.write(seed)
        writer.write(isEnumerated)
        if let refittedTrend {
            writer.write(Self.refittedTrendTag)
            writer.write(refittedTrend.rawValue)
        }
        if !furtherColumns.isEmpty {
            writer.write(Self.furtherColumnsTag)
            writer.write(furtherColumns.count)
            for column in furtherColumns { writer.write(column) }
        }
        return writer.bytes
    }

    /// - Parameter other: Whose counts these are where they were left out.
    package init(decoding bytes: [UInt8], sharing other: SamplePermutationInputs? = nil) throws(PayloadError) {
        var reader = PayloadReader(bytes)
        counts = try reader.readArray()
        sizeFactors = try reader.readDoubles()
        normalizationFactors = try reader.readDoubles()
        let names = try reader.readStrings()
        let values = try reader.readDoubles()
        guard values.count == names.count * sizeFactors.count else { throw .misfit }
        covariates = DesignMatrix(columnNames: names, values: values, sampleCount: sizeFactors.count)
        dispersion = try reader.readDoubles()
        exposure = try reader.readDoubles()
        guard let scheme = PermutationScheme(text: try reader.readString()) else { throw .misfit }
        self.scheme = scheme
        labels = try reader.readStrings()
        guard let statistic = PermutedStatistic(rawValue: try reader.readString()) else { throw .misfit }
        self.statistic = statistic
        guard let variance = VarianceEstimate(rawValue: try reader.readString()) else { throw .misfit }
        self.variance = variance
        setStatistics = []
        for word in try reader.readStrings() {
            guard let statistic = SetStatistic(rawValue: word) else { throw .misfit }
            setStatistics.append(statistic)
        }
        for _ in 0..<(try reader.readCount(ofSize: 8)) { sets.append(try reader.readArray()) }
        self.names = try reader.readArray()
        seed = try reader.readNumber()
        isEnumerated = try reader.readBool()
        // Behind what every problem has stands what only some have, each part behind its tag.
        while !reader.isAtEnd {
            switch try reader.readNumber(of: UInt8.self) {
            case Self.refittedTrendTag:
                guard let trend = DispersionTrend.Kind(rawValue: try reader.readString()) else { throw .misfit }
                refittedTrend = trend
            case Self.furtherColumnsTag:
                for _ in 0..<(try reader.readCount(ofSize: 8)) { furtherColumns.append(try reader.readDoubles()) }
            default: throw .misfit
            }
        }
        try reader.finish()
        if let other, counts.isEmpty { (counts, normalizationFactors) = (other.counts, other.normalizationFactors) }
        guard isConsistent else { throw .misfit }
    }

    private static let (furtherColumnsTag, refittedTrendTag): (UInt8, UInt8) = (1, 2)

    /// All columns of the exposure.
    package var columns: [[Double]] { [exposure] + furtherColumns }

    /// Whether several columns are tested jointly, by a statistic without a sign.
    package var isJoint: Bool { !furtherColumns.isEmpty }

    /// Whether all parts are of the same samples and genes.
    var isConsistent: Bool {
        let samples = sizeFactors.count
        return samples > 0 && counts.count == dispersion.count * samples && exposure.count == samples
            && covariates.sampleCount == samples && samples > covariates.columnCount + columns.count
            && furtherColumns.allSatisfy { $0.count == samples }
            && (normalizationFactors.isEmpty || normalizationFactors.count == counts.count)
            && (names.isEmpty || names.count == dispersion.count)
            && (scheme.columns.isEmpty ? labels.isEmpty : labels.count == samples)
            && sets.allSatisfy { $0.allSatisfy { $0 >= 0 && $0 < dispersion.count } }
    }
}
