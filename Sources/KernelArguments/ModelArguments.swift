/// What every kernel of the negative-binomial model needs besides one block's data.
///
/// Plain values and pointers, so that all builds of the kernels share it.
/// Whoever makes one keeps the memory behind it alive.
package struct ModelArguments {
    package var sampleCount: Int
    package var coefficientCount: Int

    /// `design[sample * coefficientCount + coefficient]`
    package var design: UnsafePointer<Double>

    /// The design's entries that are not zero, row by row, with the column of each, and where each sample's end.
    ///
    /// Of a factor's columns at most one counts in a sample: in a usual design most entries are zero.
    package var designEntries: UnsafePointer<Double>
    package var entryColumns: UnsafePointer<Int32>
    package var entryEnds: UnsafePointer<Int32>

    /// The distinct products of two model-matrix columns, in the order that `pairBlockWidth` says.
    package var designPairs: UnsafePointer<Double>

    /// The sample of each row of `designPairs`, and where each block's rows end.
    package var pairSamples: UnsafePointer<Int32>
    package var pairBlockEnds: UnsafePointer<Int32>
    package var pairBlockCount: Int

    /// For each pair (a, b), b ≤ a, in row order, which of the products is its own; −1 where it is zero in every
    /// sample.
    ///
    /// A factor's columns never meet, and the square of a 0/1 column is the
    /// column: half of the products of a usual design need no sum of their own.
    package var pairSources: UnsafePointer<Int32>

    /// `(XᵀX)⁻¹Xᵀ`: `leastSquares[coefficient * sampleCount + sample]`.
    package var leastSquares: UnsafePointer<Double>

    /// One per sample; not read where genes bring normalization factors of their own.
    package var sizeFactors: UnsafePointer<Double>
    package var logSizeFactors: UnsafePointer<Double>

    /// The mean over samples of 1/size factor.
    package var meanInverseSizeFactor: Double

    /// Fitted means are raised to this while fitting.
    package var minimumMean: Double

    /// The ridge penalty of each coefficient, natural-log scale: one over the variance of its normal prior.
    package var ridges: UnsafePointer<Double>

    package var minimumDispersion: Double
    package var maximumDispersion: Double
    package var coefficientTolerance: Double
    package var dispersionTolerance: Double
    package var maximumIterations: Int

    /// How many column pairs stand side by side in `designPairs`.
    ///
    /// They are cut into blocks of this width, the last one filled with zeros; a
    /// block has a row of its pairs' products for each sample in which one of them
    /// is not zero. Six pairs of eight-lane sums fill the registers of AVX2.
    package static let pairBlockWidth = 6

    package var pairCount: Int { coefficientCount * (coefficientCount + 1) / 2 }

    package init(
        sampleCount: Int, coefficientCount: Int, design: UnsafePointer<Double>, designEntries: UnsafePointer<Double>,
        entryColumns: UnsafePointer<Int32>, entryEnds: UnsafePointer<Int32>, designPairs: UnsafePointer<Double>,
        pairSamples: UnsafePointer<Int32>, pairBlockEnds: UnsafePointer<Int32>, pairBlockCount: Int,
        pairSources: UnsafePointer<Int32>, leastSquares: UnsafePointer<Double>, sizeFactors: UnsafePointer<Double>,
        logSizeFactors: UnsafePointer<Double>, meanInverseSizeFactor: Double,
        minimumMean: Double, ridges: UnsafePointer<Double>, minimumDispersion: Double, maximumDispersion: Double,
        coefficientTolerance: Double, dispersionTolerance: Double, maximumIterations: Int
    ) {
        self.sampleCount = sampleCount
        self.coefficientCount = coefficientCount
        self.design = design
        self.designEntries = designEntries
        self.entryColumns = entryColumns
        self.entryEnds = entryEnds
        self.designPairs = designPairs
        self.pairSamples = pairSamples
        self.pairBlockEnds = pairBlockEnds
        self.pairBlockCount = pairBlockCount
        self.pairSources = pairSources
        self.leastSquares = leastSquares
        self.sizeFactors = sizeFactors
        self.logSizeFactors = logSizeFactors
        self.meanInverseSizeFactor = meanInverseSizeFactor
        self.minimumMean = minimumMean
        self.ridges = ridges
        self.minimumDispersion = minimumDispersion
        self.maximumDispersion = maximumDispersion
        self.coefficientTolerance = coefficientTolerance
        self.dispersionTolerance = dispersionTolerance
        self.maximumIterations = maximumIterations
    }
}

/// The genes of a block that a kernel works on.
package struct GeneArguments {
    /// Positions in the block, ascending.
    package var genes: UnsafePointer<Int32>
    package var geneCount: Int

    /// `counts[gene * sampleCount + sample]`
    package var counts: UnsafePointer<Int32>

    /// `gene * sampleCount + sample`, in place of the size factors, and their logarithms; nil for none.
    package var normalizationFactors: UnsafePointer<Double>?
    package var logNormalizationFactors: UnsafePointer<Double>?

    /// Observation weights, `gene * sampleCount + sample`, and the same with each gene's largest taken as 1; nil
    /// for none.
    package var weights: UnsafePointer<Double>?
    package var relativeWeights: UnsafePointer<Double>?

    /// Working memory of `KernelScratch.byteCount` bytes, aligned to 64.
    package var scratch: UnsafeMutableRawPointer

    package init(
        genes: UnsafePointer<Int32>, geneCount: Int, counts: UnsafePointer<Int32>,
        normalizationFactors: UnsafePointer<Double>?, logNormalizationFactors: UnsafePointer<Double>?,
        weights: UnsafePointer<Double>?, relativeWeights: UnsafePointer<Double>?, scratch: UnsafeMutableRawPointer
    ) {
        self.genes = genes
        self.geneCount = geneCount
        self.counts = counts
        self.normalizationFactors = normalizationFactors
        self.logNormalizationFactors = logNormalizationFactors
        self.weights = weights
        self.relativeWeights = relativeWeights
        self.scratch = scratch
    }
}

/// How much working memory the model kernels need.
package enum KernelScratch {
    /// Rows of eight doubles per sample, at most, of any kernel.
    package static let rowsPerSample = 8

    package static func byteCount(sampleCount: Int, coefficientCount p: Int) -> Int {
        64 * (rowsPerSample * sampleCount + 5 * (p * (p + 1) / 2 + ModelArguments.pairBlockWidth) + 20 * p + 128)
    }
}
