import ExpressionData
import ExpressionFormats
import Testing

@Suite("What readers must not guess in silence")
struct SilentGuessTests {
    @Test("Labels of a CLS file that are its names are of these classes, whatever their order")
    func phenotypes() throws {
        func read(_ text: String, isDesktop: Bool = false) throws -> (Phenotypes, [String]) {
            var notes: [String] = []
            let file = try InputFile(name: "p.cls", text: text)
            let read = try PhenotypeFile.read(
                file, sampleCount: 4, isDesktop: isDesktop, note: { notes += $0.map(\.message) })
            return (read, notes)
        }
        let swapped = "4 2 1\n# hot cold\ncold Cold hot hot\n"
        #expect(throws: InputError.self) { try read(swapped) }
        let (own, notes) = try read(swapped.lowercased())
        #expect(own == .classes(["hot", "cold"], labels: [1, 1, 0, 0]) && notes.count == 1)
        let (desktop, warned) = try read(swapped.lowercased(), isDesktop: true)
        #expect(desktop == .classes(["hot", "cold"], labels: [0, 0, 1, 1]) && warned.count == 1)
        let (numbered, doubts) = try read("4 2 1\n# hot cold\n1 1 0 0\n")
        #expect(numbered == .classes(["hot", "cold"], labels: [0, 0, 1, 1]))
        #expect(doubts.first?.contains("GenePattern") == true)
        #expect(try read("4 2 1\n# hot cold\n0 1 0 1\n").1.isEmpty && read("4 2 1\n# hot cold\nx y x y\n").1.isEmpty)
        #expect(throws: InputError.self) { try read("4 2 1\n# hot cold\ncold cold x x\n") }
    }

    @Test("Rows that count reads are no genes, under all names programs give them")
    func summaryRows() {
        func removed(_ ids: [String], _ counts: [Int32]) -> (CountMatrix, [InputWarning]) {
            let matrix = CountMatrix(geneIDs: ids, sampleNames: ["s1", "s2"], counts: counts)
            let (kept, warnings) = SummaryRows.removed(from: matrix, file: "c.tsv")
            return (kept, warnings)
        }
        for name in ["no_feature", "__ambiguous", "N_multimapping", "Assigned", "Unassigned_Ambiguity"] {
            let (kept, warnings) = removed(["a", name], [1, 2, 3, 4])
            #expect(kept.geneIDs == ["a"] && kept.counts == [1, 2])
            #expect(warnings.map(\.message) == ["1 row that is no gene left out: \(name)"])
        }
        #expect(removed(["a", "b", "Total"], [1, 2, 3, 4, 4, 6]).0.geneIDs == ["a", "b"])
        let (kept, warnings) = removed(["a", "b", "Sum"], [1, 2, 3, 4, 4, 7])
        #expect(kept.geneCount == 3 && warnings.count == 1)
        #expect(removed(["a", "b"], [1, 2, 3, 4]).1.isEmpty)
    }

    @Test("A row that is the sum of all others is a total under any name, and at any place")
    func namelessTotals() {
        for name in ["Summe", "N_total", "all genes", "ENSG00000999999"] {
            for place in 0...4 {
                var rows: [(String, [Int32])] = [("a", [5, 9]), ("b", [0, 7]), ("c", [2, 1]), ("d", [1, 1])]
                rows.insert((name, [8, 18]), at: place)
                let matrix = CountMatrix(
                    geneIDs: rows.map(\.0), sampleNames: ["s1", "s2"], counts: rows.flatMap(\.1))
                let (kept, warnings) = SummaryRows.removed(from: matrix, file: "c.tsv")
                #expect(kept.geneIDs == ["a", "b", "c", "d"])
                #expect(warnings.map(\.message) == ["1 row that is no gene left out: \(name)"])
            }
        }
        // One sample, or a sum of one gene, may be chance; a sum in some samples only is a gene.
        for (ids, samples, counts) in [
            (["a", "b", "c", "x"], ["s1"], [1, 2, 3, 6]), (["a", "b", "x"], ["s1", "s2"], [4, 4, 0, 0, 4, 4]),
            (["a", "b", "c", "x"], ["s1", "s2"], [1, 2, 2, 2, 3, 2, 6, 7]),
        ] as [([String], [String], [Int32])] {
            let matrix = CountMatrix(geneIDs: ids, sampleNames: samples, counts: counts)
            #expect(SummaryRows.removed(from: matrix, file: "c.tsv").warnings.isEmpty)
        }
    }

    @Test("Whole numbers that add up alike in all samples, or are all small, are told to be no raw counts")
    func scales() {
        func remark(_ genes: Int, _ counts: (_ gene: Int, _ sample: Int) -> Int32) -> String? {
            let matrix = CountMatrix(
                geneIDs: (0..<genes).map { "g\($0)" }, sampleNames: ["s1", "s2", "s3"],
                counts: (0..<genes * 3).map { counts($0 / 3, $0 % 3) })
            let remarks = CountScale.remarks(on: matrix, file: "c.tsv")
            #expect(remarks.count < 2)
            return remarks.first?.message
        }
        // 200 genes of 5,000, moved between samples and rounded.
        #expect(remark(200) { 5_000 + Int32(($0 * 7 + $1) % 3) }?.contains("TPM or CPM") == true)
        #expect(remark(200) { 4_950 + Int32(($0 + $1) % 3) }?.contains("990,199 to 990,201") == true)
        #expect(remark(200) { 700 + Int32(($0 * 5 + $1) % 3) }?.contains("normalised values") == true)
        #expect(remark(200) { 3 + Int32(($0 + $1 * 5) % 12) }?.contains("logarithms") == true)
        // Libraries of other depths, shallow ones with many zeros, and few genes.
        #expect(remark(200) { 5_000 + Int32($0 + $1 * 200) } == nil)
        #expect(remark(200) { $0 % 3 == 0 ? Int32($1 + 1) : 0 } == nil)
        #expect(remark(20) { 3 + Int32(($0 + $1) % 12) } == nil)
    }

    @Test("A list of scores that all go one way is told, and one that is short or goes both ways is not")
    func signs() throws {
        func remarks(_ scores: [Double]) throws -> [String] {
            let text = scores.enumerated().map { "gene\($0)\t\($1)\n" }.joined()
            return try RankedListFile.read(InputFile(name: "l.rnk", text: text)).warnings.map(\.message)
        }
        let shares = (1...30).map { Double($0) / 40 }
        #expect(try remarks(shares).first?.contains("as p-values are") == true)
        #expect(try remarks(shares.map { $0 * 9 }).first?.contains("above 0: a set") == true)
        #expect(try remarks(shares.map { -$0 }).first?.contains("below 0") == true)
        #expect(try remarks(shares + [-1]).isEmpty && remarks(Array(shares.prefix(10))).isEmpty)
        #expect(try remarks(shares + [0]).isEmpty)
    }

    @Test("Transcripts without a gene are left out and counted", arguments: ["NA", "", "-", "N/A"])
    func transcriptsWithoutGene(_ spelling: String) throws {
        let quantification = try InputFile(
            name: "quant.sf",
            text: "Name\tLength\tEffectiveLength\tTPM\tNumReads\nt1\t9\t9\t1\t5\nt2\t9\t9\t1\t6\nt3\t9\t9\t1\t7\n")
        let table = try TranscriptGenes(InputFile(name: "t.tsv", text: "t1\tg1\nt2\t\(spelling)\nt3\tg1\n"))
        let read = try TranscriptQuantification.read(
            [("s", quantification)], format: .salmon, transcriptGenes: table, isGeneLevel: false)
        #expect(read.counts.geneIDs == ["g1"] && read.counts.counts == [12])
        #expect(read.warnings.map(\.message) == ["1 of 3 transcripts have no gene in the table and are left out"])
    }

    @Test("Dates, exponents and NA for the names of genes are counted and named")
    func damagedNames() throws {
        for name in ["1-Mar", "Sep-02", "15-Oct", "2-Sept", "1. Mrz", "2001-03-01", "3/1/2001"] {
            #expect(
                GeneNameRemarks.remarks(on: ["TP53", name], file: "f").first?.message.contains(
                    "called by a date (\(name))") == true, "\(name)")
        }
        for name in ["2.31E+13", "1E+05", "4.93e-2"] {
            #expect(GeneNameRemarks.remarks(on: [name], file: "f").first?.message.contains("exponent") == true)
        }
        let innocent = [
            "MARCHF1", "SEPT2", "DEC1", "HLA-A", "H2-K1", "7SK", "1700001E04", "E2F1", "RP11-34P13.7", "NANOG", "NAT1",
            "MAR-1A",
        ]
        #expect(GeneNameRemarks.remarks(on: innocent, file: "f").isEmpty)
        let list = try RankedListFile.read(InputFile(name: "l.rnk", text: "NA\t3\nb\t2\n2-Sep\t1\n"))
        #expect(list.warnings.count == 2)
    }

    @Test("Headers are not taken for sets, nor for genes; numbers are not taken for headers")
    func headers() throws {
        func sets(_ name: String, _ text: String) throws -> GeneSetFile.Content {
            try GeneSetFile.read([InputFile(name: name, text: text)])
        }
        for (name, text) in [
            ("a.gmt", "name\tdescription\tgenes\nA\td\tx\ty\n"), ("b.tsv", "gs_name\tgene_symbol\nA\tx\nA\ty\n"),
            ("c.gmt", "Pathway\tURL\tGenes\nA\thttp\tx\ty\n"), ("d.grp", "gene_symbol\nx\ny\n"),
        ] {
            let read = try sets(name, text)
            #expect(read.sets.map(\.genes) == [["x", "y"]], "\(name)")
            #expect(read.warnings.count == 1 && read.warnings[0].place.line == 1)
        }
        #expect(try RankedListFile.read(InputFile(name: "r", text: "symbol\tlog2FC\na\t1\n")).list.genes == ["a"])
        let error = #expect(throws: InputError.self) {
            try RankedListFile.read(InputFile(name: "r", text: "a\t1,5\nb\t0,5\n"))
        }
        #expect(error?.place.line == 1 && error?.problem.contains("decimal comma") == true)
    }

    @Test("Lists with commas, semicolons or blanks are read, and one that ranks nothing is told")
    func lists() throws {
        for separator in [",", ";", " "] {
            let read = try RankedListFile.read(InputFile(name: "r.rnk", text: "A\(separator)2\nB\(separator)1.5\n"))
            #expect(read.list.genes == ["A", "B"] && read.warnings.map(\.severity) == [.note])
        }
        let equal = try RankedListFile.read(InputFile(name: "r.rnk", text: "A\t2\nB\t2\nC\t2\n"))
        #expect(equal.warnings.map(\.message).first?.hasPrefix("all 3 genes have the same score, 2") == true)
    }

    @Test("A file of sets that is given twice counts once")
    func sameFileTwice() throws {
        let text = "A\td\tx\ty\n"
        let read = try GeneSetFile.read([
            InputFile(name: "a.gmt", text: text), InputFile(name: "copy.gmt", text: text),
            InputFile(name: "other.gmt", text: "B\td\tx\n"),
        ])
        #expect(read.sets.map(\.name) == ["A", "B"])
        #expect(
            read.warnings.map(\.description) == [
                "copy.gmt: it has the same content as a.gmt, and its sets take part once"
            ])
    }

    @Test("Size factors of another scale are refused", arguments: [2.5e7, 1e-4, 250])
    func scale(_ factor: Double) throws {
        func read(_ scale: Double) throws -> [Double] {
            try GeneBySampleTable.readSizeFactors(
                InputFile(name: "sf.tsv", text: "sample\tsizeFactor\na\t\(scale)\nb\t\(scale * 1.5)\n"),
                samples: ["a", "b"])
        }
        let error = #expect(throws: InputError.self) { try read(factor) }
        #expect(error?.problem.contains("should be near 1") == true)
        #expect(try read(1) == [1, 1.5] && read(20) == [20, 30])
    }
}
