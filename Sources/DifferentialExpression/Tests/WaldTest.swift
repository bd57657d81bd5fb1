import StatisticalKernels

/// What is tested about log2 fold changes, gene by gene.
package enum WaldHypothesis: Equatable, Sendable {
    /// The fold change differs from zero.
    case nonzero

    /// Its magnitude exceeds a threshold on the log2 scale: DESeq2's `greaterAbs`.
    case magnitudeAbove(Double)

    /// Its magnitude is below a threshold: `lessAbs`.
    case magnitudeBelow(Double)

    /// It exceeds the threshold: `greater`.
    case above(Double)

    /// It is below minus the threshold: `less`.
    case below(Double)
}

/// The distribution of a Wald statistic when the hypothesis does not hold.
package enum WaldNull: Equatable, Sendable {
    case normal

    /// Student's t: DESeq2's `useT`, with the residual degrees of freedom; NaN where the weights leave none.
    case studentT(degreesOfFreedom: Double)

    fileprivate var isDefined: Bool {
        if case .studentT(let degreesOfFreedom) = self { return !degreesOfFreedom.isNaN }
        return true
    }

    fileprivate func upperTail(_ statistic: Double) -> Double {
        switch self {
        case .normal: normalUpperTail(statistic)
        case .studentT(let degreesOfFreedom): tUpperTail(statistic, degreesOfFreedom: degreesOfFreedom)
        }
    }
}

/// Returns the Wald statistic and p-value of one fold change (Love, Huber & Anders, 2014).
///
/// - Parameters:
///   - log2FoldChange: The estimate `b`; NaN gives NaN.
///   - standardError: On the log2 scale too.
/// - Returns: For `nonzero`, `b/SE` and its two-sided p-value. With a threshold
///   the statistic is the distance of `b` from it in standard errors, and zero
///   where `b` lies on the other side. Without degrees of freedom there is a statistic and no p-value.
package func waldTest(
    log2FoldChange: Double,
    standardError: Double,
    hypothesis: WaldHypothesis = .nonzero,
    null: WaldNull = .normal
) -> (statistic: Double, pValue: Double) {
    let distance = { (estimate: Double) in estimate / standardError }
    guard !distance(log2FoldChange).isNaN else { return (.nan, .nan) }
    let (statistic, pValue) = statisticAndPValue(log2FoldChange, hypothesis, null, distance)
    // Comparisons with NaN would make it 1.
    return (statistic, null.isDefined ? pValue : .nan)
}

private func statisticAndPValue(
    _ log2FoldChange: Double, _ hypothesis: WaldHypothesis, _ null: WaldNull, _ distance: (Double) -> Double
) -> (statistic: Double, pValue: Double) {
    switch hypothesis {
    case .nonzero:
        let statistic = distance(log2FoldChange)
        return (statistic, min(1, 2 * null.upperTail(abs(statistic))))
    case .magnitudeAbove(let threshold):
        let excess = distance(abs(log2FoldChange) - threshold)
        let magnitude = max(excess, 0)
        let statistic = log2FoldChange > 0 ? magnitude : log2FoldChange < 0 ? -magnitude : 0
        return (statistic, min(1, 2 * null.upperTail(excess)))
    case .magnitudeBelow(let threshold):
        let toUpper = distance(threshold - log2FoldChange)
        let toLower = distance(log2FoldChange + threshold)
        return (min(max(toUpper, 0), max(toLower, 0)), max(null.upperTail(toUpper), null.upperTail(toLower)))
    case .above(let threshold):
        let excess = distance(log2FoldChange - threshold)
        return (max(excess, 0), null.upperTail(excess))
    case .below(let threshold):
        let excess = distance(log2FoldChange + threshold)
        return (min(excess, 0), null.upperTail(-excess))
    }
}

/// The two-sided p-values of Wald statistics with a normal null: what `waldTest` gives for each, for many at a time.
package func waldPValues(ofStatistics statistics: [Double]) -> [Double] {
    var tails = normalUpperTails(ofMagnitudes: statistics)
    for index in tails.indices where !tails[index].isNaN { tails[index] = min(1, 2 * tails[index]) }
    return tails
}
