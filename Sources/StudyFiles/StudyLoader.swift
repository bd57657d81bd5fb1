import AnalysisPipeline
import ContentDigest
import ExpressionData
import ExpressionFormats
import GeneSetEnrichment

/// Reads the inputs of a run and checks them against each other.
///
/// Files come through a closure, so that a study is read in the same way from a
/// folder and from what a client sent to a coordinator.
package struct StudyLoader {
    /// Returns the file with the name that the study or command gives.
    package typealias FileSource = (String) throws -> InputFile

    private let open: FileSource
    private(set) var digests: [StudyConfiguration.Input] = []
    private(set) var warnings: [InputWarning] = []

    package init(open: @escaping FileSource) {
        self.open = open
    }

    /// Opens a file and notes its digest: that of the content, without compression.
    mutating func file(_ name: String, role: String) throws -> InputFile {
        let file = try open(name)
        digests.append(
            .init(role: role, name: file.baseName, sha256: SHA256Digest(of: file.bytes).description))
        return file
    }

    mutating func note(_ new: [InputWarning]) {
        for warning in new where !warnings.contains(warning) { warnings.append(warning) }
    }
}

/// Counts, samples and annotation, matched to each other.
struct ExpressionInputs {
    var counts: CountMatrix
    var samples: SampleTable
    var annotation: [GeneAnnotation]
    var exclusions: [String?]
}

extension StudyLoader {
    /// Reads counts, sample sheet and annotation, and applies the gene filter.
    mutating func expression(
        counts countsName: String, format: String, samples samplesName: String, declaring: [ColumnDeclaration],
        annotation annotationName: String?, filter: StudyConfiguration.GeneFilter?
    ) throws -> ExpressionInputs {
        guard format == "auto" || CountsFormat(rawValue: format) != nil else {
            throw InputError(
                "`\(format)` is not a format of counts that this version reads",
                remedy: "Choose one of: auto, \(CountsFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        let sheet = try SampleSheet.read(try file(samplesName, role: "samples"), declaring: declaring)
        let countsFile = try file(countsName, role: "counts")
        let counts = try CountTable.read(
            countsFile, format: CountsFormat(rawValue: format), sampleNames: sheet.sampleNames)
        let samples = try sheet.matched(toSamples: counts.sampleNames, ofCounts: countsName)
        try counts.checkLibraries(file: countsName)

        var annotation: [GeneAnnotation] = []
        if let annotationName {
            let table = try AnnotationTable(try file(annotationName, role: "annotation"))
            note(table.warnings)
            if let warning = table.coverageWarning(for: counts.geneIDs) { note([warning]) }
            annotation = table.annotations(of: counts.geneIDs)
        }
        let exclusions = try exclusions(from: counts, annotation: annotation, filter: filter)
        return ExpressionInputs(counts: counts, samples: samples, annotation: annotation, exclusions: exclusions)
    }

    /// Why each gene is left out, or nil: the chromosome's rule first.
    private func exclusions(
        from counts: CountMatrix, annotation: [GeneAnnotation], filter: StudyConfiguration.GeneFilter?
    ) throws -> [String?] {
        guard let filter else { return Array(repeating: nil, count: counts.geneCount) }
        let annotations = annotation.isEmpty ? nil : annotation
        let onChromosomes = try GeneFilter(chromosomes: .init(parsing: filter.chromosomes))
            .apply(to: counts, annotations: annotations)
        let expressed = try GeneFilter(expression: filter.counts.map { try .init(parsing: $0) })
            .apply(to: counts, annotations: annotations)
        var reasons = [String?](repeating: "chromosome-filter", count: counts.geneCount)
        for gene in onChromosomes.keptGenes { reasons[gene] = "expression-filter" }
        let isOnChromosome = Set(onChromosomes.keptGenes)
        for gene in expressed.keptGenes where isOnChromosome.contains(gene) { reasons[gene] = nil }
        if !reasons.contains(where: { $0 == nil }) {
            throw InputError(
                "no gene passes the gene filter",
                remedy: "Check the filter, and the chromosomes' names in the annotation.")
        }
        return reasons
    }

    /// Reads gene-set files; the source of each set is its file.
    mutating func geneSets(_ names: [String]) throws -> [GeneSet] {
        let content = try GeneSetFile.read(try names.map { try file($0, role: "gene-sets") })
        note(content.warnings)
        return content.sets
    }

    /// Throws unless some set has enough of the genes, and says why when none has any.
    func checkMatches(genes: [String], sets: [GeneSet], settings: StudyConfiguration.GeneSets) throws {
        if let error = explanationOfUnmatchedSets(genes: genes, sets: sets) { throw error }
        let matching = GeneSetMatching(
            of: sets, with: genes, minimumSize: settings.minSize, maximumSize: settings.maxSize)
        if matching.matched.isEmpty {
            throw InputError(
                "none of the \(grouped(sets.count)) gene sets has \(settings.minSize) to \(settings.maxSize) "
                    + "of the list's \(grouped(genes.count)) genes",
                remedy: "Widen the size limits, or check that list and sets name genes in the same way.")
        }
    }
}
