import AnalysisPipeline
import ExpressionData
import ExpressionFormats

/// What `modicum run` is asked for: a study file, as text.
package struct StudyRequest: Codable, Equatable, Sendable {
    /// The name for messages.
    package var name: String
    package var text: String

    /// Where the counts of a study with `reads` are, once they are made; nil for studies with `counts`.
    package var madeCounts: String?

    /// Whether each analysis has its `genes.tsv`, too; nil, as in requests of older programs: it has not.
    package var details: Bool?

    /// Of a text that is no study, those that every study has.
    package var files: FileChoice { files(of: try? StudyFile(text: text, file: name)) }

    private func files(of study: StudyFile?) -> FileChoice {
        var files = FileChoice(details: details ?? false)
        files.enrichmentTables = study?.geneSets?.enrichmentTables ?? false
        return files
    }

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }

    /// Reads and checks everything.
    package func load(open: @escaping StudyLoader.FileSource) throws -> StudyInputs {
        do {
            var inputs = try read(open: open)
            // A table that is not there is known before anything is computed.
            _ = try report(open: open)
            inputs.warnings = inputs.warnings.map(\.namingStudyKeys)
            return inputs
        } catch let error as InputError {
            throw error.namingStudyKeys
        }
    }

    private func read(open: @escaping StudyLoader.FileSource) throws -> StudyInputs {
        var study = try StudyFile(text: text, file: name)
        if study.reads != nil {
            guard let madeCounts else {
                throw InputError(
                    file: name, column: "reads", "the counts of this study are not made yet",
                    remedy: "`modicum run` makes them from the reads, on this machine, and goes on to the results.")
            }
            study.counts = madeCounts
            if study.countsOptions.basepairs == nil {
                study.countsOptions.basepairs = ReadsSource.lengthsName(besideCounts: madeCounts)
            }
        }
        var loader = StudyLoader(open: open)
        let filter = StudyConfiguration.GeneFilter(
            counts: study.geneFilter.countAbove.map { "count > \($0) in >= \(study.geneFilter.inAtLeast ?? 1)" },
            chromosomes: study.geneFilter.chromosomes)
        let declarations: [ColumnDeclaration] = study.columns.map { column in
            switch column.kind {
            case .numeric: .numeric(column.name)
            case .factor(let levels): .factor(column.name, levels: levels.isEmpty ? nil : levels)
            }
        }
        let expression = try loader.expression(
            counts: study.counts, options: study.countsOptions, samples: study.samples, declaring: declarations,
            annotation: study.annotation, filter: filter)
        try expression.checkReplicates(
            in: study.adjustments.flatMap { adjustment in
                study.exposures.map { "~ " + (adjustment.covariates + $0.terms).joined(separator: " + ") }
            })
        let analyses = try study.adjustments.flatMap { adjustment in
            try study.exposures.flatMap { exposure in
                let (inputs, warnings) = try StudyAnalyses(
                    exposure: exposure, adjustment: adjustment, samples: expression.samples,
                    settings: study.options.model,
                    file: name
                ).analyses()
                loader.note(warnings)
                return inputs
            }
        }
        if let twice = analyses.map(\.name).firstRepeated {
            throw InputError(
                file: name, "two tests would have the folder `\(twice)`", remedy: "Give one of them another name.")
        }
        let geneSets = try loader.geneSets(
            study.geneSets?.files ?? [], stripsVersions: study.countsOptions.stripVersions)
        let geneSetSettings = study.geneSets.map { rule in
            var settings = rule.settings
            settings.permutations = rule.permutations.first
            settings.ranking = rule.samples?.ranking ?? .metric(study.ranking)
            return settings
        }
        if let geneSetSettings, !geneSets.isEmpty {
            try loader.checkMatches(genes: expression.rankedNames, sets: geneSets, settings: geneSetSettings)
        }
        let configuration = StudyConfiguration(
            inputs: [], geneFilter: filter, differentialExpression: study.options.settings,
            analyses: analyses.map {
                .init(
                    name: $0.name, design: $0.formula, coefficients: $0.design.columnNames, tests: $0.tests.map(\.name),
                    contrasts: $0.tests.map(\.contrast.weights), reduced: $0.reducedFormula)
            },
            geneSets: geneSetSettings)
        var inputs = StudyInputs(
            configuration: configuration, counts: expression.counts, annotation: expression.annotation,
            exclusions: expression.exclusions,
            sampleColumns: expression.samples.columns.map(StudyInputs.SampleColumn.init), analyses: analyses,
            geneSets: geneSets)
        try study.options.readNormalization(with: &loader, into: &inputs)
        try study.options.normalize(&inputs, byLengthsOf: expression)
        try loader.readLengths(
            for: &inputs, counts: study.counts, options: study.countsOptions, annotation: study.annotation,
            of: expression)
        if study.reads != nil {
            inputs.readQuality = try ReadsSource.quality(
                loader.file(ReadsSource.qualityName(besideCounts: study.counts), role: "read-quality"))
        }
        inputs.configuration.samplePermutation = study.geneSets?.samples
        try inputs.checkCounts(file: study.counts)
        try inputs.checkPermutations()
        inputs.configuration.inputs = loader.digests
        inputs.inputNames = loader.fileNames
        inputs.configuration.reading = study.countsOptions.reading
        inputs.warnings = loader.warnings
        inputs.files = files(of: study)
        inputs.writesGSEAFolder = study.geneSets?.gseaFolder ?? false
        inputs.settling = study.geneSets?.permutations.settling
        return inputs
    }
}
