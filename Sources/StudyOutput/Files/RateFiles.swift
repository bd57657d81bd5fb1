import AnalysisPipeline
import DifferentialExpression
import ExpressionData

extension StudyResults {
    /// A table of fragments per million or per kilobase.
    enum FragmentTable: String, CaseIterable {
        case perMillion = "fpm"
        case perKilobase = "fpkm"

        var fileName: String { rawValue + ".tsv.gz" }
    }

    /// The tables that were asked for.
    var fragmentTables: [FragmentTable] {
        guard inputs.counts != nil, let settings = inputs.configuration.differentialExpression else { return [] }
        return FragmentTable.allCases.filter { $0 == .perMillion ? settings.fpm : settings.fpkm }
    }

    /// Its values, `gene * samples + sample`, of the analysed genes.
    func values(of table: FragmentTable) throws -> [Double] {
        guard let counts = inputs.counts?.selecting(genes: analysedGenes) else { return [] }
        let isRobust = inputs.configuration.differentialExpression?.fpmRobust ?? true
        let lengths = inputs.transcriptLengths
        // As in DESeq2, libraries of estimated counts are their sums: what is robust are the rates per kilobase.
        let factors = isRobust && lengths.isEmpty ? try librarySizeFactors(of: counts) : nil
        let rates = FragmentRates(of: counts, sizeFactors: factors)
        guard table == .perKilobase else { return rates.perMillion }
        guard !lengths.isEmpty else { return rates.perKilobase(ofGenes: analysedGenes.map { inputs.geneLengths[$0] }) }
        let samples = counts.sampleCount
        return rates.perKilobase(
            ofTranscripts: analysedGenes.flatMap { lengths[$0 * samples..<($0 + 1) * samples] }, isRobust: isRobust)
    }

    /// Those of the run; with normalization factors in their place, medians of ratios.
    private func librarySizeFactors(of counts: CountMatrix) throws -> [Double] {
        sizeFactors.isEmpty ? try SizeFactors(estimatedFrom: counts).values : sizeFactors
    }
}
