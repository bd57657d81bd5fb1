import ExpressionData
import KernelArguments

/// The distinct products of a design's column pairs, as the kernels read them.
///
/// Products are cut into blocks of `ModelArguments.pairBlockWidth`, and a block has rows only for the samples in
/// which one of its products is not zero. A column of a factor's level is zero in most samples, and so is its
/// product with anything: blocks put together products that are zero in the same samples.
struct ColumnPairs {
    /// Block after block, row after row within a block, one value for each of the block's products.
    let products: [Double]

    /// The sample of each row.
    let samples: [Int32]

    /// Where each block's rows end.
    let blockEnds: [Int32]

    /// For each pair (a, b), b ≤ a, in row order: which product is its own, −1 for one that is zero throughout.
    let sources: [Int32]

    init(of design: DesignMatrix) {
        var numbers: [[Double]: Int] = [:]
        var distinct: [[Double]] = []
        var numbered: [Int?] = []
        for a in 0..<design.columnCount {
            for b in 0...a {
                let product = (0..<design.sampleCount).map { design[$0, a] * design[$0, b] }
                if product.allSatisfy({ $0 == 0 }) {
                    numbered.append(nil)
                } else if let known = numbers[product] {
                    numbered.append(known)
                } else {
                    numbers[product] = distinct.count
                    numbered.append(distinct.count)
                    distinct.append(product)
                }
            }
        }
        let width = ModelArguments.pairBlockWidth
        let blocks = Self.blocks(of: distinct.map(SampleSet.init(whereNonzero:)), width: width)
        var places = [Int](repeating: 0, count: distinct.count)
        var products: [Double] = []
        var samples: [Int32] = []
        var ends: [Int32] = []
        for (number, block) in blocks.enumerated() {
            for (position, product) in block.products.enumerated() { places[product] = number * width + position }
            for sample in 0..<design.sampleCount where block.support.contains(sample) {
                samples.append(Int32(sample))
                for position in 0..<width {
                    products.append(position < block.products.count ? distinct[block.products[position]][sample] : 0)
                }
            }
            ends.append(Int32(samples.count))
        }
        self.products = products
        self.samples = samples
        blockEnds = ends
        sources = numbered.map { $0.map { Int32(places[$0]) } ?? -1 }
    }

    /// Puts products into blocks so that few samples have to be looked at: each block begins with the product of the
    /// most samples that is left, and takes the ones that add the fewest.
    private static func blocks(of supports: [SampleSet], width: Int) -> [(products: [Int], support: SampleSet)] {
        var left = supports.indices.sorted { (supports[$1].count, $0) < (supports[$0].count, $1) }
        var blocks: [(products: [Int], support: SampleSet)] = []
        while !left.isEmpty {
            let first = left.removeFirst()
            var block = (products: [first], support: supports[first])
            while block.products.count < width, !left.isEmpty {
                // The first of equals: the one of the most samples.
                let next = left.indices.min {
                    block.support.growth(by: supports[left[$0]])
                        < block.support.growth(by: supports[left[$1]])
                }!
                let product = left.remove(at: next)
                block.products.append(product)
                block.support.formUnion(supports[product])
            }
            blocks.append(block)
        }
        return blocks
    }
}

/// A set of samples, a bit each.
private struct SampleSet {
    private var words: [UInt64]

    /// The samples in which a column is not zero.
    init(whereNonzero column: [Double]) {
        words = [UInt64](repeating: 0, count: (column.count + 63) / 64)
        for (sample, value) in column.enumerated() where value != 0 { words[sample / 64] |= 1 << UInt64(sample % 64) }
    }

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    func contains(_ sample: Int) -> Bool { words[sample / 64] >> UInt64(sample % 64) & 1 == 1 }

    /// How many samples `other` would add.
    func growth(by other: SampleSet) -> Int {
        var count = 0
        for index in words.indices { count += (other.words[index] & ~words[index]).nonzeroBitCount }
        return count
    }

    mutating func formUnion(_ other: SampleSet) {
        for index in words.indices { words[index] |= other.words[index] }
    }
}
