import CLanes
import KernelArguments

// Score statistics of eight genes under many shuffles. A tile is a small matrix of
// rows of samples; every shuffle multiplies it by a vector, so a batch of shuffles is a
// matrix product. Each sum is one accumulator that goes through the samples
// in order: how many stand side by side changes no bit.

/// The rows that a statistic multiplies the shuffles by.
private struct ScoreRows {
    let samples: Int
    let order: Int

    /// Multiplied by the shuffle: the numerator.
    let numerator: LaneRows

    /// Multiplied by its square, the first part of the variance; not read for `flip`, whose first part is `constant`.
    let squares: LaneRows

    /// By coefficient, multiplied by the shuffle: what is projected out.
    let projections: LaneRows

    /// `robust` alone: by coefficient, r²·L⁻¹z.
    let meats: LaneRows

    /// `robust` alone: Σ r²·(L⁻¹z)(L⁻¹z)ᵀ, packed.
    let meat: LaneRows

    var constant = Lanes(repeating: 0)

    init(samples: Int, order: Int, _ scratch: inout Scratch) {
        self.samples = samples
        self.order = order
        numerator = scratch.rows(samples)
        squares = scratch.rows(samples)
        projections = scratch.rows(order * samples)
        meats = scratch.rows(order * samples)
        meat = scratch.rows(order * (order + 1) / 2)
    }
}

/// `L⁻¹z` of one sample, with A = L·Lᵀ.
@inline(__always)
private func standardize(_ factors: LaneRows, order: Int, design: UnsafePointer<Double>, into z: LaneRows) {
    for i in 0..<order {
        let start = i * (i + 1) / 2
        var sum = Lanes(repeating: design[i])
        for k in 0..<i { sum = multiplyAdd(-factors[start + k], z[k], sum) }
        z[i] = sum
    }
    for i in 0..<order { z[i] *= factors[i * (i + 1) / 2 + i] }
}

/// Works out the rows of one tile.
private func fill(_ rows: inout ScoreRows, _ a: UnsafePointer<ShuffledScoreArguments>, tile: Int, z: LaneRows) {
    let samples = rows.samples
    let order = rows.order
    let tiles = a.pointee.tiles
    let w = tileRows(tiles.weights, tile, samples)
    let r = tileRows(tiles.residuals, tile, samples)
    let efficient = tileRows(tiles.efficientResiduals, tile, samples)
    let factors = tileRows(tiles.factors, tile, tiles.factorRows)
    // By patterns: `==` would call a function that the kernels' three builds share.
    let kind = a.pointee.kind
    if case .robust = kind {
        for entry in 0..<order * (order + 1) / 2 { rows.meat[entry] = Lanes(repeating: 0) }
    }
    for sample in 0..<samples {
        standardize(factors, order: order, design: a.pointee.design + sample * order, into: z)
        rows.numerator[sample] = efficient[sample]
        rows.squares[sample] = w[sample]
        for j in 0..<order { rows.projections[j * samples + sample] = z[j] * w[sample] }
        if case .flip = kind {
            for j in 0..<order { rows.meats[j * samples + sample] = z[j] }
        } else if case .robust = kind {
            let squared = r[sample] * r[sample]
            rows.squares[sample] = squared
            var entry = 0
            for j in 0..<order {
                let scaled = z[j] * squared
                rows.meats[j * samples + sample] = scaled
                for k in 0...j {
                    rows.meat[entry] = multiplyAdd(scaled, z[k], rows.meat[entry])
                    entry += 1
                }
            }
        }
    }
    if case .flip = kind { fixContributions(&rows, a, weights: w, residuals: r, projected: z) }
}

/// The rows of `flip`: contributions r·x̃ of the observed exposure, whose signs the shuffles are.
private func fixContributions(
    _ rows: inout ScoreRows, _ a: UnsafePointer<ShuffledScoreArguments>, weights w: LaneRows, residuals r: LaneRows,
    projected: LaneRows
) {
    let samples = rows.samples
    let order = rows.order
    let x = a.pointee.exposure
    for j in 0..<order {
        var sum = Lanes(repeating: 0)
        let row = rows.projections + j * samples
        for sample in 0..<samples { sum = multiplyAdd(row[sample], Lanes(repeating: x[sample]), sum) }
        projected[j] = sum
    }
    rows.constant = Lanes(repeating: 0)
    for sample in 0..<samples {
        var residual = Lanes(repeating: x[sample])
        for j in 0..<order { residual = multiplyAdd(-rows.meats[j * samples + sample], projected[j], residual) }
        rows.numerator[sample] = r[sample] * residual
        let weighted = w[sample] * residual
        rows.constant = multiplyAdd(weighted, residual, rows.constant)
        for j in 0..<order { rows.projections[j * samples + sample] *= residual }
    }
}

/// The product of a row with six shuffles from `x` on, into `sums`.
///
/// - Parameter width: `ShuffledScoreArguments.width`, asked for once: its getter is a call, and a call in the loop
///   makes every sum leave its register.
@inline(__always)
private func multiplySix(
    _ row: LaneRows, _ x: UnsafePointer<Double>, samples: Int, width: Int, into sums: LaneRows
) {
    var s0 = Lanes(repeating: 0)
    var s1 = s0
    var s2 = s0
    var s3 = s0
    var s4 = s0
    var s5 = s0
    var x = x
    for sample in 0..<samples {
        let value = row[sample]
        s0 = multiplyAdd(value, Lanes(repeating: x[0]), s0)
        s1 = multiplyAdd(value, Lanes(repeating: x[1]), s1)
        s2 = multiplyAdd(value, Lanes(repeating: x[2]), s2)
        s3 = multiplyAdd(value, Lanes(repeating: x[3]), s3)
        s4 = multiplyAdd(value, Lanes(repeating: x[4]), s4)
        s5 = multiplyAdd(value, Lanes(repeating: x[5]), s5)
        x += width
    }
    sums[0] = s0
    sums[1] = s1
    sums[2] = s2
    sums[3] = s3
    sums[4] = s4
    sums[5] = s5
}

/// The product of a row with twelve shuffles, into `sums`.
///
/// Twelve sums of eight lanes fill the registers of AVX-512, and six those of AVX2.
@inline(__always)
private func multiply(
    _ row: LaneRows, _ x: UnsafePointer<Double>, samples: Int, width: Int, into sums: LaneRows
) {
    guard modicum_has_wide_registers() != 0 else {
        multiplySix(row, x, samples: samples, width: width, into: sums)
        multiplySix(row, x + 6, samples: samples, width: width, into: sums + 6)
        return
    }
    var s0 = Lanes(repeating: 0)
    var s1 = s0
    var s2 = s0
    var s3 = s0
    var s4 = s0
    var s5 = s0
    var s6 = s0
    var s7 = s0
    var s8 = s0
    var s9 = s0
    var s10 = s0
    var s11 = s0
    var x = x
    for sample in 0..<samples {
        let value = row[sample]
        s0 = multiplyAdd(value, Lanes(repeating: x[0]), s0)
        s1 = multiplyAdd(value, Lanes(repeating: x[1]), s1)
        s2 = multiplyAdd(value, Lanes(repeating: x[2]), s2)
        s3 = multiplyAdd(value, Lanes(repeating: x[3]), s3)
        s4 = multiplyAdd(value, Lanes(repeating: x[4]), s4)
        s5 = multiplyAdd(value, Lanes(repeating: x[5]), s5)
        s6 = multiplyAdd(value, Lanes(repeating: x[6]), s6)
        s7 = multiplyAdd(value, Lanes(repeating: x[7]), s7)
        s8 = multiplyAdd(value, Lanes(repeating: x[8]), s8)
        s9 = multiplyAdd(value, Lanes(repeating: x[9]), s9)
        s10 = multiplyAdd(value, Lanes(repeating: x[10]), s10)
        s11 = multiplyAdd(value, Lanes(repeating: x[11]), s11)
        x += width
    }
    sums[0] = s0
    sums[1] = s1
    sums[2] = s2
    sums[3] = s3
    sums[4] = s4
    sums[5] = s5
    sums[6] = s6
    sums[7] = s7
    sums[8] = s8
    sums[9] = s9
    sums[10] = s10
    sums[11] = s11
}

/// The variances of one batch, into `variances`.
private func varianceParts(
    _ rows: ScoreRows, _ a: UnsafePointer<ShuffledScoreArguments>, shuffles: UnsafePointer<Double>,
    squares: UnsafePointer<Double>, sums: LaneRows, projected: LaneRows, into variances: LaneRows
) {
    let width = ShuffledScoreArguments.width
    let samples = rows.samples
    let order = rows.order
    if case .flip = a.pointee.kind {
        for shuffle in 0..<width { variances[shuffle] = rows.constant }
    } else {
        multiply(rows.squares, squares, samples: samples, width: width, into: variances)
    }
    guard case .robust = a.pointee.kind else {
        for j in 0..<order {
            multiply(rows.projections + j * samples, shuffles, samples: samples, width: width, into: sums)
            for shuffle in 0..<width {
                variances[shuffle] = multiplyAdd(-sums[shuffle], sums[shuffle], variances[shuffle])
            }
        }
        return
    }
    // Σ r²(x − Bq)² = Σ r²x² − 2 qᵀΣ r²Bx + qᵀ(Σ r²BᵀB)q, with q = Σ wBx.
    for j in 0..<order {
        let q = projected + j * width
        multiply(rows.projections + j * samples, shuffles, samples: samples, width: width, into: q)
        multiply(rows.meats + j * samples, shuffles, samples: samples, width: width, into: sums)
        for shuffle in 0..<width {
            var inner = sums[shuffle] * -2
            for k in 0..<j {
                inner = multiplyAdd(
                    rows.meat[j * (j + 1) / 2 + k] * 2, projected[k * width + shuffle], inner)
            }
            inner = multiplyAdd(rows.meat[j * (j + 1) / 2 + j], q[shuffle], inner)
            variances[shuffle] = multiplyAdd(inner, q[shuffle], variances[shuffle])
        }
    }
}

/// The statistics of all genes of the tiles under a block of shuffles.
///
/// A gene whose variance is not positive has 0.
package func scoreShuffles(_ a: UnsafePointer<ShuffledScoreArguments>) {
    let width = ShuffledScoreArguments.width
    let samples = a.pointee.tiles.sampleCount
    let order = a.pointee.tiles.coefficientCount
    var scratch = Scratch(a.pointee.scratch)
    var rows = ScoreRows(samples: samples, order: order, &scratch)
    let z = scratch.rows(order)
    let sums = scratch.rows(width)
    let variances = scratch.rows(width)
    let projected = scratch.rows(order * width)
    for tile in 0..<a.pointee.tiles.tileCount {
        fill(&rows, a, tile: tile, z: z)
        for batch in 0..<a.pointee.batchCount {
            let shuffles = a.pointee.shuffles + batch * samples * width
            varianceParts(
                rows, a, shuffles: shuffles, squares: a.pointee.squares + batch * samples * width, sums: sums,
                projected: projected, into: variances)
            multiply(rows.numerator, shuffles, samples: samples, width: width, into: sums)
            for shuffle in 0..<width {
                let variance = variances[shuffle]
                let isPositive = variance .> 0
                let deviation = squareRoot(select(isPositive, variance, Lanes(repeating: 1)))
                let place = (batch * width + shuffle) * a.pointee.stride + 8 * tile
                let statistic = select(isPositive, sums[shuffle] / deviation, Lanes(repeating: 0))
                store(statistic, at: a.pointee.statistics + place)
                if let effects = a.pointee.effects { store(sums[shuffle], at: effects + place) }
                if let output = a.pointee.variances { store(variance, at: output + place) }
            }
        }
    }
}

@inline(__always)
private func store(_ value: Lanes, at place: UnsafeMutablePointer<Double>) {
    UnsafeMutableRawPointer(place).assumingMemoryBound(to: Lanes.self).pointee = value
}
