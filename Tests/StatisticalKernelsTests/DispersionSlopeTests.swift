import KernelArguments
import StatisticalKernels
import Testing

/// A small design with what the kernels of the model need, in memory that outlives their calls.
private final class SmallModel {
    static let samples = 12
    let scratch: UnsafeMutableRawPointer
    private let columnNumbers: UnsafeMutablePointer<Int32>
    private let sources: UnsafeMutablePointer<Int32>
    private let rows: UnsafeMutablePointer<Int32>
    private var columns: [UnsafeMutablePointer<Double>] = []
    private(set) var arguments: ModelArguments

    init(maximumIterations: Int) {
        let samples = Self.samples
        let design = (0..<samples).flatMap { sample -> [Double] in [1, sample % 2 == 0 ? 1 : 0] }
        // Both entries of every sample, then where each sample's end.
        columnNumbers = .allocate(capacity: 3 * samples)
        columnNumbers.initialize(
            from: (0..<2 * samples).map { Int32($0 % 2) } + (1...samples).map { Int32(2 * $0) }, count: 3 * samples)
        // One block of six products, of which two are used: (1, 0) and (1, 1) are the same.
        let pairs = (0..<samples).flatMap { sample -> [Double] in [1, design[2 * sample + 1], 0, 0, 0, 0] }
        sources = .allocate(capacity: 3)
        sources.initialize(from: [0, 1, 1], count: 3)
        // Every sample has a row, behind which their number stands.
        rows = .allocate(capacity: samples + 1)
        rows.initialize(from: (0...samples).map { Int32($0) }, count: samples + 1)
        var made: [UnsafeMutablePointer<Double>] = []
        func column(_ values: [Double]) -> UnsafePointer<Double> {
            let pointer = UnsafeMutablePointer<Double>.allocate(capacity: values.count)
            pointer.initialize(from: values, count: values.count)
            made.append(pointer)
            return UnsafePointer(pointer)
        }
        arguments = ModelArguments(
            sampleCount: samples, coefficientCount: 2, design: column(design), designEntries: column(design),
            entryColumns: UnsafePointer(columnNumbers), entryEnds: UnsafePointer(columnNumbers + 2 * samples),
            designPairs: column(pairs), pairSamples: UnsafePointer(rows), pairBlockEnds: UnsafePointer(rows + samples),
            pairBlockCount: 1,
            pairSources: UnsafePointer(sources),
            leastSquares: column(leastSquaresOperator(design, rowCount: samples, columnCount: 2)),
            sizeFactors: column([Double](repeating: 1, count: samples)),
            logSizeFactors: column([Double](repeating: 0, count: samples)), meanInverseSizeFactor: 1,
            minimumMean: 0.5, ridges: column([2e-6, 2e-6]), minimumDispersion: 1e-8, maximumDispersion: 12,
            coefficientTolerance: 1e-8, dispersionTolerance: 1e-6, maximumIterations: maximumIterations)
        scratch = .allocate(
            byteCount: KernelScratch.byteCount(sampleCount: samples, coefficientCount: 2), alignment: 64)
        columns = made
    }

    deinit {
        for column in columns { column.deallocate() }
        columnNumbers.deallocate()
        sources.deallocate()
        rows.deallocate()
        scratch.deallocate()
    }

    /// Where the search goes from a log dispersion, and the posterior there at the start.
    func search(
        counts: [Int32], means: [Double], from start: Double, prior: Double?
    ) -> (logDispersion: Double, firstPosterior: Double) {
        var counts = counts
        var means = means
        var gene: Int32 = 0
        var start = start
        var priorMean = prior ?? 0
        var logDispersion = 0.0
        var iterations: Int32 = 0
        var first = 0.0
        var last = 0.0
        withUnsafeMutablePointer(to: &gene) { gene in
            counts.withUnsafeMutableBufferPointer { counts in
                means.withUnsafeMutableBufferPointer { means in
                    withUnsafeMutablePointer(to: &start) { start in
                        withUnsafeMutablePointer(to: &priorMean) { priorMean in
                            withUnsafeMutablePointer(to: &logDispersion) { logDispersion in
                                withUnsafeMutablePointer(to: &iterations) { iterations in
                                    withUnsafeMutablePointer(to: &first) { first in
                                        withUnsafeMutablePointer(to: &last) { last in
                                            var genes = GeneArguments(
                                                genes: gene, geneCount: 1, counts: counts.baseAddress!,
                                                normalizationFactors: nil, logNormalizationFactors: nil,
                                                weights: nil, relativeWeights: nil, scratch: scratch)
                                            var search = DispersionArguments(
                                                means: means.baseAddress!, logStart: start,
                                                priorMean: prior == nil ? nil : UnsafePointer(priorMean),
                                                priorVariance: 0.5, logDispersion: logDispersion,
                                                iterations: iterations, firstPosterior: first, lastPosterior: last)
                                            ModelKernels().searchDispersions(&arguments, &genes, &search)
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
        return (logDispersion, first)
    }
}

@Suite("Dispersion posterior")
struct DispersionSlopeTests {
    @Test("Its slope is its numerical derivative", arguments: [nil, -1.5])
    func slope(priorMean: Double?) {
        let evaluation = SmallModel(maximumIterations: 0)
        let oneStep = SmallModel(maximumIterations: 1)
        let genes: [[Int32]] = [
            [3, 0, 1, 7, 0, 2, 5, 1, 0, 0, 4, 9], [120, 40, 90, 66, 300, 51, 70, 48, 85, 92, 140, 20],
            [5000, 9000, 4100, 7600, 6000, 8100, 5200, 7900, 4800, 8800, 5600, 8400],
        ]
        var compared = 0
        for counts in genes {
            let means = (0..<SmallModel.samples).map { sample in
                let group = stride(from: sample % 2, to: SmallModel.samples, by: 2).map { Double(counts[$0]) }
                return max(group.reduce(0, +) / Double(group.count), 0.5)
            }
            for start in stride(from: -9.0, through: 2, by: 0.37) {
                // One accepted step of length one goes as far as the slope, unless it is cut at a limit.
                let end = oneStep.search(counts: counts, means: means, from: start, prior: priorMean).logDispersion
                let slope = end - start
                guard slope != 0, end < 10 else { continue }
                compared += 1
                let width = 1e-4
                let posteriors = [-2.0, -1, 1, 2].map {
                    evaluation.search(counts: counts, means: means, from: start + $0 * width, prior: priorMean)
                        .firstPosterior
                }
                let derivative = (posteriors[0] - 8 * posteriors[1] + 8 * posteriors[2] - posteriors[3]) / (12 * width)
                // Values near 1e5 with sixteen digits, differenced over 1e-4.
                #expect((slope - derivative).magnitude < 1e-6 * max(1, slope.magnitude), "\(counts) at \(start)")
            }
        }
        #expect(compared > 5)
    }
}
