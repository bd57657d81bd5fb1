import DifferentialExpression

/// What a worker fits to a block of genes: the model, and the reduced one of a likelihood-ratio test.
package struct ShardFits: Equatable, Sendable {
    var model: ModelFits

    /// Nil without a reduced model.
    var reduced: ReducedFits?
}

/// What a likelihood-ratio test needs of the reduced model.
package struct ReducedFits: Equatable, Sendable {
    /// −2 log-likelihood, one per gene, under the dispersions of the full model.
    package var deviance: [Double]
    package var betaConv: [Bool]
}

extension ReducedFits {
    init(_ fits: FixedDispersionFits) {
        deviance = fits.deviance
        betaConv = fits.betaConv
    }
}

extension ShardFits {
    /// - Parameter geneWise: Of the same genes.
    init(
        fitting block: CountBlock, geneWise: GeneWiseDispersions, analysis: DecodedAnalysis, model: DispersionModel
    ) throws {
        guard geneWise.baseMean.count == block.geneCount else {
            throw PayloadError(description: "gene-wise dispersions do not belong to these counts")
        }
        let fits = ModelFits(
            fitting: block, geneWise: geneWise, dispFit: model.dispFit(atMeans: geneWise.baseMean), prior: model.prior,
            contrasts: analysis.contrasts, in: analysis.context)
        self.model = fits
        reduced = analysis.reducedContext.map {
            ReducedFits(FixedDispersionFits(fitting: block, dispersion: fits.dispersion, in: $0))
        }
    }

    /// Puts blocks together, in their order.
    init(joining blocks: [ShardFits]) {
        model = ModelFits(joining: blocks.map(\.model))
        let reduced = blocks.compactMap(\.reduced)
        self.reduced =
            reduced.isEmpty
            ? nil : ReducedFits(deviance: reduced.flatMap(\.deviance), betaConv: reduced.flatMap(\.betaConv))
    }

    func encode(to writer: inout PayloadWriter) {
        model.encode(to: &writer)
        writer.write(reduced != nil)
        if let reduced {
            writer.write(reduced.deviance)
            writer.write(reduced.betaConv)
        }
    }

    init(decoding reader: inout PayloadReader) throws {
        model = try ModelFits(decoding: &reader)
        guard try reader.readBool() else { return }
        let fits = ReducedFits(deviance: try reader.readDoubles(), betaConv: try reader.readBools())
        guard fits.deviance.count == model.deviance.count, fits.betaConv.count == model.deviance.count else {
            throw PayloadError(description: "a reduced model does not belong to these fits")
        }
        reduced = fits
    }
}

// What comes from a worker must be of the genes, coefficients and contrasts that were asked for.

extension GeneWiseDispersions {
    func check(genes: Int, model: AnalysisModel) throws {
        try expect(baseMean.count == genes, "gene-wise dispersions")
        // Without a fit the means are linear, and have no coefficients.
        let coefficients = meanCoefficients.count
        try expect(coefficients == 0 || coefficients == genes * model.columnNames.count, "coefficients of means")
    }
}

extension ShardFits {
    func check(genes: Int, model design: AnalysisModel) throws {
        let columns = [
            model.dispMAP.count, model.dispersion.count, model.dispIter.count, model.dispOutlier.count,
            model.betaConv.count, model.betaIter.count, model.deviance.count, model.maxCooks.count,
            model.maxCooksOfNonReplaceable.count, model.worstCooksExempt.count, model.replace.count,
        ]
        try expect(columns.allSatisfy { $0 == genes }, "fits")
        let coefficients = [model.beta.count, model.standardError.count]
        try expect(coefficients.allSatisfy { $0 == genes * design.columnNames.count }, "coefficients")
        let contrasts = [
            model.contrastEstimate.count, model.contrastStandardError.count, model.contrastAllZero.count,
        ]
        try expect(contrasts.allSatisfy { $0 == genes * design.allZeroSamples.count }, "contrasts")
        try expect((reduced == nil) == design.reducedColumnNames.isEmpty, "fits of a reduced model")
        let replaced = model.replacedCounts
        try expect(
            replaced.allSatisfy {
                (0..<genes).contains($0.gene) && $0.counts.count == design.sampleCount
                    && $0.counts.allSatisfy { $0 >= 0 }
            } && zip(replaced, replaced.dropFirst()).allSatisfy { $0.gene < $1.gene }, "replaced counts")
    }
}

/// - Throws: `PayloadError` unless a result has what its shard asks for.
func expect(_ condition: Bool, _ what: String) throws {
    if !condition { throw PayloadError(description: "\(what) that are not those of the shard") }
}
