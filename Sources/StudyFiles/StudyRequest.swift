import AnalysisPipeline
import ExpressionData
import ExpressionFormats

/// What `modicum run` is asked for: a study file, as text.
package struct StudyRequest: Codable, Equatable, Sendable {
    /// The name for messages.
    package var name: String
    package var text: String

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
        let study = try StudyFile(text: text, file: name)
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
        let analyses = try study.adjustments.flatMap { adjustment in
            try study.exposures.map { exposure in
                let analysis = try analysis(
                    exposure, adjustment: adjustment, samples: expression.samples,
                    options: study.options)
                loader.note(analysis.warnings)
                return analysis.input
            }
        }
        let geneSets = try loader.geneSets(study.geneSets?.files ?? [])
        let geneSetSettings = study.geneSets.map {
            StudyConfiguration.GeneSets(
                minSize: $0.minSize, maxSize: $0.maxSize, weight: $0.weight, permutations: $0.permutations.first,
                seed: $0.seed, fdrThreshold: $0.fdrThreshold, ranking: study.ranking)
        }
        if let geneSetSettings {
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
        try inputs.checkCounts(file: study.counts)
        inputs.configuration.inputs = loader.digests
        inputs.warnings = loader.warnings
        inputs.settling = study.geneSets?.permutations.settling
        return inputs
    }

    /// The design of one exposure with one set of covariates: covariates first, so that the exposure's
    /// coefficient is the last.
    ///
    /// A likelihood-ratio test compares it with the covariates alone.
    private func analysis(
        _ exposure: String, adjustment: StudyFile.Adjustment, samples: SampleTable, options: ModelOptions
    ) throws -> (input: StudyInputs.AnalysisInput, warnings: [InputWarning]) {
        guard let column = samples.column(named: exposure) else {
            throw InputError(
                file: samples.fileName, column: exposure, "the exposure is not a column of the sample sheet",
                remedy: exposure.contains("(")
                    ? "Functions stand in `adjust` only; add the column, or use `modicum de`."
                    : nearestName(to: exposure, among: samples.columns.map(\.name)).map { "Did you mean `\($0)`?" }
                        ?? "Its columns are \(samples.columns.map(\.name).joined(separator: ", ")).")
        }
        guard case .numeric = column.values else {
            throw InputError(
                file: samples.fileName, column: exposure, "the exposure is not numeric",
                remedy: "A study tests one coefficient per exposure; use `modicum de` for factors.")
        }
        let covariates = adjustment.covariates.isEmpty ? "1" : adjustment.covariates.joined(separator: " + ")
        let covariatesAlone = try DesignFormula(parsing: "~ " + covariates)
        guard !covariatesAlone.variables.contains(exposure) else {
            throw InputError(
                file: name, "the adjustment set `\(adjustment.name)` holds the exposure `\(exposure)`",
                remedy: "An exposure is not adjusted for itself: leave it out of the set, or out of `exposures`.")
        }
        let formula = try DesignFormula(parsing: "~ " + (adjustment.covariates + [exposure]).joined(separator: " + "))
        let design = try Design(formula, samples: samples)
        let reduced = options.test == "lrt" ? try design.reduced(covariatesAlone) : nil
        let expansion = try DesignExpansion(
            of: design, tests: [.init(try design.coefficient(of: exposure))], options: options)
        let input = StudyInputs.AnalysisInput(
            name: "\(adjustment.name)/\(exposure)", formula: design.formula.description, design: design.matrix,
            tests: expansion.tests, reducedFormula: reduced?.formula.description, reducedDesign: reduced?.matrix,
            expandedDesign: expansion.expanded)
        return (input, design.warnings + design.referenceNotes)
    }
}

extension Design {
    /// The coefficient of a numeric variable: not the last one where covariates have interactions, which R puts behind.
    fileprivate func coefficient(of variable: String) throws -> Contrast {
        let own = coefficients.first { $0.term.map { formula.terms[$0].variables == [variable] } ?? false }
        return try own.map { try coefficient(named: $0.name) } ?? lastCoefficient
    }
}
