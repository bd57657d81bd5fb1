/// A linear combination of coefficients to be reported.
package struct ContrastWeights: Equatable, Sendable {
    /// One weight per coefficient.
    package let weights: [Double]

    /// Samples that decide the all-zero rule: a gene without counts in any of
    /// them gets a fold change of zero. Nil where the rule does not apply.
    ///
    /// For a factor contrast, the samples of the two levels; for a numeric one
    /// of mixed signs, the samples that its non-zero weights touch; nil for a
    /// coefficient chosen by name.
    package let allZeroSamples: [Int]?

    package init(weights: [Double], allZeroSamples: [Int]? = nil) {
        self.weights = weights
        self.allZeroSamples = allZeroSamples
    }

    /// The combination of one gene's coefficients.
    func estimate(_ coefficients: ArraySlice<Double>) -> Double {
        var sum = 0.0
        for (weight, coefficient) in zip(weights, coefficients) { sum += weight * coefficient }
        return sum
    }

    /// Whether the all-zero rule applies to a gene with these counts.
    func isAllZero(_ counts: ArraySlice<Int32>) -> Bool {
        guard let allZeroSamples else { return false }
        return allZeroSamples.allSatisfy { counts[counts.startIndex + $0] == 0 }
    }
}
