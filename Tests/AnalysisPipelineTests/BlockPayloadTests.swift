import DifferentialExpression
import Payloads
import StatisticalKernels
import Testing

import AnalysisPipeline

/// What shards of genes come to, cut into blocks, sent, and put together again.
@Suite("Blocks of genes")
struct BlockPayloadTests {
    private static let (coefficients, contrasts) = (3, 2)

    /// Values that tell genes and columns apart, missing ones among them.
    private func block<Block: GeneColumns>(_ type: Block.Type = Block.self, genes: Range<Int>) -> Block {
        var block = Block()
        for (place, column) in Block.columns.enumerated() {
            let width = column.extent.values(coefficients: Self.coefficients, contrasts: Self.contrasts)
            let numbers = (genes.lowerBound * width..<genes.upperBound * width).map { $0 * 31 + place * 1_000_003 }
            switch column.values {
            case .doubles(let path):
                block[keyPath: path] = numbers.map { $0 % 11 == 0 ? .nan : Double($0) / 7 }
            case .integers(let path): block[keyPath: path] = numbers.map { Int32($0 % 1000) }
            case .booleans(let path): block[keyPath: path] = numbers.map { $0 % 3 == 0 }
            }
        }
        return block
    }

    /// All bits of a block, to be compared.
    private func bits(_ block: some GeneColumns) -> [UInt8] {
        var writer = PayloadWriter()
        block.encodeColumns(to: &writer)
        return writer.bytes
    }

    private func expectWhole<Block: GeneColumns>(_ type: Block.Type) throws {
        let whole: Block = block(genes: 0..<13)
        let parts: [Block] = [0..<1, 1..<6, 6..<6, 6..<13].map { block(genes: $0) }
        let sent = try parts.map { part in
            var reader = PayloadReader(bits(part))
            let read = try Block(decodingColumns: &reader)
            try reader.finish()
            return read
        }
        #expect(bits(Block(joining: sent)) == bits(whole), "\(type)")
        try whole.checkColumns(genes: 13, coefficients: Self.coefficients, contrasts: Self.contrasts)
    }

    @Test("Blocks that were sent and joined are the whole, bit for bit, however they were cut")
    func joining() throws {
        try expectWhole(GeneWiseDispersions.self)
        try expectWhole(ModelFits.self)
        try expectWhole(FixedDispersionFits.self)
        try expectWhole(ReducedFits.self)
    }

    @Test("A column that lacks a value, or has one too many, is refused by its name")
    func lengths() {
        for column in ModelFits.columns {
            for change in [-1, 1] {
                var fits: ModelFits = block(genes: 0..<4)
                switch column.values {
                case .doubles(let path):
                    fits[keyPath: path] = Array((fits[keyPath: path] + [0]).prefix(fits[keyPath: path].count + change))
                case .integers(let path):
                    fits[keyPath: path] = Array((fits[keyPath: path] + [0]).prefix(fits[keyPath: path].count + change))
                case .booleans(let path):
                    fits[keyPath: path] = Array(
                        (fits[keyPath: path] + [true]).prefix(fits[keyPath: path].count + change))
                }
                let error = #expect(throws: PayloadError.self) {
                    try fits.checkColumns(genes: 4, coefficients: Self.coefficients, contrasts: Self.contrasts)
                }
                #expect(error?.description.contains("`\(column.name)`") == true)
            }
        }
    }

    @Test("A refit replaces what follows from the fit, and leaves what the first fit found")
    func refits() {
        var fits: ModelFits = block(genes: 0..<5)
        let before = fits
        let refits: ModelFits = block(genes: 100..<102)
        fits.replace([(position: 3, source: 0), (position: 1, source: 1)], from: refits)
        #expect(fits.dispersion[3] == refits.dispersion[0] && fits.dispersion[1] == refits.dispersion[1])
        let width = Self.coefficients
        #expect(
            fits.beta[3 * width..<4 * width].map(\.bitPattern) == refits.beta[..<width].map(\.bitPattern))
        #expect(fits.replace == before.replace && fits.contrastAllZero == before.contrastAllZero)
        #expect(fits.maxCooks.map(\.bitPattern) == before.maxCooks.map(\.bitPattern))
        for gene in [0, 2, 4] { #expect(fits.dispersion[gene].bitPattern == before.dispersion[gene].bitPattern) }
    }

    @Test("Replaced counts keep their genes when blocks are joined and sent")
    func replacedCounts() throws {
        var first: ModelFits = block(genes: 0..<3)
        first.replacedCounts = [.init(gene: 2, counts: [1, 2])]
        var second: ModelFits = block(genes: 3..<7)
        second.replacedCounts = [.init(gene: 0, counts: [3, 4]), .init(gene: 3, counts: [5, 6])]
        let joined = ModelFits(joining: [first, second])
        #expect(joined.replacedCounts.map(\.gene) == [2, 3, 6])
        var writer = PayloadWriter()
        joined.encode(to: &writer)
        var reader = PayloadReader(writer.bytes)
        let read = try ModelFits(decoding: &reader)
        #expect(read.replacedCounts.map(\.gene) == [2, 3, 6])
        #expect(read.replacedCounts.map(\.counts) == [[1, 2], [3, 4], [5, 6]])
        for length in stride(from: 0, to: writer.bytes.count, by: 7) {
            var reader = PayloadReader(Array(writer.bytes.prefix(length)))
            #expect(throws: PayloadError.self) { try ModelFits(decoding: &reader) }
        }
    }
}
