import KernelArguments

/// Shuffled exposures, or signs, side by side as the kernel multiplies by them.
struct ShuffleBlock: Sendable {
    let sampleCount: Int
    let batchCount: Int

    /// `(batch * sampleCount + sample) * width + shuffle`; the last batch is filled with zeros.
    let values: LaneMemory
    let squares: LaneMemory

    /// The shuffles with those that fill the last batch.
    var paddedCount: Int { batchCount * ShuffledScoreArguments.width }

    init(vectors: [[Double]], sampleCount: Int) {
        let width = ShuffledScoreArguments.width
        self.sampleCount = sampleCount
        batchCount = (vectors.count + width - 1) / width
        values = LaneMemory(count: batchCount * width * sampleCount)
        squares = LaneMemory(count: batchCount * width * sampleCount)
        for (index, vector) in vectors.enumerated() {
            let first = index / width * width * sampleCount + index % width
            for (sample, value) in vector.enumerated() {
                values.doubles[first + sample * width] = value
                squares.doubles[first + sample * width] = value * value
            }
        }
    }
}
