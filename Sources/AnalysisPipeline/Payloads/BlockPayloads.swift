import DifferentialExpression
import Payloads

// How the results of a block of genes travel from a worker to the coordinator and back.

extension GeneColumns {
    package func encodeColumns(to writer: inout PayloadWriter) {
        for column in Self.columns {
            switch column.values {
            case .doubles(let path): writer.write(self[keyPath: path])
            case .integers(let path): writer.write(self[keyPath: path])
            case .booleans(let path): writer.write(self[keyPath: path])
            }
        }
    }

    package init(decodingColumns reader: inout PayloadReader) throws {
        self.init()
        for column in Self.columns {
            switch column.values {
            case .doubles(let path): self[keyPath: path] = try reader.readDoubles()
            case .integers(let path): self[keyPath: path] = try reader.readInt32s()
            case .booleans(let path): self[keyPath: path] = try reader.readBools()
            }
        }
    }

    /// - Throws: `PayloadError` unless every column has its values for so many genes.
    package func checkColumns(genes: Int, coefficients: Int, contrasts: Int) throws {
        for column in Self.columns {
            let count = column.count(in: self)
            let expected = genes * column.extent.values(coefficients: coefficients, contrasts: contrasts)
            guard count == expected || count == 0 && column.mayBeEmpty else {
                throw PayloadError(description: "\(count) values of `\(column.name)` where the shard has \(expected)")
            }
        }
    }
}

extension ModelFits {
    package func encode(to writer: inout PayloadWriter) {
        encodeColumns(to: &writer)
        writer.write(replacedCounts.map(\.gene))
        writer.write(replacedCounts.flatMap(\.counts))
    }

    package init(decoding reader: inout PayloadReader) throws {
        try self.init(decodingColumns: &reader)
        let genes = try reader.readInts()
        let counts = try reader.readInt32s()
        guard genes.isEmpty ? counts.isEmpty : counts.count.isMultiple(of: genes.count) else {
            throw PayloadError(description: "replaced counts do not fit their genes")
        }
        let samples = genes.isEmpty ? 0 : counts.count / genes.count
        replacedCounts = genes.indices.map {
            ReplacedCounts(gene: genes[$0], counts: Array(counts[$0 * samples..<($0 + 1) * samples]))
        }
    }
}

/// The trend and the prior, as they go to every worker between the two gene-sharded stages.
package struct DispersionModel: Equatable, Sendable {
    package var trend: DispersionTrend
    package var prior: DispersionPrior

    /// The trend at each gene's mean; NaN for all-zero genes.
    package func dispFit(atMeans baseMean: [Double]) -> [Double] {
        baseMean.map(trend.dispersion(atMean:))
    }

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(trend.encoded)
        writer.write(prior.varLogDispEsts)
        writer.write(prior.priorVariance)
        return writer.bytes
    }

    package init(trend: DispersionTrend, prior: DispersionPrior) {
        self.trend = trend
        self.prior = prior
    }

    package init(decoding bytes: [UInt8]) throws {
        var reader = PayloadReader(bytes)
        guard let trend = DispersionTrend(encoded: try reader.readDoubles()) else {
            throw PayloadError(description: "not a dispersion trend")
        }
        self.trend = trend
        prior = DispersionPrior(
            varLogDispEsts: try reader.readDouble(), priorVariance: try reader.readDouble())
    }
}
