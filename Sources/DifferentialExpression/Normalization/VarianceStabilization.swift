import ExpressionData
import StatisticalKernels

/// Puts normalized counts on a scale where the variance does not depend on the
/// mean, and which is log2 for large counts (Anders & Huber, 2010).
package struct VarianceStabilization: Sendable {
    private let scale: Scale

    /// - Parameters:
    ///   - trend: Of the dispersions; of a design without variables when the
    ///     transform is to be blind to the samples' groups.
    ///   - counts: What will be transformed. A local trend's transform is adjusted to
    ///     them; the other two depend on the trend alone.
    ///   - sizeFactors: One per sample; with normalization factors the geometric
    ///     means of each sample's factors.
    ///   - normalizationFactors: One per count, or empty.
    package init(
        trend: DispersionTrend, counts: CountMatrix, sizeFactors: [Double], normalizationFactors: [Double] = []
    ) {
        scale =
            switch trend {
            case .parametric(let asymptotic, let extraPoisson):
                .parametric(asymptotic: asymptotic, extraPoisson: extraPoisson)
            case .mean(let dispersion): .mean(dispersion)
            case .local:
                .local(
                    IntegratedScale(
                        trend: trend, counts: counts, sizeFactors: sizeFactors,
                        normalizationFactors: normalizationFactors))
            }
    }

    /// Returns the transformed value of a normalized count.
    package func transform(_ normalizedCount: Double) -> Double {
        switch scale {
        case .parametric(let asymptotic, let extraPoisson):
            let scaled = asymptotic * normalizedCount
            let root = (scaled * (1 + extraPoisson + scaled)).squareRoot()
            return log2((1 + extraPoisson + 2 * scaled + 2 * root) / (4 * asymptotic))
        case .mean(let dispersion):
            return (2 * asinh((dispersion * normalizedCount).squareRoot()) - log(dispersion) - log(4)) / log(2)
        case .local(let integrated):
            return integrated.value(at: normalizedCount)
        }
    }

    /// Returns all counts, transformed: `gene * sampleCount + sample`.
    package func transform(_ counts: CountMatrix, sizeFactors: [Double]) -> [Double] {
        counts.counts.indices.map { transform(Double(counts.counts[$0]) / sizeFactors[$0 % sizeFactors.count]) }
    }

    /// Returns all counts of a block, transformed: `gene * sampleCount + sample`.
    package func transform(_ block: CountBlock, sizeFactors: [Double]) -> [Double] {
        (0..<block.geneCount).flatMap { gene in
            zip(block.counts(ofGene: gene), block.factors(ofGene: gene, sizeFactors: sizeFactors)).map {
                transform(Double($0) / $1)
            }
        }
    }

    private enum Scale {
        case parametric(asymptotic: Double, extraPoisson: Double)
        case mean(Double)
        case local(IntegratedScale)
    }
}

// The transform travels to every worker in this form.
extension VarianceStabilization {
    /// The transform as numbers: its kind, then its parameters.
    package var encoded: [Double] {
        switch scale {
        case .parametric(let asymptotic, let extraPoisson): [0, asymptotic, extraPoisson]
        case .local(let integrated): [1] + integrated.encoded
        case .mean(let dispersion): [2, dispersion]
        }
    }

    /// Restores a transform from `encoded`; nil when the numbers are not such a form.
    package init?(encoded: [Double]) {
        switch (encoded.first, encoded.count) {
        case (0, 3): scale = .parametric(asymptotic: encoded[1], extraPoisson: encoded[2])
        case (1, 11...) where encoded.count.isMultiple(of: 2) == false:
            scale = .local(IntegratedScale(encoded: encoded.dropFirst()))
        case (2, 2): scale = .mean(encoded[1])
        default: return nil
        }
    }
}

/// Returns the genes that DESeq2's `vst` estimates the trend from, in ascending order of mean.
///
/// They are spaced evenly through the ordering by mean, among genes with a mean
/// of normalized counts above 5.
///
/// - Returns: Nil when fewer than `count` genes qualify.
package func genesForFastStabilization(baseMeans: [Double], count: Int = 1_000) -> [Int]? {
    let expressed = baseMeans.indices.filter { baseMeans[$0] > 5 }
    guard expressed.count >= count, count > 1 else { return nil }
    let order = ascendingOrder(of: expressed.map { baseMeans[$0] })
    let step = Double(expressed.count - 1) / Double(count - 1)
    return (0..<count).map { index in
        // The position counts from one and halves are rounded to even, as in R.
        let position = index == count - 1 ? Double(expressed.count) : 1 + Double(index) * step
        return expressed[order[Int(position.rounded(.toNearestOrEven)) - 1]]
    }
}

/// The integral of one over the standard deviation, for a trend without a closed form.
private struct IntegratedScale {
    private let points: [Double]
    private let integrals: [Double]
    private let spline: CubicSpline
    private let slope: Double
    private let offset: Double

    /// Integrates over a thousand points spaced evenly in asinh, then shifts and
    /// stretches the integral to agree with log2 at two high quantiles of the means.
    init(trend: DispersionTrend, counts: CountMatrix, sizeFactors: [Double], normalizationFactors: [Double]) {
        let sampleCount = counts.sampleCount
        var largest = 0.0
        let means = (0..<counts.geneCount).map { gene in
            var sum = 0.0
            for (sample, count) in counts.counts(ofGene: gene).enumerated() {
                let factor =
                    normalizationFactors.isEmpty
                    ? sizeFactors[sample] : normalizationFactors[gene * sampleCount + sample]
                let normalized = Double(count) / factor
                largest = max(largest, normalized)
                sum += normalized
            }
            return sum / Double(sampleCount)
        }
        let meanInverseFactor = compensatedSum(sizeFactors.map { 1 / $0 }) / Double(sizeFactors.count)
        let top = asinh(largest)
        let grid = (1..<1_000).map { sinh($0 == 999 ? top : Double($0) * (top / 999)) }
        let inverseDeviations = grid.map { mean in
            1 / (trend.dispersion(atMean: mean) * mean * mean + meanInverseFactor * mean).squareRoot()
        }
        var integral = 0.0
        var integrals: [Double] = []
        var middles: [Double] = []
        for (left, right) in zip(grid.indices, grid.indices.dropFirst()) {
            integral += (grid[right] - grid[left]) * (inverseDeviations[right] + inverseDeviations[left]) / 2
            integrals.append(integral)
            middles.append(asinh((grid[right] + grid[left]) / 2))
        }
        spline = CubicSpline(x: middles, y: integrals)
        points = middles
        self.integrals = integrals

        let sortedMeans = sortedAscending(means)
        let low = quantile(0.95, ofSorted: sortedMeans)
        let high = quantile(0.999, ofSorted: sortedMeans)
        let atLow = spline.value(at: asinh(low))
        slope = (log2(high) - log2(low)) / (spline.value(at: asinh(high)) - atLow)
        offset = log2(low) - slope * atLow
    }

    /// Slope and offset, then the spline's points and its values there.
    var encoded: [Double] { [slope, offset] + points + integrals }

    /// - Precondition: As `encoded` is, with at least four points.
    init(encoded: ArraySlice<Double>) {
        let numbers = Array(encoded)
        let count = (numbers.count - 2) / 2
        (slope, offset) = (numbers[0], numbers[1])
        points = Array(numbers[2..<2 + count])
        integrals = Array(numbers[(2 + count)...])
        spline = CubicSpline(x: points, y: integrals)
    }

    func value(at normalizedCount: Double) -> Double {
        slope * spline.value(at: asinh(normalizedCount)) + offset
    }
}
