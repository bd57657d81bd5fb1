import ContentDigest
import DifferentialExpression
import ExpressionData
import GeneSetEnrichment
import JobEngine
import Synchronization

/// A study as a program of sharded stages with its reductions between them.
///
/// Called by one thread at a time, as `RunProgram` promises; the lock only tells
/// the compiler so.
package final class StudyProgram: RunProgram {
    private let state: Mutex<StudyState>

    /// - Parameter finish: Writes the results and the record; called once, at the end.
    package init(inputs: StudyInputs, finish: @escaping @Sendable (StudyResults, RunHistory) throws -> Void) {
        state = Mutex(StudyState(inputs: inputs, finish: finish))
    }

    package func check(_ result: [UInt8], of shard: Shard) throws {
        try state.withLock { try $0.resultCheck.check(result, of: shard) }
    }

    package func take(_ results: [[UInt8]]) throws {
        try state.withLock { try $0.take(results) }
    }

    package func nextStage(history: RunHistory) throws -> StagePlan? {
        try state.withLock { try $0.nextStage(history: history) }
    }
}

// What the data themselves are refused for, by whoever finds it.
extension InputError: InputRefusal {}
extension SizeFactorError: InputRefusal {}
extension DispersionTrendError: InputRefusal {}
extension EmpiricalNullError: InputRefusal {}

/// What a run has come to.
struct StudyState {
    private(set) var inputs: StudyInputs
    let finish: @Sendable (StudyResults, RunHistory) throws -> Void

    /// The stage whose results come next; nil before the first and after the last.
    private var current: Stage?

    var analysedGenes: [Int] = []
    var ranges: [Range<Int>] = []
    var countBlobs: [Blob] = []
    var sizeFactors: [Double] = []
    var analyses: [AnalysisState] = []
    var transform: TransformState?
    private var enrichment = EnrichmentState()

    /// Where the result of each shard of the current stage stands among those that were computed.
    private var sharing = SharedShards()
    var warnings: [String] = []

    /// What results of the stage in hand must look like.
    private(set) var resultCheck = ResultCheck(inputs: [])

    init(inputs: StudyInputs, finish: @escaping @Sendable (StudyResults, RunHistory) throws -> Void) {
        self.inputs = inputs
        self.finish = finish
    }

    mutating func take(_ results: [[UInt8]]) throws {
        resultCheck = ResultCheck(inputs: [])
        let results = sharing.results(ofPlanned: results)
        switch current {
        case nil: try prepareModels()
        case .geneWiseDispersions: try takeGeneWiseDispersions(results)
        case .models: try takeModels(results)
        case .replacedGenes: try takeReplacedGenes(results)
        case .shrinkage: try takeShrinkage(results)
        case .transforms: try takeTransforms(results)
        case .geneSetNulls, .rareGeneSets, .desktopNulls, .phenotypeNulls:
            try enrichment.take(results, of: current!)
        }
    }

    mutating func nextStage(history: RunHistory) throws -> StagePlan? {
        // The first stage after the current one that has something to do. The gene sets' stages go on until
        // nothing is left of them.
        let remaining = Stage.allCases.drop { stage in current.map { stage != $0 } ?? false }
        let goesOn = current.map { EnrichmentState.stages.contains($0) } ?? true
        for stage in goesOn ? remaining[...] : remaining.dropFirst() {
            if stage == .geneSetNulls, current != .geneSetNulls { try testAndRank() }
            var plan = try plan(stage)
            if stage == .geneSetNulls || stage == .phenotypeNulls, plan.shards.isEmpty {
                plan = planMorePermutations(stage)
            }
            if !plan.shards.isEmpty {
                current = stage
                resultCheck = ResultCheck(inputs: plan.blobs)
                return sharing.plan(plan)
            }
        }
        let enrichmentOfList = try takeEnrichments()
        try finish(
            StudyResults(
                inputs: inputs, analysedGenes: analysedGenes,
                sizeFactors: inputs.normalizationFactors.isEmpty ? sizeFactors : [],
                analyses: analyses.compactMap { $0.results() }, transformedCounts: transform?.values ?? [],
                enrichment: enrichmentOfList, warnings: warnings),
            history)
        return nil
    }

    private mutating func plan(_ stage: Stage) throws -> StagePlan {
        switch stage {
        case .geneWiseDispersions: planGeneWiseDispersions()
        case .models: planModels()
        case .replacedGenes: try planReplacedGenes()
        case .shrinkage: try planShrinkage()
        case .transforms: planTransforms()
        case .geneSetNulls, .rareGeneSets, .desktopNulls, .phenotypeNulls: enrichment.plan(stage)
        }
    }
}

// MARK: - Gene filter and size factors

extension StudyState {
    private mutating func prepareModels() throws {
        guard let counts = inputs.counts, let settings = inputs.configuration.differentialExpression else { return }
        let samples = counts.sampleCount
        analysedGenes = counts.geneIDs.indices.filter { inputs.exclusions.isEmpty || inputs.exclusions[$0] == nil }
        let analysed =
            analysedGenes.count == counts.geneCount
            ? counts
            : CountMatrix(
                geneIDs: analysedGenes.map { counts.geneIDs[$0] }, sampleNames: counts.sampleNames,
                counts: analysedGenes.flatMap { counts.counts(ofGene: $0) })
        sizeFactors = try inputs.sizeFactors(of: analysed, genes: analysedGenes)
        ranges = GeneShards.ranges(geneCount: analysed.geneCount, sampleCount: samples)
        countBlobs = ranges.map { range in
            inputs.blockBlob(
                counts: Array(analysed.counts[range.lowerBound * samples..<range.upperBound * samples]),
                ofGenes: analysedGenes[range])
        }
        analyses = try inputs.analyses.map { input in
            try AnalysisState(
                input: input,
                model: AnalysisModel(input, sizeFactors: sizeFactors, settings: settings))
        }
        transform = TransformState(
            inputs: inputs, analysed: analysed, genes: analysedGenes, sizeFactors: sizeFactors)
    }
}

// MARK: - Gene-wise dispersions

extension StudyState {
    private func planGeneWiseDispersions() -> StagePlan {
        let shards = analyses.flatMap { analysis in
            ranges.indices.map { index in
                Shard(
                    stage: Stage.geneWiseDispersions.rawValue, range: ranges[index],
                    inputs: [countBlobs[index].digest, analysis.modelBlob.digest])
            }
        }
        let blind = planBlindDispersions()
        return StagePlan(
            title: Stage.geneWiseDispersions.title,
            blobs: countBlobs + analyses.map(\.modelBlob) + blind.blobs, shards: shards + blind.shards)
    }

    /// Fits the trend and the prior of each analysis.
    private mutating func takeGeneWiseDispersions(_ results: [[UInt8]]) throws {
        guard let settings = inputs.configuration.differentialExpression else { return }
        for index in analyses.indices {
            let payloads = Array(results[index * ranges.count..<(index + 1) * ranges.count])
            let blocks = try payloads.map { payload in
                var reader = PayloadReader(payload)
                return try GeneWiseDispersions(decoding: &reader)
            }
            let geneWise = GeneWiseDispersions(joining: blocks)
            let fit = try DispersionTrendFit(
                settings.dispersionTrend, toGeneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean)
            let design = analyses[index].input.design
            let prior = DispersionPrior(
                about: fit, geneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean,
                residualDegreesOfFreedom: design.sampleCount - design.columnCount)
            if let fallback = fit.fallback {
                warnings.append(
                    "\(analyses[index].label): the parametric dispersion trend could not be fitted (\(fallback)); "
                        + "a local trend was used instead")
            }
            analyses[index].geneWise = geneWise
            if settings.useT {
                analyses[index].takeDegreesOfFreedom(
                    weights: inputs.rows(of: inputs.observationWeights, genes: analysedGenes))
            }
            let weightsFail = inputs.weightsFail(allZero: geneWise.allZero, genes: analysedGenes)
            analyses[index].weightsFail = weightsFail
            if let warning = inputs.warning(ofFailing: weightsFail, genes: analysedGenes) {
                warnings.append("\(analyses[index].label): \(warning)")
            }
            analyses[index].geneWiseBlobs = payloads.map { Blob($0) }
            analyses[index].trend = fit
            analyses[index].dispersionModel = DispersionModel(trend: fit.trend, prior: prior)
        }
        try takeBlindDispersions(Array(results[(analyses.count * ranges.count)...]))
    }
}

// MARK: - Models

extension StudyState {
    private func planModels() -> StagePlan {
        var blobs = countBlobs
        var shards: [Shard] = []
        for analysis in analyses {
            guard let model = analysis.dispersionModel else { continue }
            let modelBlob = Blob(model.encoded())
            blobs += analysis.geneWiseBlobs + [analysis.modelBlob, modelBlob]
            shards += ranges.indices.map { index in
                Shard(
                    stage: Stage.models.rawValue, range: ranges[index],
                    inputs: [
                        countBlobs[index].digest, analysis.modelBlob.digest, analysis.geneWiseBlobs[index].digest,
                        modelBlob.digest,
                    ])
            }
        }
        return StagePlan(title: Stage.models.title, blobs: blobs, shards: shards)
    }

    private mutating func takeModels(_ results: [[UInt8]]) throws {
        for index in analyses.indices {
            let blocks = try results[index * ranges.count..<(index + 1) * ranges.count].map { payload in
                var reader = PayloadReader(payload)
                return try ShardFits(decoding: &reader)
            }
            let fits = ShardFits(joining: blocks)
            analyses[index].fits = fits.model
            analyses[index].reduced = fits.reduced
            analyses[index].matchCoefficientPrior(settings: inputs.configuration.differentialExpression)
            analyses[index].geneWiseBlobs = []
        }
        let settings = inputs.configuration.differentialExpression
        if transform == nil, settings?.shrink == .off, settings?.betaPrior == false { countBlobs = [] }
    }
}

// MARK: - Refit of genes with replaced outliers

extension StudyState {
    private func planReplacedGenes() throws -> StagePlan {
        var blobs: [Blob] = []
        var shards: [Shard] = []
        for analysis in analyses {
            guard let model = analysis.dispersionModel, let replaced = analysis.fits?.replacedCounts, !replaced.isEmpty
            else { continue }
            let modelBlob = Blob(model.encoded())
            let designBlob = try refitDesignBlob(of: analysis, replaced: replaced)
            blobs += [designBlob, modelBlob]
            for range in refitRanges(of: analysis) {
                let counts = inputs.blockBlob(
                    counts: replaced[range].flatMap(\.counts),
                    ofGenes: replaced[range].map { analysedGenes[$0.gene] })
                blobs.append(counts)
                shards.append(
                    Shard(
                        stage: Stage.replacedGenes.rawValue, range: range,
                        inputs: [counts.digest, designBlob.digest, modelBlob.digest]))
            }
        }
        return StagePlan(title: Stage.replacedGenes.title, blobs: blobs, shards: shards)
    }

    /// The design of a refit: with normalization factors their means are those of the refitted genes, as in DESeq2.
    private func refitDesignBlob(of analysis: AnalysisState, replaced: [ModelFits.ReplacedCounts]) throws -> Blob {
        let counted = replaced.filter { $0.counts.contains { $0 != 0 } }.map { analysedGenes[$0.gene] }
        guard !inputs.normalizationFactors.isEmpty, !counted.isEmpty else { return analysis.modelBlob }
        var model = try AnalysisModel(decoding: analysis.modelBlob.content)
        model.sizeFactors = inputs.meanFactors(ofGenes: counted)
        return Blob(model.encoded())
    }

    private func refitRanges(of analysis: AnalysisState) -> [Range<Int>] {
        GeneShards.ranges(
            geneCount: analysis.fits?.replacedCounts.count ?? 0, sampleCount: analysis.input.design.sampleCount)
    }

    private mutating func takeReplacedGenes(_ results: [[UInt8]]) throws {
        var next = 0
        for index in analyses.indices {
            let count = refitRanges(of: analyses[index]).count
            var geneWise: [GeneWiseDispersions] = []
            var fits: [ShardFits] = []
            for payload in results[next..<next + count] {
                var reader = PayloadReader(payload)
                geneWise.append(try GeneWiseDispersions(decoding: &reader))
                fits.append(try ShardFits(decoding: &reader))
            }
            next += count
            if count > 0 {
                analyses[index].putInRefits(GeneWiseDispersions(joining: geneWise), ShardFits(joining: fits))
            }
        }
    }
}

// MARK: - Tests, ranked lists, gene sets

extension StudyState {
    /// Filters and adjusts, and ranks the genes for the gene sets.
    private mutating func testAndRank() throws {
        if let settings = inputs.configuration.differentialExpression {
            for index in analyses.indices {
                try analyses[index].test(settings: settings)
            }
            warnings += EmpiricalNulls(of: analyses.map { ($0.input.name, $0.tests) }).warnings
        }
        guard let settings = inputs.configuration.geneSets else { return }
        if let list = inputs.rankedList {
            if let phenotype = inputs.phenotype {
                enrichment.add(
                    analysis: nil, test: nil,
                    PhenotypeRun(
                        phenotype, list: list, sets: inputs.geneSets, settings: settings,
                        prior: inputs.priorNulls.first { $0.analysis == nil }))
                return
            }
            enrichment.add(analysis: nil, test: nil, enrichmentRun(of: list, settings: settings, place: nil))
            return
        }
        for (index, analysis) in analyses.enumerated() {
            for (testIndex, test) in analysis.tests.enumerated() {
                let list = rankedList(of: test.table, by: settings.ranking)
                let run = enrichmentRun(of: list, settings: settings, place: (analysis.input.name, test.name))
                enrichment.add(analysis: index, test: testIndex, run)
            }
        }
    }

    /// Goes to the next checkpoint while more permutations would settle a set, where that is asked for.
    ///
    /// The configuration says how many there are in the end, as if they had been asked for at once.
    private mutating func planMorePermutations(_ stage: Stage) -> StagePlan {
        while let rule = inputs.settling, let present = inputs.configuration.geneSets?.permutations,
            let next = rule.checkpoint(after: present),
            !rule.isCheckpoint(present) || enrichment.unsettledCount > 0
        {
            inputs.configuration.geneSets?.permutations = next
            enrichment.raise(toPermutations: next)
            let plan = enrichment.plan(stage)
            if !plan.shards.isEmpty { return plan }
        }
        return StagePlan(title: stage.title, blobs: [], shards: [])
    }

    /// - Parameter place: The names of the list's analysis and test; nil for a list that was given.
    private mutating func enrichmentRun(
        of list: RankedGeneList, settings: StudyConfiguration.GeneSets, place: (analysis: String, test: String)?
    ) -> any EnrichmentRun {
        let prior = inputs.priorNulls.first { $0.analysis == place?.analysis && $0.test == place?.test }
        if settings.isDesktop, let scheme = DesktopScheme(exponent: settings.weight) {
            return DesktopRun(list: list, sets: inputs.geneSets, scheme: scheme, settings: settings, prior: prior)
        }
        let run = SizeNullRun(list: list, sets: inputs.geneSets, settings: settings, prior: prior)
        if let warning = run.weightsWarning {
            warnings.append((place.map { "\($0.analysis): " } ?? "") + warning)
        }
        return run
    }

    /// Ranks the analysed genes by symbol where they have one.
    private func rankedList(of table: ResultsTable, by ranking: Ranking) -> RankedGeneList {
        guard case .metric(let metric) = ranking else {
            preconditionFailure("a list of a model's genes is ranked by one of its columns, not by \(ranking.name)")
        }
        let names = analysedGenes.map { gene in
            inputs.annotation.isEmpty
                ? inputs.counts!.geneIDs[gene] : inputs.annotation[gene].symbol ?? inputs.counts!.geneIDs[gene]
        }
        return metric.rankedList(of: table, names: names)
    }

    /// Puts the results of the gene sets where they belong; returns those of a list that was given.
    private mutating func takeEnrichments() throws -> EnrichmentResults? {
        var given: EnrichmentResults?
        for (analysis, test, results) in try enrichment.results() {
            if let analysis, let test {
                analyses[analysis].tests[test].enrichment = results
            } else {
                given = results
            }
        }
        return given
    }
}
