import DifferentialExpression

/// Coefficients of a block of genes under normal priors; NaN and false for genes that were not fitted.
package struct PriorFits: Equatable, Sendable {
    /// `gene * coefficientCount + coefficient`, log2 scale.
    package var beta: [Double]
    package var standardError: [Double]
    package var betaConv: [Bool]
    package var betaIter: [Int32]

    /// −2 log-likelihood, without the prior.
    package var deviance: [Double]

    /// `gene * contrasts + contrast`, log2 scale.
    package var contrastEstimate: [Double]
    package var contrastStandardError: [Double]

    /// Whether the all-zero rule of the contrast applies to the gene.
    package var contrastAllZero: [Bool]
}

extension PriorFits {
    init(_ fits: FixedDispersionFits) {
        beta = fits.beta
        standardError = fits.standardError
        betaConv = fits.betaConv
        betaIter = fits.betaIter
        deviance = fits.deviance
        contrastEstimate = fits.contrastEstimate
        contrastStandardError = fits.contrastStandardError
        contrastAllZero = fits.contrastAllZero
    }

    /// Puts blocks together, in their order.
    init(joining blocks: [PriorFits]) {
        beta = blocks.flatMap(\.beta)
        standardError = blocks.flatMap(\.standardError)
        betaConv = blocks.flatMap(\.betaConv)
        betaIter = blocks.flatMap(\.betaIter)
        deviance = blocks.flatMap(\.deviance)
        contrastEstimate = blocks.flatMap(\.contrastEstimate)
        contrastStandardError = blocks.flatMap(\.contrastStandardError)
        contrastAllZero = blocks.flatMap(\.contrastAllZero)
    }

    /// Puts the fits of some genes in the place of what they had, except what concerns the counts as measured.
    mutating func replace(genes: [Int], with refits: PriorFits) {
        let columns = beta.count / deviance.count
        let contrasts = contrastEstimate.count / deviance.count
        for (source, gene) in genes.enumerated() {
            betaConv[gene] = refits.betaConv[source]
            betaIter[gene] = refits.betaIter[source]
            deviance[gene] = refits.deviance[source]
            for column in 0..<columns {
                beta[gene * columns + column] = refits.beta[source * columns + column]
                standardError[gene * columns + column] = refits.standardError[source * columns + column]
            }
            for contrast in 0..<contrasts {
                let (to, from) = (gene * contrasts + contrast, source * contrasts + contrast)
                contrastEstimate[to] = refits.contrastEstimate[from]
                contrastStandardError[to] = refits.contrastStandardError[from]
            }
        }
    }

    func encode(to writer: inout PayloadWriter) {
        for column in [beta, standardError, deviance, contrastEstimate, contrastStandardError] { writer.write(column) }
        writer.write(betaConv)
        writer.write(contrastAllZero)
        writer.write(betaIter)
    }

    init(decoding reader: inout PayloadReader) throws {
        beta = try reader.readDoubles()
        standardError = try reader.readDoubles()
        deviance = try reader.readDoubles()
        contrastEstimate = try reader.readDoubles()
        contrastStandardError = try reader.readDoubles()
        betaConv = try reader.readBools()
        contrastAllZero = try reader.readBools()
        betaIter = try reader.readInt32s()
        let genes = deviance.count
        guard betaConv.count == genes, betaIter.count == genes, beta.count == standardError.count,
            beta.count.isMultiple(of: max(genes, 1)), contrastEstimate.count.isMultiple(of: max(genes, 1)),
            [contrastStandardError.count, contrastAllZero.count].allSatisfy({ $0 == contrastEstimate.count })
        else { throw PayloadError(description: "columns of fits under a prior differ in length") }
    }
}

/// The fold changes of one test under a prior, one per gene, log2 scale.
package struct ShrunkenEstimates: Equatable, Sendable {
    package var log2FoldChange: [Double]

    /// The standard error under a normal prior, the posterior deviation under a Cauchy prior.
    package var standardError: [Double]

    /// The false sign rate among the genes with at most this gene's own; empty under a normal prior.
    package var sValue: [Double]
}
