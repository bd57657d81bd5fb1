import DifferentialExpression

// How the results of a block of genes travel from a worker to the coordinator and back.

extension GeneWiseDispersions {
    func encode(to writer: inout PayloadWriter) {
        writer.write(baseMean)
        writer.write(baseVar)
        writer.write(allZero)
        writer.write(dispGeneEst)
        writer.write(dispGeneIter)
        writer.write(meanIterations)
        writer.write(meanCoefficients)
    }

    init(decoding reader: inout PayloadReader) throws {
        self.init(
            baseMean: try reader.readDoubles(), baseVar: try reader.readDoubles(), allZero: try reader.readBools(),
            dispGeneEst: try reader.readDoubles(), dispGeneIter: try reader.readInt32s(),
            meanIterations: try reader.readInt32s(), meanCoefficients: try reader.readDoubles())
        let genes = baseMean.count
        guard
            [baseVar.count, allZero.count, dispGeneEst.count, dispGeneIter.count, meanIterations.count]
                .allSatisfy({ $0 == genes })
        else { throw PayloadError(description: "columns of gene-wise dispersions differ in length") }
    }
}

extension ModelFits {
    func encode(to writer: inout PayloadWriter) {
        for column in [
            dispMAP, dispersion, beta, standardError, deviance, maxCooks, maxCooksOfNonReplaceable, contrastEstimate,
            contrastStandardError,
        ] {
            writer.write(column)
        }
        for column in [dispOutlier, betaConv, worstCooksExempt, replace, contrastAllZero] { writer.write(column) }
        for column in [dispIter, betaIter] { writer.write(column) }
        writer.write(replacedCounts.map(\.gene))
        writer.write(replacedCounts.flatMap(\.counts))
    }

    init(decoding reader: inout PayloadReader) throws {
        var doubles: [[Double]] = []
        for _ in 0..<9 { doubles.append(try reader.readDoubles()) }
        var bools: [[Bool]] = []
        for _ in 0..<5 { bools.append(try reader.readBools()) }
        let dispIter = try reader.readInt32s()
        let betaIter = try reader.readInt32s()
        let genes = try reader.readInts()
        let counts = try reader.readInt32s()
        guard genes.isEmpty || counts.count.isMultiple(of: genes.count) else {
            throw PayloadError(description: "replaced counts do not fit their genes")
        }
        let samples = genes.isEmpty ? 0 : counts.count / genes.count
        self.init(
            dispMAP: doubles[0], dispersion: doubles[1], dispIter: dispIter, dispOutlier: bools[0], beta: doubles[2],
            standardError: doubles[3], betaConv: bools[1], betaIter: betaIter, deviance: doubles[4],
            maxCooks: doubles[5], maxCooksOfNonReplaceable: doubles[6], worstCooksExempt: bools[2], replace: bools[3],
            replacedCounts: genes.indices.map {
                ReplacedCounts(gene: genes[$0], counts: Array(counts[$0 * samples..<($0 + 1) * samples]))
            },
            contrastEstimate: doubles[7], contrastStandardError: doubles[8], contrastAllZero: bools[4])
        guard [dispMAP.count, deviance.count, betaIter.count, replace.count].allSatisfy({ $0 == dispersion.count })
        else { throw PayloadError(description: "columns of model fits differ in length") }
    }
}

/// The trend and the prior, as they go to every worker between the two gene-sharded stages.
struct DispersionModel: Equatable, Sendable {
    var trend: DispersionTrend
    var prior: DispersionPrior

    /// The trend at each gene's mean; NaN for all-zero genes.
    func dispFit(atMeans baseMean: [Double]) -> [Double] {
        baseMean.map(trend.dispersion(atMean:))
    }

    func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(trend.encoded)
        writer.write(prior.varLogDispEsts)
        writer.write(prior.priorVariance)
        return writer.bytes
    }

    init(trend: DispersionTrend, prior: DispersionPrior) {
        self.trend = trend
        self.prior = prior
    }

    init(decoding bytes: [UInt8]) throws {
        var reader = PayloadReader(bytes)
        guard let trend = DispersionTrend(encoded: try reader.readDoubles()) else {
            throw PayloadError(description: "not a dispersion trend")
        }
        self.trend = trend
        prior = DispersionPrior(
            varLogDispEsts: try reader.readDouble(), priorVariance: try reader.readDouble())
    }
}
