import AnalysisPipeline
import ContentDigest
import DifferentialExpression
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

    let open: FileSource
    private(set) var digests: [StudyConfiguration.Input] = []

    /// By input, what its file is called, with the `.gz` that its name among the results is without: those are of the
    /// content, compressed or not.
    private(set) var fileNames: [String] = []
    private(set) var warnings: [InputWarning] = []

    package init(open: @escaping FileSource) {
        self.open = open
    }

    /// Opens a file and notes its digest: that of the content, without compression.
    mutating func file(_ name: String, role: String) throws -> InputFile {
        let file = try open(name)
        let content = try file.content
        note(digest: SHA256Digest(of: content), role: role, of: file)
        return try InputFile(name: file.name, bytes: content)
    }

    mutating func note(digest: SHA256Digest, role: String, of file: InputFile) {
        note(digest: digest, role: role, name: file.baseName, fileName: file.lastComponent)
    }

    mutating func note(digest: SHA256Digest, role: String, name: String, fileName: String) {
        digests.append(.init(role: role, name: name, sha256: digest.description))
        fileNames.append(fileName)
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

    /// Of estimated counts.
    var lengths: TranscriptLengths?

    /// The runs whose counts were added up; nil where the samples are those of the sheet.
    var replicates: TechnicalReplicates?

    /// Throws where runs of one sample differ in a column of a design.
    ///
    /// It comes before the designs are made: of what they then refuse, the differing runs would be the cause.
    ///
    /// - Parameter formulas: Of the designs. One that is none is refused where its design is made.
    func checkReplicates(in formulas: [String]) throws {
        let columns = formulas.compactMap { try? DesignFormula(parsing: $0) }.flatMap(\.columns)
        try replicates?.checkColumns(Set(columns))
    }

    var rankedNames: [String] { analysedNames(of: counts, annotation: annotation, exclusions: exclusions) }
}

/// What genes are called in ranked lists: the symbols of those that are analysed and have counts, each once.
func analysedNames(of counts: CountMatrix, annotation: [GeneAnnotation], exclusions: [String?]) -> [String] {
    // A gene without counts has no statistic.
    let analysed = counts.geneIDs.indices.filter { gene in
        exclusions[gene] == nil && counts.counts(ofGene: gene).contains { $0 != 0 }
    }
    let names = counts.rankedNames(of: analysed, annotation: annotation)
    // Several genes may share a symbol; the list has each name once.
    return Set(names).sorted()
}

extension StudyLoader {
    /// Reads counts, sample sheet and annotation, and applies the gene filter.
    ///
    /// - Parameters:
    ///   - samplesName: May be nil for counts that know their samples.
    ///   - excluding: Samples to leave out, by values of a column.
    mutating func expression(
        counts countsName: String, options: CountsOptions, samples samplesName: String?,
        declaring declarations: [ColumnDeclaration], annotation annotationName: String?,
        filter: StudyConfiguration.GeneFilter?, excluding: SampleExclusion? = nil
    ) throws -> ExpressionInputs {
        if let samplesName, samplesName == countsName {
            throw InputError(
                file: countsName, "the same file is given for the counts and for the samples",
                remedy: "Give the count table as counts and the sample sheet as samples.")
        }
        let sheet = try samplesName.map { try SampleSheet.read(try file($0, role: "samples"), declaring: declarations) }
        var (loaded, samples) = try refusingExchange(of: countsName, and: sheet, declarations) { loader in
            var loaded = try loader.counts(countsName, options, sheet: sheet)
            let table = try sheet ?? loader.ownSamples(of: loaded, counts: countsName, declaring: declarations)
            let renamed = loader.matchingNames(&loaded, to: table, counts: countsName)
            return (loaded, try renamed.matched(toSamples: loaded.counts.sampleNames, ofCounts: countsName))
        }
        if let kept = try excluding?.keptSamples(of: samples) {
            samples = samples.selecting(samples: kept)
            loaded = loaded.selecting(samples: kept)
        }
        let replicates = try options.collapseReplicates.map { column in
            let replicates = try TechnicalReplicates(column: column, of: samples)
            try collapse(&loaded, by: replicates, column: column, file: countsName)
            samples = replicates.collapsedSamples
            return replicates
        }
        if samples.column(named: "sizeFactor") != nil {
            note([
                InputWarning(
                    .note, place: InputPlace(file: samples.fileName, column: "sizeFactor"),
                    "a covariate like any other; size factors that are given come in a file of their own (size-factors)"
                )
            ])
        }
        if options.stripVersions { try stripVersions(of: &loaded, file: countsName) }
        let counts = loaded.counts
        try counts.checkLibraries(file: countsName)

        var annotation: [GeneAnnotation] = []
        if let annotationName {
            var table = try AnnotationTable(try file(annotationName, role: "annotation"))
            if options.stripVersions { table = table.withoutVersions }
            note(table.warnings)
            if let warning = table.coverageWarning(for: counts.geneIDs) { note([warning]) }
            annotation = table.annotations(of: counts.geneIDs)
        }
        let exclusions = try exclusions(from: counts, annotation: annotation, filter: filter)
        return ExpressionInputs(
            counts: counts, samples: samples, annotation: annotation, exclusions: exclusions, lengths: loaded.lengths,
            replicates: replicates)
    }

    /// Says of counts and a sheet that cannot be read together that they were exchanged, where they were: the names that
    /// begin the rows of one are the columns of the other.
    private mutating func refusingExchange<T>(
        of countsName: String, and sheet: SampleTable?, _ declarations: [ColumnDeclaration],
        reading: (inout StudyLoader) throws -> T
    ) throws -> T {
        do {
            return try reading(&self)
        } catch let error as InputError {
            let columns = Set(sheet?.columns.map(\.name) ?? [])
            guard let sheet, columns.count > 1, let input = try? open(countsName), !input.isFolder,
                let other = try? SampleSheet.read(input, declaring: declarations), other.sampleNames.count > 1,
                other.sampleNames.allSatisfy(columns.contains)
            else { throw error }
            throw InputError(
                file: countsName, "this is the sample sheet, and \(sheet.fileName) the count table",
                remedy: "Exchange them: the columns of \(sheet.fileName) are the samples of \(countsName).")
        }
    }

    /// Adds up the counts of technical replicates.
    private mutating func collapse(
        _ loaded: inout LoadedCounts, by replicates: TechnicalReplicates, column: String, file: String
    ) throws {
        guard loaded.lengths == nil else {
            throw InputError(
                file: file, "estimated counts have lengths of transcripts, which cannot be added up like counts",
                remedy: "Quantify the runs of a sample together, or leave out --collapse-replicates.")
        }
        loaded.counts = try replicates.collapsed(loaded.counts, file: file)
        note(replicates.remarks(column: column))
    }

    /// Takes the versions off the genes' identifiers, and says of how many.
    private mutating func stripVersions(of loaded: inout LoadedCounts, file: String) throws {
        let counts = loaded.counts
        let stems = try GeneVersion.stripped(counts.geneIDs, file: file)
        note(strippedVersions(of: counts.geneIDs, stems, file: file))
        loaded.counts = CountMatrix(geneIDs: stems, sampleNames: counts.sampleNames, counts: counts.counts)
    }

    /// How many identifiers lost their versions; that none had one is worth a warning.
    func strippedVersions(of identifiers: [String], _ stems: [String], file: String) -> [InputWarning] {
        let changed = zip(identifiers, stems).filter { $0 != $1 }
        guard let (before, after) = changed.first else {
            return [
                InputWarning(.warning, place: InputPlace(file: file), "no gene has a version that could be stripped")
            ]
        }
        return [
            InputWarning(
                .note, place: InputPlace(file: file),
                "\(counted(changed.count, "gene")) lost the version of the identifier, such as \(before), now \(after)")
        ]
    }

    /// The sample sheet that came with the counts.
    private func ownSamples(
        of loaded: LoadedCounts, counts name: String, declaring declarations: [ColumnDeclaration]
    ) throws -> SampleTable {
        guard let own = loaded.samples else {
            throw InputError(
                file: name, "the counts say nothing about their samples",
                remedy: "Give a sample sheet with --samples.")
        }
        var declared: Set<String> = []
        for declaration in declarations {
            if case .reference = declaration { continue }
            declared.insert(declaration.column)
        }
        return try SampleSheet.read(
            own.file, declaring: declarations + own.declarations.filter { !declared.contains($0.column) })
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
    ///
    /// - Parameter stripsVersions: Whether their genes lose the versions of their identifiers.
    mutating func geneSets(
        _ names: [String], as dialect: GeneSetFile.Dialect = .plain, stripsVersions: Bool = false
    ) throws -> [GeneSet] {
        let content = try GeneSetFile.read(try names.map { try file($0, role: "gene-sets") }, as: dialect)
        note(content.warnings)
        return stripsVersions ? GeneVersion.stripped(content.sets) : content.sets
    }
}
