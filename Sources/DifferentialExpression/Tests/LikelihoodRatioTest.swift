import StatisticalKernels

/// Returns the likelihood-ratio statistic of a full against a reduced model, and its p-value.
///
/// Both deviances are −2 log likelihood under the same dispersion. The statistic
/// is their difference; it can come out slightly negative, and then p is 1.
///
/// - Parameter degreesOfFreedom: The full model's coefficients less the reduced model's.
package func likelihoodRatioTest(
    fullDeviance: Double,
    reducedDeviance: Double,
    degreesOfFreedom: Int
) -> (statistic: Double, pValue: Double) {
    let statistic = reducedDeviance - fullDeviance
    guard !statistic.isNaN else { return (.nan, .nan) }
    return (statistic, chiSquareUpperTail(statistic, degreesOfFreedom: Double(degreesOfFreedom)))
}
