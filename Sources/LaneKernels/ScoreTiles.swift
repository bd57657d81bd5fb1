import CLanes
import KernelArguments

@inline(__always)
func squareRoot(_ x: Lanes) -> Lanes { modicum_square_root(x) }

/// The reduced models of a list of genes, in tiles for the score statistics.
///
/// With means μ = s·exp(Zβ), floored by nothing: w, r, r̃ and the factors of A, as `ScoreTiles` defines them.
///
/// - Parameters:
///   - dispersion: By position in the block.
///   - coefficients: Of the converged reduced fit, natural-log scale, `gene * coefficientCount + coefficient`.
///   - tiles: Receives the genes of the list in their order; the last tile repeats the last gene.
package func prepareScoreTiles(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>, dispersion: UnsafePointer<Double>,
    coefficients: UnsafePointer<Double>, into tiles: ScoreTiles
) {
    let samples = model.pointee.sampleCount
    let order = model.pointee.coefficientCount
    var scratch = Scratch(genes.pointee.scratch)
    let counts = scratch.rows(samples)
    let sizes = SizeFactorRows(model, &scratch)
    let b = scratch.rows(order)
    let gradient = scratch.rows(order)
    let row = scratch.rows(order)
    let pivots = scratch.rows(order)
    let sums = scratch.rows(model.pointee.pairBlockCount * ModelArguments.pairBlockWidth)
    for tile in 0..<tiles.tileCount {
        var alpha = Lanes(repeating: 0)
        for lane in 0..<8 {
            let position = gene(genes, first: 8 * tile, lane: lane)
            loadCounts(genes, sampleCount: samples, gene: position, lane: lane, into: counts)
            sizes.load(genes, sampleCount: samples, gene: position, lane: lane)
            loadLane(coefficients + position * order, count: order, lane: lane, into: b)
            alpha[lane] = dispersion[position]
        }
        let w = tileRows(tiles.weights, tile, samples)
        let r = tileRows(tiles.residuals, tile, samples)
        let efficient = tileRows(tiles.efficientResiduals, tile, samples)
        let cross = tileRows(tiles.factors, tile, tiles.factorRows)
        for sample in 0..<samples {
            let mean = exp(linearPredictor(model, b, sample: sample) + sizes.logarithms[sample])
            let spread = multiplyAdd(alpha, mean, Lanes(repeating: 1))
            w[sample] = mean / spread
            r[sample] = (counts[sample] - mean) / spread
        }
        weightedCrossProducts(model, weights: w, sums: sums, into: cross)
        for coefficient in 0..<order {
            cross[coefficient * (coefficient + 1) / 2 + coefficient] += Lanes(
                repeating: model.pointee.ridges[coefficient])
            gradient[coefficient] = Lanes(repeating: 0)
        }
        factor(cross, order: order, row: row, pivots: pivots)
        addTransposedProduct(model, r, to: gradient)
        solve(cross, order: order, gradient)
        for sample in 0..<samples {
            efficient[sample] = multiplyAdd(-w[sample], linearPredictor(model, gradient, sample: sample), r[sample])
        }
        for coefficient in 0..<order {
            cross[coefficient * (coefficient + 1) / 2 + coefficient] = 1 / squareRoot(pivots[coefficient])
        }
    }
}

/// The rows of one tile.
@inline(__always)
func tileRows(_ column: UnsafeMutablePointer<Double>, _ tile: Int, _ rowCount: Int) -> LaneRows {
    UnsafeMutableRawPointer(column + 8 * tile * rowCount).assumingMemoryBound(to: Lanes.self)
}
