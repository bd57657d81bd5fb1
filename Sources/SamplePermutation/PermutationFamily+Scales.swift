import StatisticalKernels

extension PermutationFamily.Member {
    /// The enrichment scores as NES; NaN for a set without genes, or without a mean.
    func normalizedScores(_ scores: UnsafeBufferPointer<Float>) -> [Double] {
        guard let family = normalization?.families.first else { return [] }
        return family.observed.indices.map { set in
            let score = Double(scores[set])
            guard model.catalogue.size(ofSet: set) > 0 else { return .nan }
            if score == 0 { return 0 }
            return score / (score > 0 ? family.positiveMeans[set] : family.negativeMeans[set])
        }
    }

    /// The observed NES, as its own table has them.
    var observedNormalizedScores: [Double] {
        guard let family = normalization?.families.first else { return [] }
        return family.observed.indices.map {
            model.catalogue.size(ofSet: $0) > 0 ? family.observed[$0] : .nan
        }
    }

    /// |statistic| on the scale of z, on which analyses are compared.
    ///
    /// A joint statistic becomes the |z| that has the same p under the model, its chi-square's degrees of freedom those of the
    /// columns; where p is too small for a double, the root, which is larger.
    func onCommonScale(_ statistic: Double) -> Double {
        guard model.inputs.isJoint else { return statistic.magnitude }
        let p = chiSquareUpperTail(statistic, degreesOfFreedom: Double(model.inputs.columns.count))
        guard p > 1e-300 else { return statistic.squareRoot() }
        return p >= 1 ? 0 : normalUpperTailQuantile(p / 2)
    }
}
