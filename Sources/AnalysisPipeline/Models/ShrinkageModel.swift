import DifferentialExpression
import Payloads

/// What every shard of a fit under a prior shares.
struct ShrinkageModel: Sendable, Equatable {
    enum Prior: Sendable, Equatable {
        /// One variance per column of the design, log2 scale.
        case normal(variances: [Double])

        /// Of one coefficient, with its variance on the natural-log scale; fold changes below the threshold count
        /// as false.
        case cauchy(coefficient: Int, variance: Double, threshold: Double)
    }

    /// Design, size factors, contrasts: of the expanded design where all levels are shrunken alike.
    var model: AnalysisModel
    var prior: Prior

    func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(model.encoded())
        switch prior {
        case .normal(let variances):
            writer.write(variances)
        case .cauchy(let coefficient, let variance, let threshold):
            writer.write([Double]())
            writer.write(coefficient)
            writer.write(variance)
            writer.write(threshold)
        }
        return writer.bytes
    }

    init(model: AnalysisModel, prior: Prior) {
        self.model = model
        self.prior = prior
    }

    init(decoding bytes: [UInt8]) throws {
        var reader = PayloadReader(bytes)
        model = try AnalysisModel(decoding: try reader.readBytes())
        let variances = try reader.readDoubles()
        if variances.isEmpty {
            let coefficient = try reader.readInt()
            prior = .cauchy(
                coefficient: coefficient, variance: try reader.readDouble(), threshold: try reader.readDouble())
            guard model.columnNames.indices.contains(coefficient) else { throw misfit }
        } else {
            prior = .normal(variances: variances)
            guard variances.count == model.columnNames.count, variances.allSatisfy({ $0 > 0 }) else { throw misfit }
        }
    }

    private var misfit: PayloadError { PayloadError(description: "a prior does not fit its design") }
}

/// A fit under a prior, ready to use in a worker.
struct DecodedShrinkage: Sendable {
    let context: ModelContext
    private let contrasts: [ContrastWeights]
    private let prior: ShrinkageModel.Prior

    init(decoding bytes: [UInt8]) throws {
        let shrinkage = try ShrinkageModel(decoding: bytes)
        let model = shrinkage.model
        prior = shrinkage.prior
        contrasts = model.contrasts
        var coefficientPrior: CoefficientPrior?
        if case .normal(let variances) = prior { coefficientPrior = CoefficientPrior(variances: variances) }
        context = ModelContext(
            design: model.design, sizeFactors: model.sizeFactors, settings: model.settings(),
            prior: coefficientPrior)
    }

    /// Fits a block and writes what a `ShrinkageState` reads.
    func fit(_ block: CountBlock, dispersion: [Double], to writer: inout PayloadWriter) throws {
        guard dispersion.count == block.geneCount else {
            throw PayloadError(description: "dispersions do not belong to these counts")
        }
        switch prior {
        case .normal:
            FixedDispersionFits(fitting: block, dispersion: dispersion, contrasts: contrasts, in: context)
                .encodeColumns(to: &writer)
        case .cauchy(let coefficient, let variance, let threshold):
            let fits = CauchyShrinkage(
                fitting: block, dispersion: dispersion, coefficient: coefficient,
                prior: CauchyPrior(variance: variance), threshold: threshold, in: context)
            writer.write(fits.log2FoldChange)
            writer.write(fits.standardDeviation)
            writer.write(fits.falseSignRate)
        }
    }
}
