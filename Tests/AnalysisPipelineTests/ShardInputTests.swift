import ContentDigest
import DifferentialExpression
import ExpressionData
import JobEngine
import Payloads
import Testing

import AnalysisPipeline

/// What shards read, and where it is between the stages.
@Suite("Inputs of shards")
struct ShardInputTests {
    @Test("A stage has the blobs that it says it reads, and they go when no stage to come reads them")
    func keptBlobs() throws {
        var kept = KeptBlobs()
        kept.keep([Blob([1])], as: .counts)
        kept.keep([Blob([2]), Blob([3])], as: .geneWiseDispersions, of: 1)
        #expect(throws: StageError.self) { try kept.blobs(.counts) }
        kept.serve([.counts, .geneWiseDispersions])
        #expect(try kept.blobs(.counts).map(\.content) == [[1]])
        #expect(try kept.blobs(.geneWiseDispersions, of: 1).map(\.content) == [[2], [3]])
        let error = #expect(throws: StageError.self) { try kept.blobs(.geneWiseDispersions, of: 0) }
        #expect(error.map { "\($0)".contains("no stage before it") } == true)
        kept.keep(only: [.geneWiseDispersions])
        #expect(kept.kinds == [.geneWiseDispersions])
        #expect(throws: StageError.self) { try kept.blobs(.counts) }
    }

    @Test("A shard that several ask for is planned once, and all have its result")
    func sharedShards() throws {
        func shard(_ first: Int) -> Shard {
            Shard(stage: "s", parameters: [], range: first..<first + 1, inputs: [SHA256Digest(of: "x")])
        }
        let shared = SharedShards(of: [shard(0), shard(1), shard(0), shard(2), shard(1)])
        #expect(shared.shards == [shard(0), shard(1), shard(2)])
        #expect(try shared.results(ofPlanned: [[10], [11], [12]]) == [[10], [11], [10], [12], [11]])
        for count in [0, 2, 4] {
            #expect(throws: StageError.self) {
                try shared.results(ofPlanned: [[UInt8]](repeating: [], count: count))
            }
        }
    }

    @Test("Counts, factors and weights of a block are those of its genes")
    func blocks() throws {
        var inputs = try ExampleStudy.expression()
        let count = ExampleStudy.geneNames.count * 8
        inputs.normalizationFactors = (0..<count).map { 0.5 + Double($0 % 13) / 8 }
        inputs.observationWeights = (0..<count).map { Double($0 % 5) / 4 }
        let genes = [3, 50, 119]
        let counts = genes.flatMap { inputs.counts?.counts(ofGene: $0) ?? [] }
        let blob = inputs.blockBlob(counts: counts, ofGenes: genes)
        let read = try CountBlock(decoding: blob.content, sampleCount: 8)
        let direct = inputs.block(ofGenes: genes)
        #expect(read.geneCount == 3)
        #expect(read.counts == direct.counts)
        #expect(read.normalizationFactors == direct.normalizationFactors)
        #expect(read.weights == direct.weights)
        let weights: [Double] = genes.flatMap { gene in (0..<8).map { sample in Double((gene * 8 + sample) % 5) / 4 } }
        #expect(direct.weights == weights)
        #expect(throws: PayloadError.self) { try CountBlock(decoding: blob.content, sampleCount: 7) }
    }

    @Test("Factors that are not above zero, weights below it, and other lengths are refused")
    func damagedBlocks() {
        func block(_ factors: [Double], _ weights: [Double]) -> [UInt8] {
            var writer = PayloadWriter()
            writer.write(counts: [1, 2, 3, 4])
            writer.write(factors)
            writer.write(weights)
            return writer.bytes
        }
        #expect(throws: Never.self) { try CountBlock(decoding: block([1, 1, 1, 1], []), sampleCount: 2) }
        #expect(throws: Never.self) { try CountBlock(decoding: block([], [0, 1, 0.5, 1]), sampleCount: 2) }
        for (factors, weights) in [
            ([1.0, 0, 1, 1], [Double]()), ([1, .nan, 1, 1], []), ([1, .infinity, 1, 1], []), ([1, 1], []),
            ([], [1, -0.5, 1, 1]), ([], [1, .nan, 1, 1]), ([], [1]),
        ] {
            #expect(throws: PayloadError.self, "\(factors) \(weights)") {
                try CountBlock(decoding: block(factors, weights), sampleCount: 2)
            }
        }
    }

    @Test("Mean factors are over the expressed genes alone")
    func meanFactors() throws {
        var inputs = try ExampleStudy.expression()
        inputs.counts = CountMatrix(
            geneIDs: ["a", "b", "c"], sampleNames: ["s", "t"], counts: [1, 2, 0, 0, 5, 0])
        inputs.normalizationFactors = [1, 2, 100, 200, 3, 4]
        #expect(inputs.meanFactors(ofGenes: [0, 2]) == [2, 3])
        #expect(try inputs.sizeFactors(of: inputs.counts!, genes: [0, 1, 2]) == [2, 3])
        #expect(inputs.rows(of: inputs.normalizationFactors, genes: [2, 0]) == [3, 4, 1, 2])
        #expect(inputs.rows(of: [], genes: [2]).isEmpty)
    }

    @Test("Genes that have counts and no fit are told by name")
    func failingWeights() throws {
        var inputs = try ExampleStudy.expression()
        inputs.counts = CountMatrix(geneIDs: ["a", "b", "c"], sampleNames: ["s"], counts: [1, 0, 2])
        #expect(inputs.weightsFail(allZero: [true, true, false], genes: [0, 1, 2]).isEmpty)
        inputs.observationWeights = [0, 0, 1]
        let failing = inputs.weightsFail(allZero: [true, true, false], genes: [0, 1, 2])
        #expect(failing == [true, false, false])
        #expect(inputs.warning(ofFailing: failing, genes: [0, 1, 2])?.contains("1 gene (a)") == true)
        #expect(inputs.warning(ofFailing: [false, false, false], genes: [0, 1, 2]) == nil)
    }

    @Test("A model travels whole; cut, or of other sizes than it says, it is refused")
    func models() throws {
        let inputs = try ExampleStudy.expression(reduced: "~ 1") { $0.optimizer = .exact }
        let model = AnalysisModel(
            inputs.analyses[0], sizeFactors: (0..<8).map { 0.5 + Double($0) / 8 },
            settings: inputs.configuration.differentialExpression!)
        let bytes = model.encoded()
        #expect(try AnalysisModel(decoding: bytes) == model)
        #expect(model.settings().optimizer == .exact)
        #expect(model.reducedDesign?.columnNames == ["Intercept"])
        for length in 0..<bytes.count {
            #expect(throws: PayloadError.self) { try AnalysisModel(decoding: Array(bytes.prefix(length))) }
        }
        var other = model
        other.sizeFactors.removeLast()
        #expect(throws: PayloadError.self) { try AnalysisModel(decoding: other.encoded()) }
        other = model
        other.allZeroSamples = [[8]]
        #expect(throws: PayloadError.self) { try AnalysisModel(decoding: other.encoded()) }
    }
}
