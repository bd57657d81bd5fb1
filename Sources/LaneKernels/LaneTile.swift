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
