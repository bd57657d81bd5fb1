import ExpressionData
import StatisticalKernels

/// What a gene list is ranked by.
package enum RankingMetric: String, OptionWord {
    /// sign(log2FC) × −log10(p): EnrichmentMap's protocol, and the default.
    case signedLogPValue = "signed-log10-p"

    /// The Wald statistic.
    case waldZ = "wald-z"

    /// The Wald statistic over the standard deviation of the empirical null.
    case empiricalZ = "empirical-z"

    case log2FoldChange = "log2FC"

    /// log2FC × −log10(p).
    case log2FoldChangeTimesLogPValue = "log2FC-x-log10-p"

    /// What the scores are, in the names of the results' columns.
    package var definition: String {
        switch self {
        case .signedLogPValue: "sign(log2FoldChange) * -log10(pvalue)"
        case .waldZ: "stat"
        case .empiricalZ: "stat / sd of the empirical null"
        case .log2FoldChange: "log2FoldChange"
        case .log2FoldChangeTimesLogPValue: "log2FoldChange * -log10(pvalue)"
        }
    }

    /// The line of a ranked list's file that says what its scores are.
    package var remark: String { "\(rawValue): \(definition)" }

    /// Whether it needs a statistic that is a z, which that of a likelihood-ratio test is not.
    package var needsZ: Bool {
        switch self {
        case .waldZ, .empiricalZ: true
        case .signedLogPValue, .log2FoldChange, .log2FoldChangeTimesLogPValue: false
        }
    }
}

/// What a gene's rank can be made from. Missing values are NaN.
package struct GeneEvidence: Equatable, Sendable {
    package var log2FoldChange: Double

    /// The statistic that `pValue` is the two-sided normal tail of; NaN for tests without one.
    package var z: Double

    /// From the model or from the empirical null, as `z` is.
    package var pValue: Double

    package init(log2FoldChange: Double, z: Double, pValue: Double) {
        self.log2FoldChange = log2FoldChange
        self.z = z
        self.pValue = pValue
    }

    /// −log10(p), from z on the log scale where p is too small for a double.
    ///
    /// A subnormal p has lost digits, and one of zero would put the most
    /// significant genes into one tie.
    package var negativeLog10PValue: Double {
        if pValue < .leastNormalMagnitude && !z.isNaN {
            return -(log(2) + normalLogUpperTail(z.magnitude)) / log(10)
        }
        return pValue == 0 ? .infinity : -log(pValue) / log(10)
    }
}

extension RankingMetric {
    /// Returns the gene's score; NaN where something it needs is missing.
    ///
    /// For `waldZ` and `empiricalZ` that is `z`, which the caller takes from the
    /// model or from the empirical null.
    package func score(_ gene: GeneEvidence) -> Double {
        switch self {
        case .signedLogPValue:
            if gene.log2FoldChange.isNaN || gene.pValue.isNaN { return .nan }
            // A fold change of zero has no direction, whatever its p-value.
            if gene.log2FoldChange == 0 { return 0 }
            return gene.log2FoldChange > 0 ? gene.negativeLog10PValue : -gene.negativeLog10PValue
        case .waldZ, .empiricalZ: return gene.z
        case .log2FoldChange: return gene.log2FoldChange
        case .log2FoldChangeTimesLogPValue:
            if gene.log2FoldChange == 0 && !gene.pValue.isNaN { return 0 }
            return gene.log2FoldChange * gene.negativeLog10PValue
        }
    }
}
