import Testing

import CohortSimulation

@Suite("Simulated reads")
struct SimulatedReadsTests {
    private func reads(_ change: (inout ReadSimulationOptions) -> Void = { _ in }) throws -> SimulatedReads {
        var options = ReadSimulationOptions()
        options.sampleCount = 4
        options.pairCount = 300
        change(&options)
        return try SimulatedReads(options)
    }

    @Test("The same seed gives the same sample, whichever is made first; another seed another one")
    func seeds() throws {
        let first = try reads().sample(2)
        let reads = try reads()
        _ = reads.sample(0)
        let again = reads.sample(2)
        #expect(first.first == again.first && first.second == again.second && first.counts == again.counts)
        #expect(try self.reads { $0.seed = 2 }.sample(2).first != first.first)
    }

    @Test("Genes lie on both strands, apart, with four exons that introns from GT to AG part")
    func genes() throws {
        let genome = try reads().genome
        #expect(genome.genes.count == 120 && genome.chromosome.count == 1_500_000)
        #expect(genome.genes.contains { $0.isReverse } && genome.genes.contains { !$0.isReverse })
        for (gene, next) in zip(genome.genes, genome.genes.dropFirst()) {
            #expect(gene.exons.count == 4 && gene.exons[3].upperBound < next.exons[0].lowerBound)
        }
        for gene in genome.genes {
            for (left, right) in zip(gene.exons, gene.exons.dropFirst()) {
                let intron = Array(genome.chromosome[left.upperBound..<right.lowerBound])
                let read = gene.isReverse ? reverseComplement(intron) : intron
                #expect(read.prefix(2) == Array("GT".utf8)[...] && read.suffix(2) == Array("AG".utf8)[...])
            }
        }
    }

    @Test("Every pair belongs to a gene, and first reads have the strand that the library says")
    func library() throws {
        let reads = try reads { $0.library = .reverse }
        let sample = reads.sample(0)
        #expect(sample.counts.reduce(0, +) == 300)
        let transcripts = reads.genome.genes.map { String(decoding: reads.genome.transcript(of: $0), as: UTF8.self) }
        func sequences(_ text: [UInt8]) -> [Substring] {
            let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
            return stride(from: 1, to: lines.count, by: 4).map { lines[$0] }
        }
        // A read of 75 bases has an error in one of seven cases, or goes on into the adapter in few.
        let sense = sequences(sample.second).count { read in transcripts.contains { $0.contains(read) } }
        let antisense = sequences(sample.first).count { read in transcripts.contains { $0.contains(read) } }
        #expect(sense > 200 && antisense == 0)
    }

    @Test("Half of the planted genes rise and half fall, in the second group only")
    func effects() throws {
        let reads = try reads()
        #expect(reads.effects.count { $0 == 2 } == 12 && reads.effects.count { $0 == -2 } == 12)
        #expect(!reads.isTreated(1) && reads.isTreated(2))
    }

    @Test("Numbers that no reads can be made with are refused by name")
    func refusal() {
        #expect(throws: CohortOptionsError(option: "samples", expectation: "2 to 1000", value: "1")) {
            try self.reads { $0.sampleCount = 1 }
        }
        #expect(throws: CohortOptionsError(option: "pairs", expectation: "1 to 100000000", value: "0")) {
            try self.reads { $0.pairCount = 0 }
        }
    }
}
