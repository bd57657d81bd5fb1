import KernelArguments

// The root of the slope of the dispersion posterior, to full convergence: the
// point that DispersionSearch.swift approaches and leaves at gains below 1e-6.

/// A point at which the slope of the posterior is known.
private struct SlopePoint {
    var point: Double
    var slope: Double

    /// The mean curvature between two points.
    func curvature(to other: SlopePoint) -> Double { (slope - other.slope) / (point - other.point) }
}

/// One gene's place in the search for the root.
private struct RootLane {
    /// Position in the block; −1 when the lane is idle.
    var gene = -1
    var evaluations = 0

    /// Where the slope is evaluated next.
    var point = 0.0
    var priorMean = 0.0

    /// The last point and the one before.
    private var last: SlopePoint?
    private var secondLast: SlopePoint?

    /// How far the search last went uphill.
    private var stride = 1.0

    /// A point below the maximum, where the slope is positive, and one above it; none at first.
    private var below = -Double.infinity
    private var above = Double.infinity
    private var stalls = 0

    private static let tolerance = 1e-6

    init(gene: Int = -1, start: Double = 0, priorMean: Double = 0) {
        self.gene = gene
        point = start
        self.priorMean = priorMean
    }

    /// Takes the slope at the point and chooses the next; returns whether the root is found.
    ///
    /// - Parameters:
    ///   - information: About what the slope loses per unit, where no second point tells.
    ///   - lowest: The range that the root is sought in; a slope that points out of it ends the search there.
    mutating func take(_ slope: Double, information: Double, lowest: Double, highest: Double) -> Bool {
        evaluations += 1
        return move(slope, information: information, lowest: lowest, highest: highest)
    }

    /// The same for a slope that was known beforehand.
    mutating func move(_ slope: Double, information: Double, lowest: Double, highest: Double) -> Bool {
        let here = SlopePoint(point: point, slope: slope)
        if !(slope.magnitude < .infinity) { return true }
        if slope == 0 { return true }
        if slope > 0 { below = here.point } else { above = here.point }
        if slope > 0 && here.point >= highest || slope < 0 && here.point <= lowest { return true }
        let width = above - below
        let curvature = curvature(at: here, information: information)
        let target = here.point - slope / curvature
        if width < .infinity {
            // A step that twice fails to halve the slope is given up for the middle.
            if let last, slope.magnitude > 0.5 * last.slope.magnitude { stalls += 1 }
            let isInside = target > below && target < above && stalls < 2
            point = isInside ? target : 0.5 * (below + above)
            if !isInside { stalls = 0 }
        } else {
            // Uphill: as far as the curvature says where it is one of a maximum, but not beyond four times the last
            // stride.
            let distance = (target - here.point).magnitude
            stride = curvature < 0 && distance < 4 * stride ? distance : 4 * stride
            point = here.point + (slope > 0 ? stride : -stride)
        }
        secondLast = last
        last = here
        point = min(max(point, lowest), highest)
        // What is left after such a step is of the order of this one times the one before, some 1e-10.
        let isNear = (point - here.point).magnitude < Self.tolerance && secondLast != nil
        return isNear || width < 1e-12 || evaluations >= 200
    }

    /// The curvature of the posterior at a point: that of the parabola through the last slopes, as far as there are any.
    private func curvature(at here: SlopePoint, information: Double) -> Double {
        guard let last else { return -information }
        let secant = here.curvature(to: last)
        guard let secondLast else { return secant }
        let parabola = secant + here.curvature(to: secondLast) - last.curvature(to: secondLast)
        // Far from the root the parabola may be none of a maximum, or nearly flat.
        return parabola < 0.5 * secant && parabola > 2 * secant ? parabola : secant
    }
}

/// Finds the dispersions of a list of genes at which the posterior has its maximum, each lane at its own pace.
///
/// `iterations` counts evaluations; `firstPosterior` and `lastPosterior` are not written.
///
/// - Parameters:
///   - lowest: The range of log dispersions.
package func solveDispersions(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<DispersionArguments>, lowest: Double, highest: Double
) {
    let samples = model.pointee.sampleCount
    var scratch = Scratch(genes.pointee.scratch)
    let posterior = DispersionPosterior(model, genes, &scratch)
    for sample in 0..<samples {
        posterior.counts[sample] = Lanes(repeating: 0)
        posterior.means[sample] = Lanes(repeating: 1)
    }
    let states = UnsafeMutableRawPointer(scratch.rows(MemoryLayout<RootLane>.stride / 8 + 1))
        .assumingMemoryBound(to: RootLane.self)
    var next = 0
    var active = 0

    func refill(_ lane: Int) {
        guard next < genes.pointee.geneCount else {
            states[lane] = RootLane()
            return
        }
        let gene = Int(genes.pointee.genes[next])
        next += 1
        active += 1
        loadCounts(genes, sampleCount: samples, gene: gene, lane: lane, into: posterior.counts)
        loadLane(arguments.pointee.means + gene * samples, count: samples, lane: lane, into: posterior.means)
        posterior.observationWeights.load(genes, sampleCount: samples, gene: gene, lane: lane)
        var priorMean = 0.0
        if let means = arguments.pointee.priorMean { priorMean = means[gene] }
        states[lane] = RootLane(gene: gene, start: arguments.pointee.logStart[gene], priorMean: priorMean)
        guard let slopes = arguments.pointee.startSlope, slopes[gene] == slopes[gene] else { return }
        _ = states[lane].move(
            slopes[gene], information: arguments.pointee.startInformation, lowest: lowest, highest: highest)
    }

    for lane in 0..<8 { refill(lane) }
    while active > 0 {
        var point = Lanes(repeating: 0)
        for lane in 0..<8 where states[lane].gene >= 0 { point[lane] = states[lane].point }
        let (slopes, informations) = posterior.slopeAndInformation(point)
        for lane in 0..<8 where states[lane].gene >= 0 {
            var slope = slopes[lane]
            var information = informations[lane]
            if arguments.pointee.priorMean != nil {
                slope -= (states[lane].point - states[lane].priorMean) / arguments.pointee.priorVariance
                information += 1 / arguments.pointee.priorVariance
            }
            guard states[lane].take(slope, information: information, lowest: lowest, highest: highest) else {
                continue
            }
            let gene = states[lane].gene
            arguments.pointee.logDispersion[gene] = states[lane].point
            arguments.pointee.iterations[gene] = Int32(truncatingIfNeeded: states[lane].evaluations)
            active -= 1
            refill(lane)
        }
    }
}
