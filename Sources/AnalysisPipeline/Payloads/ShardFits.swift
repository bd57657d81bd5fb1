import DifferentialExpression
import Payloads

/// What a worker fits to a block of genes: the model, and the reduced one of a likelihood-ratio test.
package struct ShardFits: Equatable, Sendable {
    var model: ModelFits

    /// Nil without a reduced model.
    var reduced: ReducedFits?
}

/// What a likelihood-ratio test needs of the reduced model.
package struct ReducedFits: Equatable, Sendable {
    /// −2 log-likelihood, one per gene, under the dispersions of the full model.
    package var deviance: [Double] = []
    package var betaConv: [Bool] = []

    package init() {}
}

extension ReducedFits: GeneColumns {
    package static var columns: [GeneColumn<Self>] {
        [GeneColumn("deviance", .doubles(\.deviance)), GeneColumn("betaConv", .booleans(\.betaConv))]
    }

    init(_ fits: FixedDispersionFits) {
        deviance = fits.deviance
        betaConv = fits.betaConv
    }
}

extension ShardFits {
    /// - Parameters:
    ///   - geneWise: Of the same genes.
    ///   - given: Their dispersions, where they are given.
    init(
        fitting block: CountBlock, geneWise: GeneWiseDispersions, analysis: DecodedAnalysis, model: DispersionModel,
        given: [Double]? = nil
    ) throws {
        try expect(given == nil || given?.count == block.geneCount, "dispersions that are given")
        try geneWise.checkColumns(
            genes: block.geneCount, coefficients: analysis.context.coefficientCount, contrasts: 0)
        let fits = ModelFits(
            fitting: block, geneWise: geneWise, dispFit: model.dispFit(atMeans: geneWise.baseMean), prior: model.prior,
            contrasts: analysis.contrasts, given: given, in: analysis.context)
        self.model = fits
        reduced = analysis.reducedContext.map {
            ReducedFits(FixedDispersionFits(fitting: block, dispersion: fits.dispersion, in: $0))
        }
    }

    /// Puts blocks together, in their order.
    init(joining blocks: [ShardFits]) {
        model = ModelFits(joining: blocks.map(\.model))
        let reduced = blocks.compactMap(\.reduced)
        self.reduced = reduced.isEmpty ? nil : ReducedFits(joining: reduced)
    }

    func encode(to writer: inout PayloadWriter) {
        model.encode(to: &writer)
        writer.write(reduced != nil)
        reduced?.encodeColumns(to: &writer)
    }

    init(decoding reader: inout PayloadReader) throws {
        model = try ModelFits(decoding: &reader)
        reduced = try reader.readBool() ? ReducedFits(decodingColumns: &reader) : nil
    }
}

// What comes from a worker must be of the genes, coefficients and contrasts that were asked for.

extension ShardFits {
    func check(genes: Int, model design: AnalysisModel) throws {
        let (coefficients, contrasts) = (design.columnNames.count, design.allZeroSamples.count)
        try model.checkColumns(genes: genes, coefficients: coefficients, contrasts: contrasts)
        try reduced?.checkColumns(genes: genes, coefficients: coefficients, contrasts: contrasts)
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
