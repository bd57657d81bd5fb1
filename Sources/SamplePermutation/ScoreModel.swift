import DifferentialExpression
import ExpressionData
import KernelArguments
import StatisticalKernels

/// The negative-binomial score statistics of an exposure, against reduced models that hold the covariates alone.
///
/// With means μ and dispersion α of a gene's reduced fit (`CovariateFits`), w = μ/(1 + αμ), r = (y − μ)/(1 + αμ),
/// A = ZᵀWZ + λI and an exposure x:
///
///     r̃ = r − W Z A⁻¹ Zᵀ r      x̃ = x − Z A⁻¹ ZᵀWx
///     U = r̃ᵀx     V = xᵀWx − (ZᵀWx)ᵀ A⁻¹ ZᵀWx     z = U/√V          (`model`)
///     V_robust = Σ r²x̃²                            z = U/√V_robust    (`robust`)
///     S(f) = Σ f r x̃     V_flip(f) = Σ w x̃² − ‖L⁻¹ZᵀW(f ∘ x̃)‖²        (signs f)
///
/// U is the efficient score: errors in the coefficients of the reduced fit do not move it to first order. Everything is
/// prepared once per gene; a shuffle is then a product of each gene's rows with a vector. The exposure is
/// taken as given: because of the ridge its origin moves z, by less than 5e-6 in 99 % of genes.
package struct ScoreModel: Sendable {
    /// The genes with a fit, ascending, by position in the block. The others leave every list.
    package let genes: [Int32]
    package let sampleCount: Int

    /// The covariates, `sample * coefficientCount + coefficient`.
    package let design: DesignMatrix

    /// Of the reduced fits, natural-log scale, by position in the block `gene * coefficientCount + coefficient`; NaN for
    /// none.
    let coefficients: [Double]

    let kernels: ModelKernels

    /// Weights, residuals, efficient residuals and factors, as `ScoreTiles` lays them out.
    private let memory: [LaneMemory]
    private let designMemory: LaneMemory
    private let tileCount: Int

    /// - Parameters:
    ///   - design: The covariates with the intercept: the study's design without the exposure.
    ///   - dispersion: By gene, of the reduced design; NaN for none.
    /// - Precondition: `design` has full rank and more samples than columns.
    package init(
        fitting block: CountBlock, design: DesignMatrix, sizeFactors: [Double], dispersion: [Double],
        cpuLevel: CPULevel = .current
    ) {
        let context = CovariateFits.context(design: design, sizeFactors: sizeFactors, cpuLevel: cpuLevel)
        let fits = CovariateFits(fitting: block, dispersion: dispersion, in: context)
        let genes = fits.isFitted.indices.filter { fits.isFitted[$0] }.map(Int32.init)
        let samples = design.sampleCount
        let order = design.columnCount
        let width = ScoreTiles.width
        let tileCount = (genes.count + width - 1) / width
        let memory = [samples, samples, samples, order * (order + 1) / 2].map {
            LaneMemory(count: width * tileCount * $0)
        }
        let tiles = Self.tiles(memory, sampleCount: samples, coefficientCount: order, tileCount: tileCount)
        context.withArguments(block, genes: genes) { model, arguments in
            dispersion.withUnsafeBufferPointer { dispersion in
                fits.coefficients.withUnsafeBufferPointer { coefficients in
                    context.kernels.prepareScoreTiles(
                        model, arguments, dispersion: dispersion.baseAddress!,
                        coefficients: coefficients.baseAddress!, into: tiles)
                }
            }
        }
        designMemory = LaneMemory(count: design.values.count)
        for (index, value) in design.values.enumerated() { designMemory.doubles[index] = value }
        coefficients = fits.coefficients
        self.design = design
        self.genes = genes
        self.memory = memory
        self.tileCount = tileCount
        kernels = context.kernels
        sampleCount = samples
    }

    private static func tiles(
        _ memory: [LaneMemory], sampleCount: Int, coefficientCount: Int, tileCount: Int
    ) -> ScoreTiles {
        ScoreTiles(
            sampleCount: sampleCount, coefficientCount: coefficientCount, tileCount: tileCount,
            weights: memory[0].doubles, residuals: memory[1].doubles, efficientResiduals: memory[2].doubles,
            factors: memory[3].doubles)
    }

    /// The number of columns that hold a statistic for each gene, whole tiles.
    package var stride: Int { tileCount * ScoreTiles.width }

    /// r²/w of one gene, by sample: squared Pearson residuals.
    package func squaredResiduals(ofGene place: Int) -> [Double] {
        let width = ScoreTiles.width
        return withExtendedLifetime(memory) {
            (0..<sampleCount).map { sample in
                let entry = width * (place / width * sampleCount + sample) + place % width
                return memory[1].doubles[entry] * memory[1].doubles[entry] / memory[0].doubles[entry]
            }
        }
    }

    /// Numerators, variances and statistics of all genes under one exposure, or one vector of signs.
    package struct Scores: Equatable, Sendable {
        /// U, or S; by place in `genes`.
        package let effects: [Double]
        package let variances: [Double]
        package let z: [Double]
    }

    /// - Parameters:
    ///   - vector: The exposure, or for `flip` the signs.
    ///   - exposure: What `flip` takes the signs of; not read otherwise.
    package func scores(under vector: [Double], kind: ScoreKind, exposure: [Double]) -> Scores {
        let block = ShuffleBlock(vectors: [vector], sampleCount: sampleCount)
        let outputs = (0..<3).map { _ in LaneMemory(count: block.paddedCount * stride) }
        score(
            block, kind: kind, exposure: exposure, into: outputs[0].doubles, effects: outputs[1].doubles,
            variances: outputs[2].doubles)
        func column(_ memory: LaneMemory) -> [Double] { genes.indices.map { memory.doubles[$0] } }
        return withExtendedLifetime(outputs) {
            Scores(effects: column(outputs[1]), variances: column(outputs[2]), z: column(outputs[0]))
        }
    }

    /// The statistics of all genes under a block of shuffles, `shuffle * stride + place`.
    ///
    /// - Parameter statistics: Aligned to 64, with room for `block.paddedCount * stride`.
    func score(
        _ block: ShuffleBlock, kind: ScoreKind, exposure: [Double], into statistics: UnsafeMutablePointer<Double>,
        effects: UnsafeMutablePointer<Double>? = nil, variances: UnsafeMutablePointer<Double>? = nil
    ) {
        precondition(exposure.count == sampleCount && block.sampleCount == sampleCount)
        let bytes = ShuffledScoreArguments.scratchBytes(
            sampleCount: sampleCount, coefficientCount: design.columnCount)
        let scratch = LaneMemory(count: bytes / 8)
        let tiles = Self.tiles(
            memory, sampleCount: sampleCount, coefficientCount: design.columnCount, tileCount: tileCount)
        exposure.withUnsafeBufferPointer { exposure in
            var arguments = ShuffledScoreArguments(
                tiles: tiles, kind: kind, design: designMemory.doubles, exposure: exposure.baseAddress!,
                shuffles: block.values.doubles, squares: block.squares.doubles, batchCount: block.batchCount,
                statistics: statistics, effects: effects, variances: variances, stride: stride, scratch: scratch.raw)
            withExtendedLifetime((memory, designMemory, block, scratch)) { kernels.scoreShuffles(&arguments) }
        }
    }
}
