import DifferentialExpression
import Testing

@Suite("Counts of one sample alone")
struct LoneCountsTests {
    /// 40 genes of 6 samples, the first few of which have a count in one sample only.
    static func block(lone: Int, of genes: Int = 40, sum: Int32 = 4000) -> CountBlock {
        CountBlock(
            counts: (0..<genes).flatMap { gene in
                (0..<6).map { sample in gene < lone ? (sample == gene % 6 ? sum : 0) : Int32(50 + (gene + sample) % 7) }
            }, sampleCount: 6)
    }

    @Test("The share is that of DESeq2's warning of rlog, which begins above a tenth")
    func share() {
        let ones = [Double](repeating: 1, count: 6)
        let usual = RegularizedLogarithm.LoneCounts(in: Self.block(lone: 4), sizeFactors: ones)
        #expect(usual.share == 0.1 && usual.warning == nil)
        let many = RegularizedLogarithm.LoneCounts(in: Self.block(lone: 5), sizeFactors: ones)
        #expect(many.share == 0.125)
        #expect(many.warning?.hasPrefix("in 12.5 % of the genes with a sum of normalized counts above 100") == true)
    }

    @Test("Genes with a sum of at most 100, after normalization, are not asked")
    func smallSums() {
        let ones = [Double](repeating: 1, count: 6)
        #expect(RegularizedLogarithm.LoneCounts(in: Self.block(lone: 9, sum: 100), sizeFactors: ones).share == 0)
        #expect(RegularizedLogarithm.LoneCounts(in: Self.block(lone: 10, sum: 101), sizeFactors: ones).share == 0.25)
        let halves = [Double](repeating: 0.5, count: 6)
        #expect(RegularizedLogarithm.LoneCounts(in: Self.block(lone: 10, sum: 60), sizeFactors: halves).share == 0.25)
        #expect(RegularizedLogarithm.LoneCounts(in: Self.block(lone: 3, of: 3, sum: 0), sizeFactors: ones).share == 0)
    }
}
