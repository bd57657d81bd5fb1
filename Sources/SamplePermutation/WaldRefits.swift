import DifferentialExpression
import ExpressionData
import StatisticalKernels

/// Wald statistics of an exposure, the full model refitted for each shuffled one.
///
/// Coefficients are solved for to all digits, at dispersions that are held. z is the exposure's coefficient
/// over its standard error; 0 for a gene whose fit gives none.
struct WaldRefits: Sendable {
    private let block: CountBlock
    private let covariates: DesignMatrix
    private let sizeFactors: [Double]
    private let dispersion: [Double]
    private let cpuLevel: CPULevel

    init(
        _ block: CountBlock, covariates: DesignMatrix, sizeFactors: [Double], dispersion: [Double], cpuLevel: CPULevel
    ) {
        self.block = block
        self.covariates = covariates
        self.sizeFactors = sizeFactors
        self.dispersion = dispersion
        self.cpuLevel = cpuLevel
    }

    /// - Parameter genes: Positions in the block.
    func statistics(of exposure: [Double], genes: [Int32]) -> [Double] {
        let order = covariates.columnCount
        var values: [Double] = []
        for sample in 0..<covariates.sampleCount {
            for column in 0..<order { values.append(covariates[sample, column]) }
            values.append(exposure[sample])
        }
        let design = DesignMatrix(
            columnNames: covariates.columnNames + ["exposure"], values: values, sampleCount: covariates.sampleCount)
        // Only a shuffle of few distinct values can fall into the span of the covariates.
        guard design.hasFullRank else { return genes.map { _ in 0 } }
        var settings = ModelSettings()
        settings.optimizer = .exact
        let context = ModelContext(
            design: design, sizeFactors: sizeFactors, settings: settings, cpuLevel: cpuLevel)
        let fits = FixedDispersionFits(fitting: block, dispersion: dispersion, in: context)
        return genes.map { gene in
            let entry = Int(gene) * (order + 1) + order
            let z = fits.beta[entry] / fits.standardError[entry]
            return z.isFinite ? z : 0
        }
    }
}
