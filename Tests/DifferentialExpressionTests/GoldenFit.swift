import DifferentialExpression
import ExpressionData
import ExpressionFormats
import StatisticalKernels

/// A reference design with what its gene-sharded fit is fed: its size factors, trend and prior.
struct GoldenFit {
    let reference: DesignReference
    let counts: CountMatrix
    let context: ModelContext
    let prior: DispersionPrior
    let asymptoticDispersion: Double
    let extraPoisson: Double

    /// The rows of the genes table, and where they stand among the counts.
    let genes: Genes

    /// Given per count where the design has them, in the order of the counts; else empty.
    private let normalizationFactors: [Double]
    private let weights: [Double]

    init(_ name: String, settings: ModelSettings = ModelSettings(), cpuLevel: CPULevel = .current) throws {
        try self.init(DesignReference(name), settings: settings, cpuLevel: cpuLevel)
    }

    init(
        _ reference: DesignReference, settings: ModelSettings = ModelSettings(), cpuLevel: CPULevel = .current
    ) throws {
        self.reference = reference
        counts = try reference.counts()
        normalizationFactors = try Self.values("normalization_factors.tsv.gz", reference, counts)
        weights = try Self.values("weights.tsv.gz", reference, counts)
        let json = try reference.json("design.json")
        let matrix = try reference.table("expected_model_matrix.tsv")
        let columns = try (1..<matrix.columnCount).map { try matrix.doubles(column: $0) }
        let design = DesignMatrix(
            columnNames: Array(matrix.columnNames.dropFirst()),
            values: (0..<matrix.rowCount).flatMap { row in columns.map { $0[row] } },
            sampleCount: matrix.rowCount)
        context = ModelContext(
            design: design,
            sizeFactors: normalizationFactors.isEmpty
                ? try reference.table("expected_size_factors.tsv").doubles("sizeFactor")
                : Self.columnMeans(normalizationFactors, counts),
            settings: settings, cpuLevel: cpuLevel)
        prior = DispersionPrior(
            varLogDispEsts: json.number("varLogDispEsts"), priorVariance: json.number("dispPriorVar"))
        asymptoticDispersion = json.number("dispersion_trend_coefficients", "asymptDisp")
        extraPoisson = json.number("dispersion_trend_coefficients", "extraPois")
        genes = try Genes(reference, counts)
    }

    /// The counts of the table's genes, in the table's order.
    var block: CountBlock {
        func rows(of values: [Double]) -> [Double] {
            guard !values.isEmpty else { return [] }
            return genes.rows.flatMap { values[$0 * counts.sampleCount..<($0 + 1) * counts.sampleCount] }
        }
        return CountBlock(
            counts: genes.rows.flatMap { counts.counts(ofGene: $0) }, sampleCount: counts.sampleCount,
            normalizationFactors: rows(of: normalizationFactors), weights: rows(of: weights))
    }

    private static func values(
        _ file: String, _ reference: DesignReference, _ counts: CountMatrix
    ) throws -> [Double] {
        guard reference.has(file) else { return [] }
        let table = try reference.table(file)
        let rows = Dictionary(uniqueKeysWithValues: zip(table.strings(column: 0), 0...))
        let columns = try counts.sampleNames.map { try table.doubles($0) }
        return counts.geneIDs.flatMap { name in columns.map { $0[rows[name]!] } }
    }

    /// Each sample's mean factor over the genes with counts.
    private static func columnMeans(_ factors: [Double], _ counts: CountMatrix) -> [Double] {
        let samples = counts.sampleCount
        var sums = [Double](repeating: 0, count: samples)
        var used = 0.0
        for gene in 0..<counts.geneCount where counts.counts(ofGene: gene).contains(where: { $0 != 0 }) {
            used += 1
            for sample in 0..<samples { sums[sample] += factors[gene * samples + sample] }
        }
        return sums.map { $0 / used }
    }

    func dispFit(atMeans means: [Double]) -> [Double] {
        means.map { $0 > 0 ? asymptoticDispersion + extraPoisson / $0 : .nan }
    }

    struct Genes {
        let names: [String]
        let rows: [Int]
        private let reference: DesignReference
        private let counts: CountMatrix

        init(_ reference: DesignReference, _ counts: CountMatrix) throws {
            self.reference = reference
            self.counts = counts
            names = try reference.table("expected_genes.tsv.gz").strings("gene_id")
            let positions = Dictionary(uniqueKeysWithValues: zip(counts.geneIDs, 0...))
            rows = names.map { positions[$0]! }
        }
    }
}

/// How two columns of numbers differ.
struct Differences: CustomStringConvertible {
    /// Ascending; infinite where only one of the two is NaN.
    private let sorted: [Double]
    private let worstName: String

    /// - Parameters:
    ///   - isRelative: Whether differences are divided by the expected value.
    ///   - included: Which rows are compared.
    init(
        _ values: [Double], _ expected: [Double], names: [String], isRelative: Bool,
        where included: (Int) -> Bool = { _ in true }
    ) {
        var differences: [(Double, String)] = []
        for row in expected.indices where included(row) {
            let (value, wanted) = (values[row], expected[row])
            if value.isNaN || wanted.isNaN {
                differences.append((value.isNaN && wanted.isNaN ? 0 : .infinity, names[row]))
            } else {
                differences.append(((value - wanted).magnitude / (isRelative ? wanted.magnitude : 1), names[row]))
            }
            if value == wanted { differences[differences.count - 1].0 = 0 }
        }
        differences.sort { $0.0 < $1.0 }
        sorted = differences.map(\.0)
        worstName = differences.last?.1 ?? ""
    }

    var count: Int { sorted.count }
    var worst: Double { sorted.last ?? 0 }

    /// The share of rows that differ by more than a limit.
    func share(above limit: Double) -> Double {
        Double(sorted.count { $0 > limit }) / Double(max(sorted.count, 1))
    }

    func quantile(_ share: Double) -> Double {
        sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
    }

    var description: String {
        "\(count) rows: 50 % \(quantile(0.5)), 99 % \(quantile(0.99)), 99.9 % \(quantile(0.999)), "
            + "worst \(worst) (\(worstName))"
    }
}
