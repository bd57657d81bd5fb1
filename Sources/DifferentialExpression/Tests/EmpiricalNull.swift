import StatisticalKernels

/// A null distribution fitted to the bulk of the test statistics, and what
/// follows from it: fdrtool with statistic "normal" (Strimmer, 2008).
///
/// z is taken as normal with mean 0 and a standard deviation estimated from the
/// values near zero, rather than 1. Agreement with fdrtool comes before
/// precision here: its coarse minimiser and its floor on p-values are kept.
package struct EmpiricalNull: Equatable, Sendable {
    package struct Parameters: Equatable, Sendable {
        /// |z| up to which the statistics are taken as null.
        package var cutoff: Double

        /// How many statistics these are: `N.cens`.
        package var censoredCount: Int

        /// The share of true nulls.
        package var eta0: Double
        package var eta0StandardError: Double

        /// The null's standard deviation: `sd`.
        package var standardDeviation: Double
        package var standardDeviationStandardError: Double

        package init(
            cutoff: Double, censoredCount: Int, eta0: Double, eta0StandardError: Double, standardDeviation: Double,
            standardDeviationStandardError: Double
        ) {
            self.cutoff = cutoff
            self.censoredCount = censoredCount
            self.eta0 = eta0
            self.eta0StandardError = eta0StandardError
            self.standardDeviation = standardDeviation
            self.standardDeviationStandardError = standardDeviationStandardError
        }
    }

    package let parameters: Parameters

    /// Two-sided p-values under the fitted null, never below 2.2e-16: beyond about
    /// eight standard deviations all genes tie.
    package let pValues: [Double]

    /// The false discovery rate among genes at least as extreme.
    package let qValues: [Double]

    /// The probability that this gene is null.
    package let localFalseDiscoveryRates: [Double]

    /// Benjamini–Hochberg over `pValues`.
    package let adjustedPValues: [Double]

    /// - Parameter statistics: z of each gene, NaN where there is none; the results are NaN there too.
    /// - Throws: When there are too few statistics, or they do not spread.
    package init(fittedTo statistics: [Double]) throws(EmpiricalNullError) {
        let present = statistics.indices.filter { !statistics[$0].isNaN }
        guard present.count >= EmpiricalNullError.fewestStatistics else {
            throw .tooFewStatistics(present.count)
        }
        let z = present.map { statistics[$0] }
        let fit = try CensoredNormalFit(of: z)
        let pValues = z.map { fit.pValue(of: $0) }
        let mixture = PValueMixture(of: pValues, eta0: fit.parameters.eta0)

        func spread(_ values: [Double]) -> [Double] {
            var all = [Double](repeating: .nan, count: statistics.count)
            for (index, value) in zip(present, values) { all[index] = value }
            return all
        }
        parameters = fit.parameters
        self.pValues = spread(pValues)
        qValues = spread(pValues.map { mixture.qValue(at: $0) })
        localFalseDiscoveryRates = spread(pValues.map { mixture.localFalseDiscoveryRate(at: $0) })
        adjustedPValues = spread(benjaminiHochberg(pValues))
    }
}

package enum EmpiricalNullError: Error, Equatable, CustomStringConvertible {
    case tooFewStatistics(Int)
    case noSpread

    /// Quartiles of fewer say nothing about a null distribution.
    static let fewestStatistics = 10

    package var description: String {
        switch self {
        case .tooFewStatistics(let count):
            "an empirical null needs at least \(Self.fewestStatistics) test statistics and there are \(count); "
                + "use --empirical-null none"
        case .noSpread:
            "the test statistics near zero do not spread, so no empirical null can be fitted to them; "
                + "use --empirical-null none"
        }
    }
}
