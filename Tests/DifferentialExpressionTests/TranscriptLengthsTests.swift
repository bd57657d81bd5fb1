import DifferentialExpression
import ExpressionData
import ExpressionFormats
import Testing

@Suite("Transcript lengths")
struct TranscriptLengthsTests {
    static let goldens: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        parts.removeLast(3)
        return (parts + ["datasets", "goldens", "inputs"]).joined(separator: "/")
    }()

    static func estimated(_ folder: String, _ format: CountsFormat) throws -> EstimatedCounts {
        let path = goldens + "/" + folder
        let members = try InputFile(path: path).members()
        let files = try SampleFolder.samples(of: members, format: format, sampleNames: nil, folder: path)
            .map { ($0.sample, try InputFile(path: path + "/" + $0.member)) }
        return try TranscriptQuantification.read(
            files, format: format,
            transcriptGenes: format == .rsem ? nil : TranscriptGenes(InputFile(path: goldens + "/tx2gene.tsv")),
            isGeneLevel: format == .rsem)
    }

    /// The worst relative difference from a table of the goldens.
    static func worst(_ values: [Double], of counts: CountMatrix, from file: String) throws -> Double {
        let expected = try GeneBySampleTable.read(
            InputFile(path: goldens + "/" + file), for: counts, requiring: .positive)
        return zip(values, expected).map { abs($0 / $1 - 1) }.max() ?? .infinity
    }

    @Test("Missing lengths are filled in as tximport does")
    func lengths() throws {
        let estimated = try Self.estimated("salmon", .salmon)
        let lengths = TranscriptLengths(
            filling: estimated.averageLengths, plainMeans: estimated.plainMeanLengths, sampleCount: 6)
        // Sums and products of a few numbers, and for the missing ones a mean of logarithms.
        #expect(try Self.worst(lengths.values, of: estimated.counts, from: "expected_lengths.tsv.gz") < 1e-13)
    }

    @Test(
        "Normalization factors are DESeq2's",
        arguments: [
            ("salmon", CountsFormat.salmon, SizeFactors.Method.medianOfRatios, "salmon"),
            ("salmon", .salmon, .positiveCounts, "poscounts"), ("rsem-genes", .rsem, .medianOfRatios, "rsem"),
        ])
    func factors(folder: String, format: CountsFormat, method: SizeFactors.Method, golden: String) throws {
        let estimated = try Self.estimated(folder, format)
        let lengths = TranscriptLengths(
            filling: estimated.averageLengths, plainMeans: estimated.plainMeanLengths, sampleCount: 6)
        let factors = try lengths.normalizationFactors(
            for: estimated.counts, estimatedFrom: Array(0..<estimated.counts.geneCount), by: method)
        // A dozen roundings, in another order than R's.
        #expect(try Self.worst(factors, of: estimated.counts, from: "expected_factors_\(golden).tsv.gz") < 1e-13)
    }

    @Test("Equal lengths give the size factors of the counts")
    func equalLengths() throws {
        let counts = CountMatrix(
            geneIDs: ["a", "b", "c"], sampleNames: ["s", "t"], counts: [10, 22, 31, 59, 7, 12])
        let lengths = TranscriptLengths(
            filling: [Double](repeating: 500, count: 6), plainMeans: [500, 500, 500], sampleCount: 2)
        let factors = try lengths.normalizationFactors(for: counts, estimatedFrom: [0, 1, 2])
        let sizeFactors = try SizeFactors(estimatedFrom: counts).values
        let scale = (sizeFactors[0] * sizeFactors[1]).squareRoot()
        for (cell, factor) in factors.enumerated() {
            #expect(abs(factor - sizeFactors[cell % 2] / scale) < 1e-14)
        }
    }

    @Test("Samples without counts, and genes that all have a zero, are refused")
    func errors() {
        let lengths = TranscriptLengths(filling: [1, 1, .nan, .nan], plainMeans: [1, 0], sampleCount: 2)
        #expect(lengths.values == [1, 1, 1, 1])
        func error(_ counts: [Int32]) -> SizeFactorError? {
            #expect(throws: SizeFactorError.self) {
                try lengths.normalizationFactors(
                    for: CountMatrix(geneIDs: ["a", "b"], sampleNames: ["s", "t"], counts: counts),
                    estimatedFrom: [0, 1])
            }
        }
        #expect(error([1, 0, 2, 0]) == .allZeroSample("t"))
        #expect(error([1, 0, 0, 2]) == .everyGeneHasAZero)
    }
}
