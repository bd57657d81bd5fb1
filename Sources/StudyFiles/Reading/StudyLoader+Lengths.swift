import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import ExpressionFormats

extension StudyLoader {
    /// Gives a study the lengths that fragments per kilobase need, and checks that the rates it asks for can be made.
    ///
    /// A table of lengths goes first, then those that `featureCounts` writes beside its counts, then those of a GTF file.
    ///
    /// - Throws: `InputError` where lengths are asked for and none is known.
    mutating func readLengths(
        for inputs: inout StudyInputs, counts countsName: String, options: CountsOptions, annotation: String?,
        of expression: ExpressionInputs
    ) throws {
        guard let settings = inputs.configuration.differentialExpression, settings.fpm || settings.fpkm else { return }
        inputs.transcriptLengths = expression.lengths?.values ?? []
        if settings.fpkm, inputs.transcriptLengths.isEmpty {
            let lengths = try geneLengths(counts: countsName, options: options, annotation: annotation)
            inputs.geneLengths = expression.counts.geneIDs.map { lengths($0) ?? .nan }
            try checkLengths(of: inputs)
        }
        // What size factors are made of where the run's own do not serve.
        let needsRatios = !inputs.transcriptLengths.isEmpty || !inputs.normalizationFactors.isEmpty
        guard settings.fpmRobust, needsRatios else { return }
        let counts = expression.counts
        let hasGeneOfAll = counts.geneIDs.indices.contains { gene in
            expression.exclusions[gene] == nil && counts.counts(ofGene: gene).allSatisfy { $0 > 0 }
        }
        guard hasGeneOfAll else {
            throw InputError(
                file: countsName, "every gene has a zero in some sample, so that libraries have no robust sizes",
                remedy: "Give --fpm-robust off.")
        }
    }

    private mutating func geneLengths(
        counts: String, options: CountsOptions, annotation: String?
    ) throws -> (String) -> Double? {
        if let basepairs = options.basepairs {
            let table = try GeneLengthTable(try file(basepairs, role: "basepairs"))
            return { table[$0] }
        }
        if [nil, .featureCounts].contains(options.format.given), !counts.hasPrefix("column:"),
            case let input = try open(counts), !input.isFolder,
            let start = try? input.prefix(64),
            start.starts(with: Array("# Program:featureCounts".utf8))
                || start.starts(with: Array("Geneid".utf8)),
            let table = try GeneLengthTable(besideCounts: input)
        {
            return { table[$0] }
        }
        if let annotation {
            let table = try AnnotationTable(try open(annotation))
            return { table.exonLength(of: $0).map(Double.init) }
        }
        return { _ in nil }
    }

    private mutating func checkLengths(of inputs: StudyInputs) throws {
        guard let counts = inputs.counts else { return }
        let analysed = counts.geneIDs.indices.filter { inputs.exclusions[$0] == nil }
        let unknown = analysed.filter { inputs.geneLengths[$0].isNaN }
        guard unknown.count < analysed.count else {
            throw InputError(
                "--fpkm needs the lengths of genes, and none is known",
                remedy: "Give a table with --basepairs, such as gene_lengths.tsv of `modicum count`, the counts as "
                    + "featureCounts wrote them, or a GTF file as --annotation.")
        }
        guard !unknown.isEmpty else { return }
        note([
            InputWarning(
                .warning,
                "\(counted(unknown.count, "gene")) without a known length: their fragments per kilobase are NA "
                    + "(\(listed(unknown.map { counts.geneIDs[$0] }, limit: 5)))")
        ])
    }
}
