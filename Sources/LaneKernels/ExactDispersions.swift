import KernelArguments

// The root of the slope of the dispersion posterior, to full convergence: the
// point that DispersionSearch.swift approaches and leaves at gains below 1e-6.

/// One gene's place in the search for the root.
private struct RootLane {
    /// Position in the block; −1 when the lane is idle.
    var gene = -1
    var evaluations = 0

    /// Where the slope is evaluated next.
    var point = 0.0
    var priorMean = 0.0
    var firstPosterior = 0.0

    /// The last point, its slope, and how far the search went to get there.
    private var lastPoint = 0.0
    private var lastSlope = 0.0
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
    ///   - lowest: The range that the root is sought in; a slope that points out of it ends the search there.
    mutating func take(_ slope: Double, lowest: Double, highest: Double) -> Bool {
        evaluations += 1
        let here = point
        if !(slope.magnitude < .infinity) { return true }
        if slope == 0 { return true }
        if slope > 0 { below = here } else { above = here }
        if slope > 0 && here >= highest || slope < 0 && here <= lowest { return true }
        let width = above - below
        if evaluations == 1 {
            // The slope itself is a first guess of the distance where the curvature is near one.
            stride = min(max(slope.magnitude, 0.1), 1)
            point = here + (slope > 0 ? stride : -stride)
        } else {
            let secant = here - slope * (here - lastPoint) / (slope - lastSlope)
            if !(width < .infinity) {
                // Uphill: as far as the secant says, but not beyond four times the last stride.
                let distance = (secant - here).magnitude
                let isForward = (secant > here) == (slope > 0)
                stride = isForward && distance < 4 * stride ? max(distance * 1.1, 1e-6) : 4 * stride
                point = here + (slope > 0 ? stride : -stride)
            } else {
                // A secant that twice fails to halve the slope is given up for the middle.
                if slope.magnitude > 0.5 * lastSlope.magnitude { stalls += 1 }
                let isInside = secant > below && secant < above && stalls < 2
                point = isInside ? secant : 0.5 * (below + above)
                if !isInside { stalls = 0 }
            }
        }
        lastPoint = here
        lastSlope = slope
        point = min(max(point, lowest), highest)
        // What is left after a secant step is of the order of this one times the one before, some 1e-10.
        if (point - here).magnitude < Self.tolerance && width < .infinity { return true }
        return width < 1e-12 || evaluations >= 200
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
    }

    for lane in 0..<8 { refill(lane) }
    while active > 0 {
        var point = Lanes(repeating: 0)
        for lane in 0..<8 where states[lane].gene >= 0 { point[lane] = states[lane].point }
        let slopes = posterior.likelihoodAndSlope(point).slope
        for lane in 0..<8 where states[lane].gene >= 0 {
            var slope = slopes[lane]
            if arguments.pointee.priorMean != nil {
                slope -= (states[lane].point - states[lane].priorMean) / arguments.pointee.priorVariance
            }
            guard states[lane].take(slope, lowest: lowest, highest: highest) else { continue }
            let gene = states[lane].gene
            arguments.pointee.logDispersion[gene] = states[lane].point
            arguments.pointee.iterations[gene] = Int32(truncatingIfNeeded: states[lane].evaluations)
            active -= 1
            refill(lane)
        }
    }
}
