import NetworkFormats
import StatisticalKernels
import StoredRuns

extension ReportPage {
    /// How many genes at most have counts of three digits.
    private static let mostExact = 2_000

    /// What the analysed genes are called: a symbol that several genes have is the first's; the others are called by their ids.
    var labels: [String] {
        var taken: Set<String> = []
        return run.genes.analysed.map { gene in
            let symbol = run.genes.label(gene)
            return taken.insert(symbol).inserted ? symbol : run.genes.ids[gene]
        }
    }

    func addGenes(to header: inout [String: JSONValue], _ payload: inout PagePayload) {
        let rows = run.genes.analysed
        header["labels"] = Self.texts(labels)
        header["ids"] = Self.texts(rows.map { run.genes.ids[$0] })
        guard !run.genes.biotypes.isEmpty else { return }
        let names = Set(rows.map { run.genes.biotypes[$0] }).sorted()
        let places = Dictionary(uniqueKeysWithValues: names.enumerated().map { ($1, UInt16(clamping: $0)) })
        header["biotypes"] = .object([
            "names": Self.texts(names), "codes": payload.add(rows.map { places[run.genes.biotypes[$0]] ?? 0 }),
        ])
    }

    /// Normalized counts of the analysed genes: one byte each, the logarithm in equal steps less the gene's middle one, which
    /// leaves small numbers that pack well; of significant genes three digits as well.
    func addCounts(to header: inout [String: JSONValue], _ payload: inout PagePayload) throws {
        let counts = try run.counts()
        guard !counts.isEmpty, !run.genes.analysed.isEmpty else { return }
        let (samples, genes) = (run.samples.names.count, run.genes.ids.count)
        let factors = try run.layer("normalization_factors")
        func logarithm(_ sample: Int, _ gene: Int) -> Double {
            let divisor = factors?[sample * genes + gene] ?? run.samples.sizeFactors[sample]
            return StatisticalKernels.log2(Double(counts[sample * genes + gene]) / divisor + 1)
        }
        var largest = 1.0
        for sample in 0..<samples { for gene in run.genes.analysed { largest = max(largest, logarithm(sample, gene)) } }
        let steps = min(5, 255 / largest)
        var bytes: [UInt8] = []
        var middles: [UInt8] = []
        bytes.reserveCapacity(samples * run.genes.analysed.count)
        for gene in run.genes.analysed {
            let row = (0..<samples).map { UInt8((logarithm($0, gene) * steps).rounded()) }
            let middle = row.sorted()[samples / 2]
            middles.append(middle)
            bytes += row.map { $0 &- middle }
        }
        header["counts"] = payload.add(bytes)
        header["countMiddles"] = payload.add(middles)
        let significant = Set(
            run.analyses.flatMap { SignificantGenes(of: $0, below: settings.significance).rows.prefix(Self.mostExact) })
        let exact = significant.sorted().prefix(Self.mostExact)
        let values = exact.flatMap { row in
            let gene = run.genes.analysed[row]
            return (0..<samples).map { sample in
                Double(counts[sample * genes + gene])
                    / (factors?[sample * genes + gene] ?? run.samples.sizeFactors[sample])
            }
        }
        header["exact"] = .object([
            "genes": payload.add(exact.map { Int32($0) }), "values": payload.add(values),
        ])
        header["countSteps"] = .number(steps)
    }

    func column(_ name: String, _ values: SampleRows.Values) -> JSONValue {
        switch values {
        case .numeric(let numbers):
            .object([
                "name": .string(name), "values": .array(numbers.map { $0.isFinite ? .number($0) : .string("missing") }),
            ])
        case .factor(let codes, let levels):
            .object(["name": .string(name), "codes": .array(codes.map { .integer($0) }), "levels": Self.texts(levels)])
        }
    }

    func analysis(_ analysis: StoredAnalysis, sets pageSets: PageSets?, _ payload: inout PagePayload) -> JSONValue {
        let significant = SignificantGenes(of: analysis, below: settings.significance)
        var hits = [UInt8](repeating: 0, count: analysis.pvalue.count)
        for row in significant.rows { hits[row] = 1 }
        let reasons = [""] + Set(analysis.reason).subtracting([""]).sorted()
        let places = Dictionary(uniqueKeysWithValues: reasons.enumerated().map { ($1, UInt8(clamping: $0)) })
        var members: [String: JSONValue] = [
            "name": .string(analysis.name), "file": .string(analysis.fileName),
            "adjustment": .string(analysis.adjustment), "exposure": .string(analysis.exposure),
            "comparison": .string(FoundLines.comparison(of: analysis, in: run)),
            "statistic": .string(run.statisticName),
            "design": .string(analysis.design), "lfc": payload.add(analysis.log2FoldChange),
            "stat": payload.add(analysis.stat),
            "logp": payload.add(probabilities: analysis.empirical?.pvalue ?? analysis.pvalue),
            "logq": payload.add(probabilities: analysis.significance), "hits": payload.add(hits),
            "mean": payload.add(analysis.baseMean),
            "reasons": .object([
                "names": Self.texts(reasons), "codes": payload.add(analysis.reason.map { places[$0] ?? 0 }),
            ]),
            "genesUp": .integer(significant.up), "genesDown": .integer(significant.down),
            "strongest": .array(significant.rows.prefix(5).map { .integer($0) }),
        ]
        if let enrichment = analysis.enrichment, let pageSets {
            members["sets"] = sets(enrichment, of: pageSets, by: analysis.stat, &payload)
            members["setNull"] = setNull(of: analysis.permutation)
        }
        members["nulls"] = analysis.permutation.map(nulls)
        return .object(members)
    }
}
