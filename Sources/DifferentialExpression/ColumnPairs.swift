import ExpressionData
import KernelArguments

/// The distinct products of a design's column pairs, as the kernels read them.
struct ColumnPairs {
    /// In blocks of `ModelArguments.pairBlockWidth`, sample after sample within a block.
    let products: [Double]

    /// For each pair (a, b), b ≤ a, in row order: which product is its own, −1 for one that is zero throughout.
    let sources: [Int32]

    let distinctCount: Int

    init(of design: DesignMatrix) {
        var numbers: [[Double]: Int32] = [:]
        var distinct: [[Double]] = []
        var sources: [Int32] = []
        for a in 0..<design.columnCount {
            for b in 0...a {
                let product = (0..<design.sampleCount).map { design[$0, a] * design[$0, b] }
                if product.allSatisfy({ $0 == 0 }) {
                    sources.append(-1)
                } else if let known = numbers[product] {
                    sources.append(known)
                } else {
                    let number = Int32(distinct.count)
                    numbers[product] = number
                    distinct.append(product)
                    sources.append(number)
                }
            }
        }
        self.sources = sources
        distinctCount = distinct.count
        let width = ModelArguments.pairBlockWidth
        var products: [Double] = []
        for first in stride(from: 0, to: distinct.count, by: width) {
            for sample in 0..<design.sampleCount {
                for index in first..<first + width {
                    products.append(index < distinct.count ? distinct[index][sample] : 0)
                }
            }
        }
        self.products = products
    }
}
