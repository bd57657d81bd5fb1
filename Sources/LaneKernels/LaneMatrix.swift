import KernelArguments

// Small symmetric matrices, one per lane. Packed by rows of the lower
// triangle: entry (a, b), b ≤ a, stands at a(a + 1)/2 + b.

/// The weighted cross products `XᵀWX`, packed, into `result`.
///
/// Sums run over samples in order.
///
/// - Parameter sums: Working memory, with room for whole blocks of pairs.
@inline(__always)
func weightedCrossProducts(
    _ model: UnsafePointer<ModelArguments>, weights: LaneRows, sums: LaneRows, into result: LaneRows
) {
    let samples = model.pointee.pairSamples
    var pairs = model.pointee.designPairs
    var target = sums
    var row = 0
    for block in 0..<model.pointee.pairBlockCount {
        var s0 = Lanes(repeating: 0)
        var s1 = s0
        var s2 = s0
        var s3 = s0
        var s4 = s0
        var s5 = s0
        let end = Int(model.pointee.pairBlockEnds[block])
        while row < end {
            let w = weights[Int(samples[row])]
            s0 = multiplyAdd(w, Lanes(repeating: pairs[0]), s0)
            s1 = multiplyAdd(w, Lanes(repeating: pairs[1]), s1)
            s2 = multiplyAdd(w, Lanes(repeating: pairs[2]), s2)
            s3 = multiplyAdd(w, Lanes(repeating: pairs[3]), s3)
            s4 = multiplyAdd(w, Lanes(repeating: pairs[4]), s4)
            s5 = multiplyAdd(w, Lanes(repeating: pairs[5]), s5)
            pairs += 6
            row += 1
        }
        target[0] = s0
        target[1] = s1
        target[2] = s2
        target[3] = s3
        target[4] = s4
        target[5] = s5
        target += 6
    }
    let sources = model.pointee.pairSources
    for pair in 0..<model.pointee.pairCount {
        let source = Int(sources[pair])
        result[pair] = source < 0 ? Lanes(repeating: 0) : sums[source]
    }
}

/// Factors a packed positive-definite matrix in place as `L·D·Lᵀ`: unit `L` below the diagonal, and `1/D` on it.
///
/// Without square roots, whose eight-lane form the compiler turns into calls.
///
/// - Parameters:
///   - row: Working memory, one row per coefficient.
///   - pivots: Receives `D`.
@inline(__always)
func factor(_ a: LaneRows, order: Int, row: LaneRows, pivots: LaneRows) {
    for i in 0..<order {
        let start = i * (i + 1) / 2
        // row[j] holds L(i,j)·D(j) while the row is worked out.
        for j in 0..<i {
            let other = j * (j + 1) / 2
            var sum = a[start + j]
            for k in 0..<j { sum = multiplyAdd(-row[k], a[other + k], sum) }
            row[j] = sum
        }
        var pivot = a[start + i]
        for j in 0..<i {
            let diagonal = j * (j + 1) / 2 + j
            let entry = row[j] * a[diagonal]
            pivot = multiplyAdd(-row[j], entry, pivot)
            a[start + j] = entry
        }
        pivots[i] = pivot
        a[start + i] = 1 / pivot
    }
}

/// The logarithm of the determinant, from the pivots of `factor`.
@inline(__always)
func logDeterminant(_ pivots: LaneRows, order: Int) -> Lanes {
    var sum = Lanes(repeating: 0)
    var product = Lanes(repeating: 1)
    for i in 0..<order {
        product *= pivots[i]
        // Three at a time: no product of weights and squared covariates gets near overflow.
        if i % 3 == 2 || i == order - 1 {
            sum += log(product)
            product = Lanes(repeating: 1)
        }
    }
    return sum
}

/// Solves in place with a factored matrix.
@inline(__always)
func solve(_ factored: LaneRows, order: Int, _ x: LaneRows) {
    for i in 0..<order {
        let start = i * (i + 1) / 2
        var sum = x[i]
        for k in 0..<i { sum = multiplyAdd(-factored[start + k], x[k], sum) }
        x[i] = sum
    }
    for i in 0..<order { x[i] *= factored[i * (i + 1) / 2 + i] }
    for i in stride(from: order - 1, through: 0, by: -1) {
        var sum = x[i]
        for k in i + 1..<order { sum = multiplyAdd(-factored[k * (k + 1) / 2 + i], x[k], sum) }
        x[i] = sum
    }
}

/// The inverse of a factored matrix, packed, into `inverse`.
///
/// - Parameter lower: Working memory for the inverse of `L`, packed.
@inline(__always)
func invert(_ factored: LaneRows, order: Int, lower: LaneRows, into inverse: LaneRows) {
    for i in 0..<order {
        let start = i * (i + 1) / 2
        lower[start + i] = Lanes(repeating: 1)
        for j in 0..<i {
            var sum = -factored[start + j]
            for k in j + 1..<i {
                sum = multiplyAdd(-factored[start + k], lower[k * (k + 1) / 2 + j], sum)
            }
            lower[start + j] = sum
        }
    }
    for i in 0..<order {
        for j in 0...i {
            var sum = Lanes(repeating: 0)
            for k in i..<order {
                let start = k * (k + 1) / 2
                let scaled = lower[start + i] * factored[start + k]
                sum = multiplyAdd(scaled, lower[start + j], sum)
            }
            inverse[i * (i + 1) / 2 + j] = sum
        }
    }
}

/// `trace(A·B)` of two packed symmetric matrices.
@inline(__always)
func traceOfProduct(_ a: LaneRows, _ b: LaneRows, order: Int) -> Lanes {
    var diagonal = Lanes(repeating: 0)
    var below = Lanes(repeating: 0)
    var index = 0
    for i in 0..<order {
        for _ in 0..<i {
            below = multiplyAdd(a[index], b[index], below)
            index += 1
        }
        diagonal = multiplyAdd(a[index], b[index], diagonal)
        index += 1
    }
    return multiplyAdd(below, Lanes(repeating: 2), diagonal)
}

/// `xᵀAx` with a packed symmetric matrix and one vector for all lanes.
@inline(__always)
func quadraticForm(_ a: LaneRows, _ x: UnsafePointer<Double>, order: Int) -> Lanes {
    var sum = Lanes(repeating: 0)
    var index = 0
    for i in 0..<order {
        var rowSum = Lanes(repeating: 0)
        for j in 0..<i {
            rowSum = multiplyAdd(a[index], Lanes(repeating: 2 * x[j]), rowSum)
            index += 1
        }
        rowSum = multiplyAdd(a[index], Lanes(repeating: x[i]), rowSum)
        sum = multiplyAdd(rowSum, Lanes(repeating: x[i]), sum)
        index += 1
    }
    return sum
}

/// `xᵀAx` with a packed symmetric matrix and one vector per lane.
@inline(__always)
func quadraticForm(_ a: LaneRows, lanes x: LaneRows, order: Int) -> Lanes {
    var sum = Lanes(repeating: 0)
    var index = 0
    for i in 0..<order {
        var rowSum = Lanes(repeating: 0)
        for j in 0..<i {
            rowSum = multiplyAdd(a[index], x[j] * 2, rowSum)
            index += 1
        }
        rowSum = multiplyAdd(a[index], x[i], rowSum)
        sum = multiplyAdd(rowSum, x[i], sum)
        index += 1
    }
    return sum
}

/// Column `c` of a packed symmetric matrix times nothing else: entry (i, c).
@inline(__always)
func entry(_ a: LaneRows, _ i: Int, _ c: Int) -> Lanes {
    i >= c ? a[i * (i + 1) / 2 + c] : a[c * (c + 1) / 2 + i]
}
