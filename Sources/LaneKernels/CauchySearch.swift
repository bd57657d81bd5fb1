import KernelArguments

// Limited-memory BFGS with the line search for the strong Wolfe conditions of
// Nocedal & Wright (2006, algorithms 3.5, 3.6 and 7.4), one gene per lane, with
// the settings of apeglm: six corrections, relative changes below 1e-8 end it.
// A coarse tolerance ends it well before the maximum, so the very steps count.

/// One lane's entries of a row of lanes after the other.
private struct LaneColumn {
    private let base: UnsafeMutablePointer<Double>

    init(_ rows: LaneRows, lane: Int) {
        base = UnsafeMutableRawPointer(rows).assumingMemoryBound(to: Double.self) + lane
    }

    subscript(index: Int) -> Double {
        get { base[index * 8] }
        nonmutating set { base[index * 8] = newValue }
    }

    @inline(__always)
    func dot(_ other: LaneColumn, count: Int) -> Double {
        var sum = 0.0
        for index in 0..<count { sum += self[index] * other[index] }
        return sum
    }

    @inline(__always)
    func norm(count: Int) -> Double { dot(self, count: count).squareRoot() }
}

/// What the searches of all lanes keep in vectors.
private struct SearchRows {
    static let corrections = 6
    let order: Int
    let point: LaneRows
    let gradient: LaneRows
    private let origin: LaneRows
    private let originGradient: LaneRows
    private let direction: LaneRows
    private let steps: LaneRows
    private let changes: LaneRows
    private let products: LaneRows
    private let shares: LaneRows

    init(_ posterior: CauchyPosterior, order: Int, _ scratch: inout Scratch) {
        self.order = order
        point = posterior.point
        gradient = posterior.gradient
        origin = scratch.rows(order)
        originGradient = scratch.rows(order)
        direction = scratch.rows(order)
        steps = scratch.rows(order * Self.corrections)
        changes = scratch.rows(order * Self.corrections)
        products = scratch.rows(Self.corrections)
        shares = scratch.rows(Self.corrections)
    }

    func point(_ lane: Int) -> LaneColumn { LaneColumn(point, lane: lane) }
    func gradient(_ lane: Int) -> LaneColumn { LaneColumn(gradient, lane: lane) }
    func origin(_ lane: Int) -> LaneColumn { LaneColumn(origin, lane: lane) }
    func originGradient(_ lane: Int) -> LaneColumn { LaneColumn(originGradient, lane: lane) }
    func direction(_ lane: Int) -> LaneColumn { LaneColumn(direction, lane: lane) }
    func products(_ lane: Int) -> LaneColumn { LaneColumn(products, lane: lane) }
    func shares(_ lane: Int) -> LaneColumn { LaneColumn(shares, lane: lane) }

    func step(_ correction: Int, _ lane: Int) -> LaneColumn { LaneColumn(steps + correction * order, lane: lane) }
    func change(_ correction: Int, _ lane: Int) -> LaneColumn { LaneColumn(changes + correction * order, lane: lane) }
}

/// One gene's place in its search.
private struct CauchyLane {
    enum Phase { case scaling, starting, bracketing, zooming }
    enum Outcome { case goesOn, converged, failed }

    /// Position in the block; −1 when the lane is idle.
    var gene = -1
    private var phase = Phase.scaling

    /// What the posterior is divided by: its value at zero coefficients, where that exceeds 1.
    private var divisor = 1.0
    private var iterations = 1
    private var value = 0.0
    private var previousValue = 0.0
    private var correctionCount = 0

    private var originValue = 0.0
    private var originSlope = 0.0
    private var step = 0.0
    private var evaluations = 0
    private var low = (step: 0.0, value: 0.0, slope: 0.0)
    private var high = (step: 0.0, value: 0.0)

    private static let tolerance = 1e-8
    private static let decrease = 1e-4
    private static let curvature = 0.9
    private static let maximumIterations = 300
    private static let maximumEvaluations = 100

    init(gene: Int = -1) { self.gene = gene }

    /// Takes the posterior and gradient at the lane's point and chooses the next point.
    mutating func take(_ posterior: Double, _ rows: SearchRows, lane: Int, start: Double) -> Outcome {
        let order = rows.order
        let point = rows.point(lane)
        let gradient = rows.gradient(lane)
        if phase == .scaling {
            divisor = posterior > 1 ? posterior : 1
            for index in 0..<order { point[index] = index % 2 == 0 ? start : -start }
            phase = .starting
            return .goesOn
        }
        // Ten more keeps the value positive, for the tolerance relative to it.
        value = posterior / divisor + 10
        for index in 0..<order { gradient[index] = gradient[index] / divisor }
        switch phase {
        case .scaling: return .goesOn
        case .starting:
            if isFlat(rows, lane) { return .converged }
            previousValue = value
            let direction = rows.direction(lane)
            for index in 0..<order { direction[index] = -gradient[index] }
            return beginLine(rows, lane, firstStep: 1 / direction.norm(count: order))
        case .bracketing: return bracket(rows, lane)
        case .zooming: return zoom(rows, lane)
        }
    }

    private func isFlat(_ rows: SearchRows, _ lane: Int) -> Bool {
        let norm = rows.gradient(lane).norm(count: rows.order)
        return norm <= Self.tolerance || norm <= Self.tolerance * rows.point(lane).norm(count: rows.order)
    }

    private mutating func beginLine(_ rows: SearchRows, _ lane: Int, firstStep: Double) -> Outcome {
        let (origin, originGradient) = (rows.origin(lane), rows.originGradient(lane))
        let (point, gradient) = (rows.point(lane), rows.gradient(lane))
        for index in 0..<rows.order {
            origin[index] = point[index]
            originGradient[index] = gradient[index]
        }
        originValue = value
        originSlope = gradient.dot(rows.direction(lane), count: rows.order)
        // A gradient without bounds leaves no step.
        guard originSlope <= 0, firstStep > 0 else { return .failed }
        low = (0, originValue, originSlope)
        step = firstStep
        evaluations = 0
        phase = .bracketing
        moveAlongLine(rows, lane)
        return .goesOn
    }

    private func moveAlongLine(_ rows: SearchRows, _ lane: Int) {
        let (point, origin, direction) = (rows.point(lane), rows.origin(lane), rows.direction(lane))
        for index in 0..<rows.order { point[index] = origin[index] + step * direction[index] }
    }

    /// Lengthens the step until an acceptable one must lie between two.
    private mutating func bracket(_ rows: SearchRows, _ lane: Int) -> Outcome {
        evaluations += 1
        if evaluations >= Self.maximumEvaluations { return .failed }
        let slope = rows.gradient(lane).dot(rows.direction(lane), count: rows.order)
        if value - originValue > step * Self.decrease * originSlope || (low.step > 0 && value >= low.value) {
            high = (step, value)
            return interpolate(rows, lane)
        }
        if slope.magnitude <= -Self.curvature * originSlope { return endLine(rows, lane) }
        high = (low.step, low.value)
        low = (step, value, slope)
        if slope >= 0 { return interpolate(rows, lane) }
        step *= 2
        moveAlongLine(rows, lane)
        return .goesOn
    }

    /// Proposes the minimum of the parabola through both ends, or the middle where that is outside or near an end.
    private mutating func interpolate(_ rows: SearchRows, _ lane: Int) -> Outcome {
        let rise = high.value - low.value
        let width = high.step - low.step
        let middle = (high.step + low.step) / 2
        let vertex = (rise * low.step - middle * width * low.slope) / (rise - width * low.slope)
        let distance = min((vertex - low.step).magnitude, (vertex - high.step).magnitude)
        // Not written as its opposite: a vertex that is no number fails every comparison.
        let isInside =
            vertex > min(low.step, high.step) && vertex < max(low.step, high.step)
            && distance >= 0.01 * width.magnitude
        step = isInside ? vertex : middle
        phase = .zooming
        moveAlongLine(rows, lane)
        return .goesOn
    }

    /// Narrows the interval.
    private mutating func zoom(_ rows: SearchRows, _ lane: Int) -> Outcome {
        evaluations += 1
        if evaluations >= Self.maximumEvaluations { return .failed }
        let slope = rows.gradient(lane).dot(rows.direction(lane), count: rows.order)
        if value - originValue > step * Self.decrease * originSlope || value >= low.value {
            if step == high.step { return .failed }
            high = (step, value)
        } else {
            if slope.magnitude <= -Self.curvature * originSlope { return endLine(rows, lane) }
            if slope * (high.step - low.step) >= 0 { high = (low.step, low.value) }
            if step == low.step { return .failed }
            low = (step, value, slope)
        }
        return interpolate(rows, lane)
    }

    /// Accepts the point; ends the search or begins the next line.
    private mutating func endLine(_ rows: SearchRows, _ lane: Int) -> Outcome {
        if isFlat(rows, lane) { return .converged }
        let scale = max(max(value.magnitude, previousValue.magnitude), 1)
        if (previousValue - value).magnitude <= Self.tolerance * scale { return .converged }
        previousValue = value
        if iterations >= Self.maximumIterations { return .converged }
        chooseDirection(rows, lane)
        iterations += 1
        return beginLine(rows, lane, firstStep: 1)
    }

    /// Stores the correction of the last line and applies the inverse quasi-Newton matrix to the gradient.
    private mutating func chooseDirection(_ rows: SearchRows, _ lane: Int) {
        let order = rows.order
        let limit = SearchRows.corrections
        let newest = (iterations - 1) % limit
        let (point, gradient) = (rows.point(lane), rows.gradient(lane))
        let (origin, originGradient) = (rows.origin(lane), rows.originGradient(lane))
        let (step, change) = (rows.step(newest, lane), rows.change(newest, lane))
        for index in 0..<order {
            step[index] = point[index] - origin[index]
            change[index] = gradient[index] - originGradient[index]
        }
        let (products, shares) = (rows.products(lane), rows.shares(lane))
        products[newest] = step.dot(change, count: order)
        let scale = change.dot(change, count: order) / products[newest]
        correctionCount = min(correctionCount + 1, limit)

        let direction = rows.direction(lane)
        for index in 0..<order { direction[index] = -gradient[index] }
        var correction = newest
        for _ in 0..<correctionCount {
            let share = rows.step(correction, lane).dot(direction, count: order) / products[correction]
            shares[correction] = share
            let change = rows.change(correction, lane)
            for index in 0..<order { direction[index] = direction[index] - share * change[index] }
            correction = (correction + limit - 1) % limit
        }
        for index in 0..<order { direction[index] = direction[index] / scale }
        for _ in 0..<correctionCount {
            correction = (correction + 1) % limit
            let rest =
                shares[correction]
                - rows.change(correction, lane).dot(direction, count: order) / products[correction]
            let step = rows.step(correction, lane)
            for index in 0..<order { direction[index] = direction[index] + rest * step[index] }
        }
    }
}

/// Searches the posterior maxima of a list of genes, each lane at its own pace.
package func searchCauchyPosteriors(
    _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
    _ arguments: UnsafePointer<CauchyArguments>
) {
    let order = model.pointee.coefficientCount
    var scratch = Scratch(genes.pointee.scratch)
    let posterior = CauchyPosterior(model, genes, arguments, &scratch)
    let rows = SearchRows(posterior, order: order, &scratch)
    let states = UnsafeMutableRawPointer(scratch.rows(MemoryLayout<CauchyLane>.stride / 8 + 1))
        .assumingMemoryBound(to: CauchyLane.self)
    var dispersion = Lanes(repeating: 1)
    var next = 0
    var active = 0

    func refill(_ lane: Int) {
        guard next < genes.pointee.geneCount else {
            states[lane] = CauchyLane()
            return
        }
        let gene = Int(genes.pointee.genes[next])
        next += 1
        active += 1
        posterior.load(genes, gene: gene, lane: lane)
        dispersion[lane] = arguments.pointee.dispersion[gene]
        let point = rows.point(lane)
        for index in 0..<order { point[index] = 0 }
        states[lane] = CauchyLane(gene: gene)
    }

    for lane in 0..<8 { refill(lane) }
    while active > 0 {
        let values = posterior.evaluate(dispersion: dispersion, isCompiled: true)
        for lane in 0..<8 where states[lane].gene >= 0 {
            let outcome = states[lane].take(values[lane], rows, lane: lane, start: arguments.pointee.start)
            if outcome == .goesOn { continue }
            let gene = states[lane].gene
            storeLane(posterior.point, count: order, lane: lane, into: arguments.pointee.coefficients + gene * order)
            arguments.pointee.isConverged[gene] = outcome == .converged
            active -= 1
            refill(lane)
        }
    }
}
