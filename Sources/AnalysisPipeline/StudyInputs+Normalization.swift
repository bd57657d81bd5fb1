import DifferentialExpression
import ExpressionData
import JobEngine
import Payloads

// What counts are divided by, and how a block of genes travels to the workers.
extension StudyInputs {
    /// The depths of the samples: given, estimated, or with normalization factors their means.
    ///
    /// - Parameter genes: Of the count table, ascending: those of `analysed`.
    package func sizeFactors(of analysed: CountMatrix, genes: [Int]) throws -> [Double] {
        if let sizeFactors { return sizeFactors }
        guard normalizationFactors.isEmpty else {
            return meanFactors(ofGenes: genes.indices.filter { analysed.isExpressed($0) }.map { genes[$0] })
        }
        guard let source = configuration.differentialExpression?.sizeFactors else { return [] }
        let method: SizeFactors.Method
        switch source {
        case .iterate: return try SizeFactors(iteratedFrom: analysed).values
        case .ratio, .ratioWithLengths: method = .medianOfRatios
        case .poscounts, .poscountsWithLengths: method = .positiveCounts
        case .file, .normalizationFactors: preconditionFailure("the factors that were given are not among the inputs")
        }
        return try SizeFactors(estimatedFrom: analysed, by: method, controlGenes: controlRows(among: genes)).values
    }

    /// Each sample's mean normalization factor over the given genes, of which there is at least one.
    ///
    /// - Parameter genes: Positions in the count table.
    package func meanFactors(ofGenes genes: [Int]) -> [Double] {
        guard let samples = counts?.sampleCount else { return [] }
        var sums = [Double](repeating: 0, count: samples)
        for gene in genes {
            for sample in 0..<samples { sums[sample] += normalizationFactors[gene * samples + sample] }
        }
        return sums.map { $0 / Double(genes.count) }
    }

    /// A block of genes as it goes to a worker, with the factors and weights of its genes.
    ///
    /// - Parameters:
    ///   - counts: Of whole genes.
    ///   - genes: Positions in the count table, one per gene of the block.
    package func blockBlob(counts: [Int32], ofGenes genes: some Collection<Int>) -> Blob {
        var writer = PayloadWriter()
        writer.write(counts: counts)
        writer.write(rows(of: normalizationFactors, genes: genes))
        writer.write(rows(of: observationWeights, genes: genes))
        return Blob(writer.bytes)
    }

    /// The counts of some genes, with their factors and weights.
    package func block(ofGenes genes: [Int]) -> CountBlock {
        CountBlock(
            counts: genes.flatMap { counts?.counts(ofGene: $0) ?? [] }, sampleCount: counts?.sampleCount ?? 1,
            normalizationFactors: rows(of: normalizationFactors, genes: genes),
            weights: rows(of: observationWeights, genes: genes))
    }

    /// The rows of a value per count for some genes; empty where there are no values.
    package func rows(of values: [Double], genes: some Collection<Int>) -> [Double] {
        guard !values.isEmpty, let samples = counts?.sampleCount else { return [] }
        return genes.flatMap { values[$0 * samples..<($0 + 1) * samples] }
    }

    /// Which genes have counts and yet no fit, because their weights leave the design without full rank.
    ///
    /// - Parameter allZero: As the gene-wise dispersions have it: genes that are not fitted.
    /// - Returns: Empty without weights.
    package func weightsFail(allZero: [Bool], genes: [Int]) -> [Bool] {
        guard !observationWeights.isEmpty, let counts else { return [] }
        return zip(genes, allZero).map { $1 && counts.isExpressed($0) }
    }

    package func warning(ofFailing weightsFail: [Bool], genes: [Int]) -> String? {
        let names = zip(genes, weightsFail).filter(\.1).compactMap { counts?.geneIDs[$0.0] }
        guard !names.isEmpty else { return nil }
        return "the weights of \(counted(names.count, "gene")) (\(listed(names))) leave too few samples for the "
            + "design; treated as genes without counts"
    }

    private func controlRows(among genes: [Int]) throws -> [Int]? {
        guard let controlGenes else { return nil }
        let isControl = Set(controlGenes)
        let rows = genes.indices.filter { isControl.contains(genes[$0]) }
        guard !rows.isEmpty else {
            throw InputError(
                "none of the \(controlGenes.count) control genes passes the gene filter",
                remedy: "Choose control genes that are expressed, or loosen the filter.")
        }
        return rows
    }
}

extension CountMatrix {
    fileprivate func isExpressed(_ gene: Int) -> Bool { counts(ofGene: gene).contains { $0 != 0 } }
}

extension CountBlock {
    /// Reads what `StudyInputs.blockBlob` wrote.
    package init(decoding bytes: [UInt8], sampleCount: Int) throws {
        var reader = PayloadReader(bytes)
        let counts = try reader.readCounts()
        let factors = try reader.readDoubles()
        let weights = try reader.readDoubles()
        guard counts.count.isMultiple(of: sampleCount) else {
            throw PayloadError(description: "a block of counts does not fit the design")
        }
        guard [0, counts.count].contains(factors.count), factors.allSatisfy({ $0 > 0 && $0.isFinite }),
            [0, counts.count].contains(weights.count), weights.allSatisfy({ $0 >= 0 && $0.isFinite })
        else { throw PayloadError(description: "factors or weights do not fit their counts") }
        self.init(counts: counts, sampleCount: sampleCount, normalizationFactors: factors, weights: weights)
    }
}
