import DifferentialExpression
import ExpressionData
import JobEngine

/// The fits of one analysis under priors: which there are, their shards, and what came of them.
struct ShrinkageState: Sendable {
    /// One prior with one design.
    private struct Fit: Sendable {
        let blob: Blob

        /// The tests it is for, and for each the coefficient that is reported; nil: its contrast, in this order.
        let tests: [(index: Int, coefficient: Int?)]
        let isCauchy: Bool
    }

    private let fits: [Fit]

    /// Under a prior on all coefficients replaced genes are fitted to what replaced their counts.
    let refittedGenes: [ModelFits.ReplacedCounts]
    let dispersion: [Double]

    /// Genes whose counts were all replaced by zero: under a normal prior their fold change is 0, as in DESeq2.
    private let isNewlyAllZero: [Bool]

    /// - Returns: Nil when nothing is shrunken.
    init?(
        _ analysis: AnalysisState, model: AnalysisModel, settings: StudyConfiguration.DifferentialExpression
    ) {
        guard let geneWise = analysis.geneWise, let modelFits = analysis.fits, let results = analysis.results() else {
            return nil
        }
        let input = analysis.input
        dispersion = modelFits.dispersion
        isNewlyAllZero = results.isNewlyAllZero
        refittedGenes = settings.betaPrior ? modelFits.replacedCounts : []
        let estimates = UnshrunkenEstimates(
            beta: modelFits.beta, baseMeans: geneWise.baseMean, dispFit: results.dispFit)
        func expandedModel(tests: [Int]) -> AnalysisModel? {
            guard let expanded = input.expandedDesign else { return nil }
            var wide = model
            wide.columnNames = expanded.matrix.columnNames
            wide.designValues = expanded.matrix.values
            wide.contrastWeights = tests.flatMap { input.tests[$0].expandedWeights ?? [] }
            wide.allZeroSamples = tests.map { input.tests[$0].expandedAllZeroSamples }
            return wide
        }
        func blob(_ model: AnalysisModel, _ prior: ShrinkageModel.Prior) -> Blob {
            Blob(ShrinkageModel(model: model, prior: prior).encoded())
        }

        if settings.betaPrior {
            let all = Array(input.tests.indices)
            guard let wide = expandedModel(tests: all), let prior = analysis.coefficientPrior else { return nil }
            fits = [
                Fit(
                    blob: blob(wide, .normal(variances: prior.variances)), tests: all.map { ($0, nil) },
                    isCauchy: false)
            ]
        } else if settings.shrink == .apeglm {
            fits = input.tests.indices.compactMap { index in
                guard let (coefficient, _) = input.tests[index].signedCoefficient else { return nil }
                let (changes, errors) = analysis.estimates(ofTest: index)
                let prior = CauchyPrior(matching: changes, standardErrors: errors)
                return Fit(
                    blob: blob(
                        model,
                        .cauchy(
                            coefficient: coefficient, variance: prior.variance, threshold: settings.lfcThreshold)),
                    tests: [(index, nil)], isCauchy: true)
            }
        } else if settings.shrink == .normal {
            var found: [Fit] = []
            let named = input.tests.indices.filter { input.tests[$0].isCoefficientByName }
            if !named.isEmpty {
                let prior = CoefficientPrior(matching: estimates, of: input.design)
                found.append(
                    Fit(
                        blob: blob(model, .normal(variances: prior.variances)),
                        tests: named.map { ($0, input.tests[$0].signedCoefficient?.coefficient) }, isCauchy: false))
            }
            let others = input.tests.indices.filter { !input.tests[$0].isCoefficientByName }
            if !others.isEmpty, let expanded = input.expandedDesign, let wide = expandedModel(tests: others) {
                let prior = CoefficientPrior(matching: estimates, of: expanded)
                found.append(
                    Fit(
                        blob: blob(wide, .normal(variances: prior.variances)), tests: others.map { ($0, nil) },
                        isCauchy: false))
            }
            fits = found
        } else {
            return nil
        }
    }
}

extension ShrinkageState {
    /// The priors with their designs, as workers get them.
    var priorBlobs: [Blob] { fits.map(\.blob) }

    /// Joins the results of the shards.
    ///
    /// - Parameter outputs: The results of the shards of a prior, by its position: those of all genes, or of the genes
    ///   with replaced outliers.
    /// - Returns: The fits under a prior on all coefficients; else per test what it is shrunken to.
    func take(
        testCount: Int, outputs: (_ fit: Int, _ isRefit: Bool) throws -> [ShrinkageStage.Output]
    ) throws -> (coefficients: FixedDispersionFits?, tests: [ShrunkenEstimates?]) {
        var tests = [ShrunkenEstimates?](repeating: nil, count: testCount)
        var coefficients: FixedDispersionFits?
        for (index, fit) in fits.enumerated() {
            let own = try outputs(index, false)
            if fit.isCauchy {
                tests[fit.tests[0].index] = cauchyEstimates(own)
                continue
            }
            var joined = FixedDispersionFits(joining: own.compactMap(\.priorFits))
            let refits = try outputs(index, true)
            if !refits.isEmpty {
                joined.replace(
                    refittedGenes.enumerated().map { ($1.gene, $0) },
                    from: FixedDispersionFits(joining: refits.compactMap(\.priorFits)))
            }
            coefficients = joined
            for (position, test) in fit.tests.enumerated() {
                tests[test.index] = estimates(joined, position: position, of: fit)
            }
        }
        return (coefficients, tests)
    }

    private func estimates(_ joined: FixedDispersionFits, position: Int, of fit: Fit) -> ShrunkenEstimates {
        let genes = joined.deviance.indices
        var changes: [Double]
        var errors: [Double]
        if let coefficient = fit.tests[position].coefficient {
            let columns = joined.beta.count / genes.count
            changes = genes.map { joined.beta[$0 * columns + coefficient] }
            errors = genes.map { joined.standardError[$0 * columns + coefficient] }
        } else {
            let contrasts = fit.tests.count
            changes = genes.map { gene in
                let entry = gene * contrasts + position
                let estimate = joined.contrastEstimate[entry]
                return joined.contrastAllZero[entry] && !estimate.isNaN ? 0 : estimate
            }
            errors = genes.map { joined.contrastStandardError[$0 * contrasts + position] }
        }
        for gene in genes where isNewlyAllZero[gene] { (changes[gene], errors[gene]) = (0, 0) }
        return ShrunkenEstimates(log2FoldChange: changes, standardError: errors, sValue: [])
    }

    private func cauchyEstimates(_ outputs: [ShrinkageStage.Output]) -> ShrunkenEstimates {
        var result = ShrunkenEstimates(log2FoldChange: [], standardError: [], sValue: [])
        for case .cauchy(let part) in outputs {
            result.log2FoldChange += part.log2FoldChange
            result.standardError += part.standardError
            result.sValue += part.sValue
        }
        result.sValue = sValues(result.sValue)
        return result
    }
}

extension ShrinkageStage.Output {
    fileprivate var priorFits: FixedDispersionFits? {
        guard case .normal(let fits) = self else { return nil }
        return fits
    }
}

extension AnalysisState {
    /// Matches the normal prior of the coefficients to the fits as they are now, where there is to be one.
    mutating func matchCoefficientPrior(settings: StudyConfiguration.DifferentialExpression?) {
        guard settings?.betaPrior == true, let geneWise, let fits, let dispersionModel,
            let expanded = input.expandedDesign
        else { return }
        let estimates = UnshrunkenEstimates(
            beta: fits.beta, baseMeans: geneWise.baseMean,
            dispFit: dispersionModel.dispFit(atMeans: geneWise.baseMean))
        coefficientPrior = CoefficientPrior(matching: estimates, of: expanded)
    }

    /// Notes what came of the fits under a prior.
    mutating func takeShrinkage(
        _ fits: (coefficients: FixedDispersionFits?, tests: [ShrunkenEstimates?]),
        settings: StudyConfiguration.DifferentialExpression?
    ) {
        if settings?.betaPrior == true {
            priorFits = fits.coefficients
        } else {
            shrunken = fits.tests
        }
    }
}
