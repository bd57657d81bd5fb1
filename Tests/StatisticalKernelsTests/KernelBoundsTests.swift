import Glibc
import KernelArguments
import StatisticalKernels
import Testing

@Suite("Bounds of the null's kernels")
struct KernelBoundsTests {
    @Test(
        "No kernel touches a byte outside its arrays, whatever the parity of the sizes",
        arguments: [[1], [2], [3], [4, 7], [8, 16], [1, 16, 17], [31], [5, 2_049], [2_050]])
    func prefixes(sizes: [Int]) {
        for level in CPULevel.supported {
            for isWeighted in [true, false] {
                score(sizes: sizes, geneCount: 4_097, isWeighted: isWeighted, kernels: .init(level: level))
            }
        }
    }

    @Test("Binning reads and writes whole blocks of scores alone", arguments: [1, 2, 64])
    func bins(blockCount: Int) {
        let scores = GuardedArray<Double>((0..<8 * blockCount).map { Double($0 % 7 - 3) / 3 })
        let slots = GuardedArray<Int64>(repeating: 0, count: 8 * blockCount)
        for level in CPULevel.supported {
            _ = NestedPrefixKernels(level: level).binScores(scores.first, blockCount, 4096, slots.first)
        }
        withExtendedLifetime((scores, slots)) {}
    }

    /// Runs all kernels of the null on arrays that are as long as they are documented to be.
    private func score(sizes: [Int], geneCount: Int, isWeighted: Bool, kernels: NestedPrefixKernels) {
        let lanes = NestedPrefixArguments.lanes
        let drawCount = sizes.last!
        let swept = sizes.filter { $0 <= NestedPrefixArguments.floatSizeLimit }
        let sweptCount = swept.last ?? 0
        let rows = GuardedArray<Int32>(repeating: -1, count: sweptCount + 1)
        for (row, size) in swept.enumerated() { rows.first[size] = Int32(row) }
        let weights = GuardedArray<Float>((0..<geneCount).map { Float($0 % 5) / 4 })
        let seen = GuardedArray<UInt64>(repeating: 0, count: (geneCount + 63) / 64)
        let ranks = GuardedArray<Int32>(repeating: 0, count: lanes * drawCount)
        let drawnWeights = GuardedArray<Float>(repeating: 0, count: lanes * drawCount)
        let totals = GuardedArray<Float>(repeating: 0, count: lanes * drawCount)
        let missSteps = GuardedArray<Float>(repeating: 0, count: lanes * drawCount)
        let indices = GuardedArray<Float>((0..<lanes * (drawCount + 1)).map { Float($0 / lanes) })
        let sorted = GuardedArray<Int64>(repeating: 0, count: 8 * drawCount)
        let members = GuardedArray<Int32>(repeating: 0, count: drawCount)
        let buckets = GuardedArray<Double>(repeating: 0, count: 5 * ((geneCount - 1) >> 6 + 1))
        let scores = GuardedArray<Int32>(repeating: 0, count: lanes * max(1, swept.count))
        // The kernels see pointers alone.
        defer {
            withExtendedLifetime((rows, weights, seen, ranks, drawnWeights, totals, missSteps, indices)) {}
            withExtendedLifetime((sorted, members, buckets, scores)) {}
        }
        let arguments = NestedPrefixArguments(
            seed: 5, firstPermutation: 0, geneCount: geneCount, drawCount: drawCount, sweptCount: sweptCount,
            weights: weights.first, rowOfSize: rows.first, seen: seen.first, drawnRanks: ranks.first,
            drawnWeights: drawnWeights.first, totals: totals.first, missSteps: missSteps.first,
            indices: indices.first, sortedMembers: UnsafeMutableRawPointer(sorted.first), members: members.first,
            buckets: buckets.first, bucketShift: 6, scores: UnsafeMutableRawPointer(scores.first), scoreStride: lanes)
        kernels.drawPrefixes(arguments, isWeighted)
        if isWeighted {
            kernels.scorePrefixes(arguments)
        } else {
            kernels.scoreUnweightedPrefixes(arguments)
        }
        let all = sizes.map { Int32($0) }
        let largeScores = GuardedArray<Double>(repeating: 0, count: lanes * all.count)
        kernels.scoreLargePrefixes(arguments, isWeighted, all, all.count, largeScores.first)
        defer { withExtendedLifetime(largeScores) {} }
        for (index, size) in sizes.enumerated() where size <= sweptCount {
            for lane in 0..<lanes {
                let bits = scores.first[Int(rows.first[size]) * lanes + lane]
                let score = isWeighted ? Double(Float(bitPattern: UInt32(bitPattern: bits))) : Double(bits)
                #expect(score == largeScores.first[index * lanes + lane])
            }
        }
    }
}

/// An array that ends where memory ends: a byte behind it stops the process.
private final class GuardedArray<Element: BitwiseCopyable> {
    let first: UnsafeMutablePointer<Element>
    private let pages: UnsafeMutableRawPointer
    private let byteCount: Int

    init(_ elements: [Element]) {
        let pageSize = sysconf(Int32(_SC_PAGESIZE))
        let length = elements.count * MemoryLayout<Element>.stride
        let dataCount = (length + pageSize - 1) / pageSize * pageSize
        byteCount = dataCount + pageSize
        pages = mmap(nil, byteCount, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)!
        precondition(pages != MAP_FAILED)
        precondition(mprotect(pages + dataCount, pageSize, PROT_NONE) == 0)
        first = (pages + (dataCount - length)).bindMemory(to: Element.self, capacity: elements.count)
        first.initialize(from: elements, count: elements.count)
    }

    convenience init(repeating element: Element, count: Int) {
        self.init([Element](repeating: element, count: count))
    }

    deinit { munmap(pages, byteCount) }
}
