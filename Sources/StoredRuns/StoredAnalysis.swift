import RunStore

/// One test of a finished run. Vectors have one element per analysed gene.
package struct StoredAnalysis: Sendable {
    /// The adjustment set and the exposure, such as `main` and `stir_volume`; `de` and the test for `modicum de`.
    package let adjustment: String
    package let exposure: String

    /// What its files are called: `main.stir_volume`; of two that would be the same, one with a number.
    package internal(set) var fileName = ""

    /// What was tested, such as `condition_treated_vs_untreated`.
    package let test: String
    package let design: String
    package let coefficients: [String]

    package let baseMean: [Double]
    package let log2FoldChange: [Double]
    package let lfcSE: [Double]
    package let stat: [Double]
    package let pvalue: [Double]
    package let padj: [Double]

    /// Where an empirical null was asked for.
    package let empirical: EmpiricalColumns?
    package let maxCooks: [Double]
    package let reason: [String]
    package let dispersions: DispersionColumns
    package let trend: [Double]
    package let cooksCutoff: Double
    package let filterThreshold: Double?
    package let alpha: Double?
    package let enrichment: StoredEnrichment?

    /// Nil where samples were not permuted.
    package let permutation: StoredPermutation?

    package struct EmpiricalColumns: Sendable {
        package let pvalue: [Double]
        package let padj: [Double]
        package let lfdr: [Double]
        package let standardDeviation: Double
        package let eta0: Double
        package let cutoff: Double
    }

    package struct DispersionColumns: Sendable {
        package let geneWise: [Double]
        package let fitted: [Double]
        package let final: [Double]
        package let isOutlier: [Bool]
        package let isReplaced: [Bool]
    }

    /// Adjusted p-values by which a gene is called significant: the empirical null's where there is one.
    package var significance: [Double] { empirical?.padj ?? padj }

    /// `main/stir_volume`, or `de` and the test's name where there are several.
    package var name: String { adjustment + "/" + exposure }

    init(
        _ analysis: RunConfiguration.Analysis, test: String, configuration: RunConfiguration,
        collection: GeneSetCollection?, in document: RunDocument
    ) throws {
        let parts = analysis.name.split(separator: "/", maxSplits: 1).map(String.init)
        adjustment = parts.first ?? "de"
        exposure = parts.count == 2 && analysis.tests.count == 1 ? parts[1] : test
        self.test = test
        design = analysis.design
        coefficients = analysis.coefficients
        let base = AnalysisPlace.ofAnalysis(analysis.name)
        let place = AnalysisPlace.ofTest(test, in: base, of: analysis.tests.count)
        func column(_ name: String) throws -> [Double] { try document.doubles(place + "/results/" + name) }
        baseMean = try column("baseMean")
        log2FoldChange = try column("log2FoldChange")
        lfcSE = try column("lfcSE")
        stat = try column("stat")
        pvalue = try column("pvalue")
        padj = try column("padj")
        maxCooks = try column("maxCooks")
        let (codes, reasons) = try document.categorical(place + "/results/reason")
        reason = codes.map { $0 < 0 ? "" : reasons[$0] }
        let attributes = document.attributes(ofGroup: place + "/results") ?? [:]
        func number(_ name: String) -> Double? { if case .double(let value) = attributes[name] { value } else { nil } }
        filterThreshold = number("filterThreshold")
        alpha = number("alpha")
        empirical =
            document[place + "/results/padjEmpirical"] == nil
            ? nil
            : EmpiricalColumns(
                pvalue: try column("pvalueEmpirical"), padj: try column("padjEmpirical"), lfdr: try column("lfdr"),
                standardDeviation: number("fdrtool-sd") ?? .nan, eta0: number("fdrtool-eta0") ?? .nan,
                cutoff: number("fdrtool-cutoff") ?? .nan)
        func flags(_ name: String) throws -> [Bool] {
            guard case .int8s(let values) = document[base + "/genes/" + name]?.content else { return [] }
            return values.map { $0 == 1 }
        }
        dispersions = DispersionColumns(
            geneWise: try document.doubles(base + "/genes/dispGeneEst"),
            fitted: try document.doubles(base + "/genes/dispFit"),
            final: try document.doubles(base + "/genes/dispersion"), isOutlier: try flags("dispOutlier"),
            isReplaced: try flags("replace"))
        trend = try document.doubles(base + "/dispersion_trend")
        let design = document.attributes(ofGroup: base) ?? [:]
        if case .double(let cutoff) = design["cooksCutoff"] { cooksCutoff = cutoff } else { cooksCutoff = .infinity }
        enrichment = try StoredEnrichment(at: place, collection: collection, in: document)
        permutation = try StoredPermutation(at: place, in: document)
    }
}
