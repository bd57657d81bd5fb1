/// What the sign flips say beside another scheme, from the same data and as many draws.
///
/// `flip` holds too where the spread of the counts depends on the exposure; the other schemes do not, if the exposure
/// is skewed. So where they call many more genes, that is why.
package struct SchemeComparison: Equatable, Sendable {
    /// How many results have a p of at most `level` under both, or under one of the two alone.
    package struct Calls: Equatable, Sendable {
        package let both: Int
        package let schemeAlone: Int
        package let flipAlone: Int

        package init(_ scheme: [Double], _ flip: [Double], level: Double) {
            both = zip(scheme, flip).count { $0 <= level && $1 <= level }
            schemeAlone = zip(scheme, flip).count { $0 <= level && !($1 <= level) }
            flipAlone = zip(scheme, flip).count { !($0 <= level) && $1 <= level }
        }

        /// Whether one of the two calls more than chance would give it: by McNemar's statistic, beyond three standard errors.
        package var disagree: Bool {
            let difference = Double(schemeAlone - flipAlone)
            return difference * difference > 9 * Double(schemeAlone + flipAlone)
        }
    }

    package let scheme: PermutationScheme
    package let level: Double
    package let genes: Calls

    /// By set statistic.
    package let sets: [Calls]

    /// The mean over genes of the correlation, over samples, of r²/w with the squared residual exposure, summed over its
    /// columns.
    package let spreadCorrelation: Double

    /// How many flips were drawn, and of how many samples beside how many coefficients of the covariates.
    package let drawCount: Int
    package let sampleCount: Int
    package let coefficientCount: Int

    /// How many draws of the flips are enough for a comparison.
    package static let draws = 1000

    /// With fewer draws a p of 0.05 has a standard error above 0.015, which all genes share.
    static let fewestDraws = 200

    /// With fewer samples left by the covariates, flips are coarse: |z| cannot exceed the root of the number of samples,
    /// and genes with few counts have a handful of distinct values.
    static let fewestDegreesOfFreedom = 20

    /// - Parameters:
    ///   - own: Of the scheme that was chosen, for `model`.
    ///   - flip: Of the same inputs under `flip`.
    ///   - draws: How many flips were drawn, or enumerated.
    /// - Precondition: Both are of the same genes and sets.
    package init(
        _ own: CountedPValues, of model: SamplePermutationModel, flip: CountedPValues, draws: Int, level: Double = 0.05
    ) {
        precondition(own.genes.count == flip.genes.count && own.sets.count == flip.sets.count)
        self.init(
            scheme: model.inputs.scheme, level: level, genes: Calls(own.genes, flip.genes, level: level),
            sets: zip(own.sets, flip.sets).map { Calls($0, $1, level: level) },
            spreadCorrelation: model.spreadCorrelation(), drawCount: draws, sampleCount: model.inputs.exposure.count,
            coefficientCount: model.inputs.covariates.columnCount)
    }

    package init(
        scheme: PermutationScheme, level: Double, genes: Calls, sets: [Calls], spreadCorrelation: Double,
        drawCount: Int, sampleCount: Int, coefficientCount: Int
    ) {
        self.scheme = scheme
        self.level = level
        self.genes = genes
        self.sets = sets
        self.spreadCorrelation = spreadCorrelation
        self.drawCount = drawCount
        self.sampleCount = sampleCount
        self.coefficientCount = coefficientCount
    }

    /// What to tell the user; nil where the two agree.
    package var advice: String? {
        guard genes.disagree || sets.contains(where: \.disagree) else { return nil }
        let own = genes.both + genes.schemeAlone
        let flips = genes.both + genes.flipAlone
        let words =
            "scheme \(scheme) finds \(own) genes at p <= \(level) and flip \(flips)"
            + zip(sets.indices, sets).map { _, calls in
                ", sets \(calls.both + calls.schemeAlone) and \(calls.both + calls.flipAlone)"
            }.joined()
        return words + "; " + reading
    }

    /// What both find, and what to make of it, in sentences.
    package var words: String {
        func found(_ calls: Calls) -> (own: Int, flips: Int) {
            (calls.both + calls.schemeAlone, calls.both + calls.flipAlone)
        }
        var text =
            "Beside scheme \(scheme), signs were flipped in \(drawCount) draws: \(found(genes).own) genes have "
            + "p <= \(level) by the scheme, \(found(genes).flips) by flips and \(genes.both) by both"
        if let sets = sets.first {
            text += "; of the gene sets \(found(sets).own), \(found(sets).flips) and \(sets.both)"
        }
        guard advice != nil else { return text + ". They do not disagree by more than chance." }
        return text + ". They disagree: " + reading + "."
    }

    /// What the disagreement may mean.
    private var reading: String {
        let degreesOfFreedom = sampleCount - coefficientCount - 1
        if degreesOfFreedom < Self.fewestDegreesOfFreedom {
            return
                "with \(sampleCount) samples and \(coefficientCount + 1) coefficients flips are too coarse to tell why: "
                + "this is no reason to go by either"
        }
        if drawCount < Self.fewestDraws {
            return
                "\(drawCount) flips are too few to tell whether that is more than chance, as genes share them: ask for "
                + "\(Self.fewestDraws) permutations or more"
        }
        let correlation = (spreadCorrelation * 1000).rounded() / 1000
        // One standard error of a correlation over so many samples.
        guard spreadCorrelation >= 1 / Double(sampleCount).squareRoot() else {
            return "the squared residuals of the counts do not go with those of the exposure (mean correlation "
                + "\(correlation)), so a spread that depends on the exposure is not why; flip finds less where few samples "
                + "carry the effect"
        }
        return "the squared residuals of the counts go with those of the exposure (mean correlation "
            + "\(correlation)), and flip allows for that: transform a skewed exposure, or go by flip"
    }
}

extension SamplePermutationModel {
    /// The mean over genes of the correlation, over samples, of r²/w with the squared residual exposure.
    package func spreadCorrelation() -> Double {
        var residual = [Double](repeating: 0, count: inputs.exposure.count)
        for column in inputs.columns {
            let fitted = SampleShuffles.fittedValues(of: column, on: inputs.covariates)
            for sample in column.indices {
                let rest = column[sample] - fitted[sample]
                residual[sample] += rest * rest
            }
        }
        var sum = 0.0
        var count = 0
        for gene in genes.indices {
            let correlation = pearson(squaredResiduals(ofGene: gene), residual)
            if correlation.isNaN { continue }
            sum += correlation
            count += 1
        }
        return sum / Double(count)
    }
}

private func pearson(_ a: [Double], _ b: [Double]) -> Double {
    let n = Double(a.count)
    let (meanA, meanB) = (a.reduce(0, +) / n, b.reduce(0, +) / n)
    var (ab, aa, bb) = (0.0, 0.0, 0.0)
    for (x, y) in zip(a, b) {
        ab += (x - meanA) * (y - meanB)
        aa += (x - meanA) * (x - meanA)
        bb += (y - meanB) * (y - meanB)
    }
    return ab / (aa * bb).squareRoot()
}
