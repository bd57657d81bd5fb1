import Testing

import ReadsToCounts

@Suite("Where aligned reads lie")
struct AlignmentProfileTests {
    /// The bytes of a BAM file without its compression, with chromosomes `c1` and `c2`.
    private struct Alignments {
        var bytes: [UInt8] = []

        init() {
            bytes += Array("BAM\u{1}".utf8) + word(4) + Array("@HD\n".utf8) + word(2)
            for name in ["c1", "c2"] { bytes += word(3) + Array(name.utf8) + [0] + word(1_000_000) }
        }

        private func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

        /// - Parameter operations: Lengths with CIGAR's letters, such as `50M100N25M`.
        mutating func add(_ reference: Int, _ position: Int, _ operations: String, flags: Int = 0) {
            var cigar: [UInt8] = []
            var length = 0
            for letter in operations {
                if let digit = letter.wholeNumberValue {
                    length = 10 * length + digit
                } else {
                    let code = Array("MIDNSHP=X").firstIndex(of: letter) ?? 15
                    cigar += word(length << 4 | code)
                    length = 0
                }
            }
            let count = cigar.count / 4
            // A name of one letter, no bases, a tag behind: what is not needed may be there.
            var record = word(reference) + word(position)
            record += [2, 60, 0, 0, UInt8(count), 0]
            record += word(flags).prefix(2)
            for field in [0, -1, -1, 0] { record += word(field) }
            record += Array("r\u{0}".utf8)
            record += cigar
            record += Array("NHC\u{1}".utf8)
            bytes += word(record.count) + record
        }

        /// - Parameter piece: Bytes that come at a time.
        func profile(_ genes: GeneExons, piece: Int = 7) throws -> AlignmentProfile {
            var (reader, profiler) = (AlignmentReader(), AlignmentProfiler(genes))
            for start in stride(from: 0, to: bytes.count, by: piece) {
                try Array(bytes[start..<min(start + piece, bytes.count)]).withUnsafeBytes {
                    try reader.append($0) { profiler.add($0, references: $1) }
                }
            }
            try reader.finish()
            return profiler.finish()
        }
    }

    private func genes(_ genes: (String, isReverse: Bool, [Range<Int>])...) -> GeneExons {
        GeneExons(genes.map { (chromosome: $0.0, gene: GeneExons.Gene(isReverse: $0.isReverse, exons: $0.2)) })
    }

    @Test("A read is exonic, intronic or intergenic by where more than half of its bases lie")
    func origin() throws {
        let genes = genes(("c1", false, [100..<200, 300..<400]), ("c2", true, [50..<90]))
        var alignments = Alignments()
        alignments.add(0, 10, "50M")
        alignments.add(0, 60, "100M")  // 60 of 100 in the exon
        alignments.add(0, 150, "50M100N50M")  // over the intron
        alignments.add(0, 160, "100M")  // 40 in the exon, all in the gene
        alignments.add(0, 180, "10S20M5I20M3D40M")  // 20 in the exon, all in the gene
        alignments.add(0, 500, "30M", flags: 0x10)
        alignments.add(1, 60, "20=5X")
        for flags in [0x4, 0x100, 0x200, 0x800] { alignments.add(1, 60, "25M", flags: flags) }
        alignments.add(-1, -1, "", flags: 0x4)
        let profile = try alignments.profile(genes)
        #expect(profile.exonic == 3 && profile.intronic == 2 && profile.intergenic == 2)
        #expect(profile.exonicFraction == 3.0 / 7 && profile.intergenicFraction == 2.0 / 7)
        #expect(try alignments.profile(genes, piece: 1) == profile)
        #expect(try alignments.profile(genes, piece: 100_000) == profile)
    }

    @Test("Bias is the coverage of an end over the gene's, in the direction of the transcript")
    func bias() throws {
        // 1,000 bases in two exons; one read over each base, and a second one over the last 100 of the chromosome's order.
        let exons = [1_000..<1_600, 2_000..<2_400]
        func profile(isReverse: Bool) throws -> AlignmentProfile {
            var alignments = Alignments()
            alignments.add(0, 1_000, "600M400N400M")
            alignments.add(0, 2_300, "100M")
            return try alignments.profile(genes(("c1", isReverse: isReverse, exons), ("c1", false, [5_000..<5_900])))
        }
        let forward = try profile(isReverse: false)
        #expect(forward.meanCoverage == 1.1)
        #expect(forward.fivePrimeBias == 1 / 1.1 && forward.threePrimeBias == 2 / 1.1)
        #expect(abs((forward.fiveToThreePrimeBias ?? 0) - 0.5) < 1e-12)
        let reverse = try profile(isReverse: true)
        #expect(reverse.fivePrimeBias == 2 / 1.1 && reverse.threePrimeBias == 1 / 1.1)
        #expect(forward.bodyCoverage.count == 100 && forward.bodyCoverage.first == reverse.bodyCoverage.last)
        #expect(abs(forward.bodyCoverage.reduce(0, +) / 100 - 1) < 1e-6)
    }

    @Test("Genes that overlap each get the reads of their own exons; short ones have no bias")
    func overlapping() throws {
        var alignments = Alignments()
        alignments.add(0, 0, "500M")
        alignments.add(0, 100, "100M")
        let profile = try alignments.profile(
            genes(("c1", false, [0..<500]), ("c1", true, [100..<200]), ("c2", false, [0..<9])))
        #expect(profile.exonic == 2)
        // 600 bases over the first, 200 over the second, of 600.
        #expect(profile.meanCoverage == 800.0 / 600)
        #expect(profile.fivePrimeBias == 100.0 / 100 / (600.0 / 500))
        let short = try alignments.profile(genes(("c1", true, [100..<200])))
        #expect(short.meanCoverage == 2 && short.fivePrimeBias == nil && short.bodyCoverage.isEmpty)
        let none = try alignments.profile(genes(("c2", true, [100..<200])))
        #expect(none.meanCoverage == nil && none.exonicFraction == 0 && none.intergenicFraction == 1)
        #expect(try Alignments().profile(genes(("c1", true, [0..<9]))).exonicFraction == nil)
    }

    @Test("A file that is cut short, or no BAM, is not taken for a whole one")
    func cutShort() throws {
        var alignments = Alignments()
        alignments.add(0, 0, "50M")
        alignments.bytes.removeLast()
        #expect(throws: LogProblem.self) { try alignments.profile(genes()) }
        alignments.bytes = Array("@HD\tVN:1.6\tSO:coordinate\n".utf8)
        #expect(throws: LogProblem.self) { try alignments.profile(genes()) }
    }

    @Test("Exons are written and read back; those that touch or overlap are one")
    func exons() throws {
        let genes = genes(("c2", true, [5..<9, 20..<30, 8..<12, 12..<15]), ("c1", false, [1..<2]))
        #expect(genes.text == "c1\t+\t1-2\nc2\t-\t5-15,20-30\n")
        #expect(try GeneExons(text: genes.text) == genes)
        #expect(throws: LogProblem.self) { try GeneExons(text: "c1\t+\t9-2\n") }
    }
}
