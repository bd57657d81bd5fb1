import DifferentialExpression

/// What a worker fits to a block of genes: the model, and the reduced one of a likelihood-ratio test.
struct ShardFits: Equatable, Sendable {
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
