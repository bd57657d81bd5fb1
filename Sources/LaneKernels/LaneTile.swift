import KernelArguments

/// Copies one gene's counts into a lane.
@inline(__always)
func loadCounts(_ genes: UnsafePointer<GeneArguments>, sampleCount: Int, gene: Int, lane: Int, into tile: LaneRows) {
    let source = genes.pointee.counts + gene * sampleCount
    let target = UnsafeMutableRawPointer(tile).assumingMemoryBound(to: Double.self) + lane
    for sample in 0..<sampleCount { target[sample * 8] = Double(source[sample]) }
}

/// Copies a run of doubles, one per row, into a lane.
@inline(__always)
func loadLane(_ source: UnsafePointer<Double>, count: Int, lane: Int, into tile: LaneRows) {
    let target = UnsafeMutableRawPointer(tile).assumingMemoryBound(to: Double.self) + lane
    for row in 0..<count { target[row * 8] = source[row] }
}

/// Copies a lane of a tile out, one double per row.
@inline(__always)
func storeLane(_ tile: LaneRows, count: Int, lane: Int, into target: UnsafeMutablePointer<Double>) {
    let source = UnsafeMutableRawPointer(tile).assumingMemoryBound(to: Double.self) + lane
    for row in 0..<count { target[row] = source[row * 8] }
}

/// The gene of each lane in the group that begins at `first`; the last group repeats its last gene.
@inline(__always)
func gene(_ genes: UnsafePointer<GeneArguments>, first: Int, lane: Int) -> Int {
    Int(genes.pointee.genes[min(first + lane, genes.pointee.geneCount - 1)])
}

/// The size factors of each lane's gene, one row per sample.
///
/// The same in every lane unless genes have normalization factors.
struct SizeFactorRows {
    let factors: LaneRows
    let logarithms: LaneRows

    init(
        _ model: UnsafePointer<ModelArguments>, _ scratch: inout Scratch
    ) {
        let samples = model.pointee.sampleCount
        factors = scratch.rows(samples)
        logarithms = scratch.rows(samples)
        for sample in 0..<samples {
            factors[sample] = Lanes(repeating: model.pointee.sizeFactors[sample])
            logarithms[sample] = Lanes(repeating: model.pointee.logSizeFactors[sample])
        }
    }

    /// Takes one gene's normalization factors into a lane, if there are any.
    @inline(__always)
    func load(_ genes: UnsafePointer<GeneArguments>, sampleCount: Int, gene: Int, lane: Int) {
        guard let own = genes.pointee.normalizationFactors, let logs = genes.pointee.logNormalizationFactors else {
            return
        }
        loadLane(own + gene * sampleCount, count: sampleCount, lane: lane, into: factors)
        loadLane(logs + gene * sampleCount, count: sampleCount, lane: lane, into: logarithms)
    }
}

/// The observation weights of each lane's gene, one row per sample; present only where genes have weights.
struct WeightRows {
    let isPresent: Bool
    let rows: LaneRows

    init(_ genes: UnsafePointer<GeneArguments>, sampleCount: Int, _ scratch: inout Scratch) {
        isPresent = genes.pointee.relativeWeights != nil
        rows = scratch.rows(isPresent ? sampleCount : 0)
        guard isPresent else { return }
        for sample in 0..<sampleCount { rows[sample] = Lanes(repeating: 1) }
    }

    /// Takes one gene's relative weights into a lane, if there are any.
    @inline(__always)
    func load(_ genes: UnsafePointer<GeneArguments>, sampleCount: Int, gene: Int, lane: Int) {
        guard let weights = genes.pointee.relativeWeights else { return }
        loadLane(weights + gene * sampleCount, count: sampleCount, lane: lane, into: rows)
    }
}

/// Hands out working memory in rows of lanes.
struct Scratch {
    private var next: LaneRows

    init(_ memory: UnsafeMutableRawPointer) {
        next = memory.assumingMemoryBound(to: Lanes.self)
    }

    @inline(__always)
    mutating func rows(_ count: Int) -> LaneRows {
        defer { next += count }
        return next
    }
}
