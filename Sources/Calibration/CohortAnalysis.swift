import CohortSimulation
import DifferentialExpression
import ExpressionData
import GeneSetEnrichment
import SamplePermutation
import StatisticalKernels

/// One cohort under every scheme.
///
/// The covariates' model has dispersions of its own, estimated as in an analysis, and all schemes but `naive` share its
/// fits. Permutations are always drawn, never enumerated.
struct CohortAnalysis {
    private let cohort: CalibrationCohort
    private let task: CalibrationTask
    private let proceed: () throws -> Void
    private let sizeFactors: [Double]

    /// The model of batch and age, scheme `residual`.
    private let model: SamplePermutationModel

    /// - Parameter proceed: Called every few permutations; throws to stop.
    init(_ cohort: CalibrationCohort, _ task: CalibrationTask, proceed: @escaping () throws -> Void) throws {
        self.cohort = cohort
        self.task = task
        self.proceed = proceed
        let samples = cohort.exposure.indices.map { "S\($0 + 1)" }
        sizeFactors = try SizeFactors(
            estimatedFrom: CountMatrix(
                geneIDs: cohort.effects.indices.map { "g\($0 + 1)" }, sampleNames: samples, counts: cohort.counts)
        ).values
        model = try Self.model(of: cohort, task, covariates: cohort.covariates, sizeFactors: sizeFactors)
    }

    private static func model(
        of cohort: CalibrationCohort, _ task: CalibrationTask, covariates: DesignMatrix, sizeFactors: [Double]
    ) throws -> SamplePermutationModel {
        let block = CountBlock(counts: cohort.counts, sampleCount: sizeFactors.count)
        let context = ModelContext(design: covariates, sizeFactors: sizeFactors, settings: ModelSettings())
        let geneWise = GeneWiseDispersions(estimating: block, in: context)
        let fit = try DispersionTrendFit(
            .parametric, toGeneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean)
        let prior = DispersionPrior(
            about: fit, geneWise: geneWise.dispGeneEst, baseMeans: geneWise.baseMean,
            residualDegreesOfFreedom: covariates.sampleCount - covariates.columnCount)
        let dispersion = ModelFits.dispersions(
            of: block, geneWise: geneWise, dispFit: geneWise.baseMean.map { fit.trend.dispersion(atMean: $0) },
            prior: prior, in: context)
        var inputs = SamplePermutationInputs(
            counts: cohort.counts, sizeFactors: sizeFactors, covariates: covariates, dispersion: dispersion,
            exposure: cohort.exposure, seed: cohort.permutationSeed)
        inputs.setStatistics = task.statisticsOfSets
        inputs.sets = cohort.coregulatedSets + cohort.randomSets
        return try SamplePermutationModel(inputs)
    }

    /// - Returns: A number for each of the task's measures, in their order.
    func measures() throws -> [Double] {
        var values: [CalibrationMeasure: Double] = [:]
        for scheme in task.schemes {
            switch scheme {
            case .genePermutation: try addGenePermutation(to: &values)
            case .asymptotic: addAsymptotic(to: &values)
            default: try addPermutations(scheme, to: &values)
            }
        }
        return task.measures.map { values[$0]! }
    }

    // MARK: Schemes

    private func model(under scheme: CalibrationScheme) throws -> SamplePermutationModel {
        switch scheme {
        case .naive:
            let samples = sizeFactors.count
            let intercept = DesignMatrix(
                columnNames: ["Intercept"], values: [Double](repeating: 1, count: samples), sampleCount: samples)
            return try Self.model(of: cohort, task, covariates: intercept, sizeFactors: sizeFactors).scored(.free)
        case .free: return try model.scored(.free)
        case .within: return try model.scored(.within(["batch"]), labels: cohort.batch.map { "\($0 + 1)" })
        case .flip: return try model.scored(.flip)
        case .robust: return try model.scored(.residual, variance: .robust)
        case .residual, .genePermutation, .asymptotic: return model
        }
    }

    private func addPermutations(
        _ scheme: CalibrationScheme, to values: inout [CalibrationMeasure: Double]
    ) throws {
        let model = try model(under: scheme)
        let permutations = 0..<task.permutations
        var kept: [Float] = []
        let keeping = { (scores: UnsafeBufferPointer<Float>) in kept += scores }
        let first = try model.countScores(
            permutations, keeping: task.effect == 0 ? nil : keeping, betweenBlocks: proceed)
        guard let counts = model.exceedances(first) else { return }
        add(
            Tests(
                calls: counts.genes.map(call),
                adjusted: task.effect == 0 ? [] : benjaminiHochberg(counts.genes.map(\.pValue)),
                isShifted: model.genes.map { cohort.effects[Int($0)] != 0 }),
            scheme, .genes, nil, to: &values)
        var rates: [[Double]] = []
        if task.effect != 0, let normalization = model.normalization(of: first) {
            let second = kept.withUnsafeBufferPointer {
                model.countNormalizedScores(permutations, normalization, kept: $0)
            }
            rates = try model.falseDiscoveryRates(first, second)
        }
        for (index, statistic) in task.statisticsOfSets.enumerated() {
            addSets(
                calls: counts.sets[index].map(call), rates: rates.isEmpty ? [] : rates[index], scheme, statistic,
                to: &values)
        }
    }

    private func addAsymptotic(to values: inout [CalibrationMeasure: Double]) {
        let p = model.observedZ.map { min(1, 2 * normalUpperTail($0.magnitude)) }
        add(
            Tests(
                calls: p.map { $0 <= CalibrationTask.level ? 1 : 0 },
                adjusted: task.effect == 0 ? [] : benjaminiHochberg(p),
                isShifted: model.genes.map { cohort.effects[Int($0)] != 0 }),
            .asymptotic, .genes, nil, to: &values)
    }

    private func addGenePermutation(to values: inout [CalibrationMeasure: Double]) throws {
        let list = RankedGeneList(genes: model.genes.map { "g\($0)" }, scores: model.observedZ)
        let sets = (cohort.coregulatedSets + cohort.randomSets).enumerated().map { index, genes in
            GeneSet(name: "s\(index)", description: "", source: "", genes: genes.map { "g\($0)" })
        }
        var settings = GeneSetAnalysis.Settings()
        settings.minimumSize = 1
        settings.seed = cohort.permutationSeed
        let analysis = GeneSetAnalysis(list: list, sets: sets, settings: settings)
        let state = try analysis.plan.state(permutations: 0..<task.permutations, betweenBlocks: proceed)
        let statistics = GeneSetStatistics(
            plan: analysis.plan, enrichments: analysis.enrichments.map(\.value), state: state)
        var calls = [Double](repeating: 0, count: sets.count)
        var rates = [Double](repeating: .nan, count: sets.count)
        for (place, set) in analysis.matching.matched.enumerated() {
            let p = statistics.pValues[place]
            calls[set.index] = call(ExceedanceCount(asExtreme: p.asExtreme, draws: p.sameSign))
            rates[set.index] = statistics.rates[place].value
        }
        addSets(calls: calls, rates: task.effect == 0 ? [] : rates, .genePermutation, .ks, to: &values)
    }

    // MARK: Measures

    /// What was tested, of one kind.
    private struct Tests {
        /// Whether each is called at the level, between 0 and 1.
        var calls: [Double]

        /// Adjusted p-values or q; empty for null cohorts.
        var adjusted: [Double]
        var isShifted: [Bool]
    }

    private func addSets(
        calls: [Double], rates: [Double], _ scheme: CalibrationScheme, _ statistic: SetStatistic,
        to values: inout [CalibrationMeasure: Double]
    ) {
        let kinds: [(CalibrationMeasure.Subject, [[Int32]])] = [
            (.coregulatedSets, cohort.coregulatedSets), (.randomSets, cohort.randomSets),
        ]
        var first = 0
        for (kind, sets) in kinds {
            let range = first..<first + sets.count
            first = range.upperBound
            add(
                Tests(
                    calls: Array(calls[range]), adjusted: rates.isEmpty ? [] : Array(rates[range]),
                    isShifted: sets.map { cohort.effects[Int($0[0])] != 0 }),
                scheme, kind, statistic, to: &values)
        }
    }

    private func add(
        _ tests: Tests, _ scheme: CalibrationScheme, _ subject: CalibrationMeasure.Subject,
        _ statistic: SetStatistic?, to values: inout [CalibrationMeasure: Double]
    ) {
        func set(_ quantity: CalibrationMeasure.Quantity, _ value: Double) {
            let measure = CalibrationMeasure(
                scheme: scheme, subject: subject, setStatistic: statistic, quantity: quantity)
            values[measure] = value
        }
        guard task.effect != 0 else { return set(.typeIError, mean(tests.calls)) }
        set(.power, mean(zip(tests.calls, tests.isShifted).filter(\.1).map(\.0)))
        let discoveries = zip(tests.adjusted, tests.isShifted).filter { $0.0 <= CalibrationTask.level }
        let isFalse = discoveries.count { !$0.1 }
        set(.falseDiscoveries, discoveries.isEmpty ? 0 : Double(isFalse) / Double(discoveries.count))
    }

    private func call(_ count: ExceedanceCount) -> Double { count.call(atLevel: CalibrationTask.level) }

    /// 0 for none.
    private func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }
}

extension ExceedanceCount {
    /// (b + 1)/(m + 1).
    var pValue: Double { Double(asExtreme + 1) / Double(draws + 1) }

    /// Whether p is at most the level: 1 or 0, and a fraction where only that makes the test's size the level.
    ///
    /// p takes the values 1/(m + 1), 2/(m + 1), …, so that p ≤ 0.05 with m = 89 has a size of 4/90, whatever the null. Where
    /// 0.05·(m + 1) is no whole number, the value after the last one below counts by the rest: the randomized test, without
    /// the draw. With 199 draws that is of no effect on genes; sets have the draws of one sign alone.
    package func call(atLevel level: Double) -> Double {
        let allowed = level * Double(draws + 1)
        return min(1, max(0, allowed - Double(asExtreme)))
    }
}
