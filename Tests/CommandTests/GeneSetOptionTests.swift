import ExpressionFormats
import Foundation
import Testing

/// Lists, collections and settings as people give them, through the whole command.
@Suite("modicum gsea with unusual input")
struct GeneSetOptionTests {
    private let folder: TemporaryFolder
    private static let geneCount = 200

    init() throws {
        folder = try TemporaryFolder()
    }

    private static func list(_ score: (Int) -> String) -> String {
        (0..<geneCount).map { "G\($0)\t\(score($0))\n" }.joined()
    }

    private static let list = list { "\(Double(geneCount / 2 - $0) / 8 + 0.01)" }

    /// Two sets at the ends of the list, and six spread over it.
    private static let sets: String = {
        var sets = [("TOP", Array(0..<12)), ("BOTTOM", Array(geneCount - 15..<geneCount))]
        for set in 1...6 { sets.append(("S\(set)", (0..<10 + set).map { ($0 * (set + 5) * 3 + set) % geneCount })) }
        return sets.map { name, genes in
            "\(name)\tabout \(name)\t" + genes.map { "G\($0)" }.joined(separator: "\t") + "\n"
        }.joined()
    }()

    private func run(
        _ name: String, list: String = Self.list, sets: String = Self.sets, _ options: String...
    ) throws -> ModicumProcess.Result {
        try ModicumProcess(
            [
                "gsea", "--ranks", try folder.write(list, as: "\(name).rnk"), "--sets",
                try folder.write(sets, as: "\(name).gmt"), "--min-size", "5", "--permutations", "300", "--out",
                folder(name),
            ] + options
        ).finish()
    }

    private func table(_ name: String) throws -> DelimitedTable {
        try DelimitedTable(path: folder("\(name)/gene_sets.tsv"))
    }

    @Test("Byte order marks and line ends change no column of any table")
    func encodings() throws {
        #expect(try run("plain").status == 0)
        let marked = try run("marked", list: "\u{FEFF}" + Self.list, sets: "\u{FEFF}" + Self.sets)
        let returns = try run(
            "returns", list: Self.list.replacingOccurrences(of: "\n", with: "\r\n"),
            sets: Self.sets.replacingOccurrences(of: "\n", with: "\r\n"))
        #expect(marked.status == 0 && returns.status == 0)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder("plain"))
            .filter { $0.hasSuffix(".tsv") || $0.hasSuffix(".txt") }
        #expect(names.count >= 5)
        for name in names {
            // The source is the file's own name.
            let plain = try String(contentsOfFile: folder("plain/\(name)"), encoding: .utf8)
            for other in ["marked", "returns"] {
                let text = try String(contentsOfFile: folder("\(other)/\(name)"), encoding: .utf8)
                #expect(text.replacingOccurrences(of: "\(other).gmt", with: "plain.gmt") == plain, "\(other): \(name)")
            }
        }
    }

    @Test("Genes without a number are left out and told, and infinite ones stay")
    func missingScores() throws {
        let missing = ["NaN", "NA", "", "nan"]
        let run = try run(
            "missing",
            list: Self.list { $0 < 4 ? missing[$0] : $0 == 5 ? "Inf" : "\(Double(Self.geneCount / 2 - $0) / 8)" },
            "--gsea-folder")
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("4 genes without a score dropped: G0, G1, G2 and G3"), "\(run.errors)")
        #expect(run.errors.contains("1 gene with an infinite score"), "\(run.errors)")
        let table = try table("missing")
        let top = try #require(try table.strings("name").firstIndex(of: "TOP"))
        #expect(try table.doubles("size_original")[top] == 12 && table.doubles("size")[top] == 8)
        // Java reads this spelling, and no other.
        let list = try String(contentsOfFile: folder("missing/gsea/edb/missing.rnk"), encoding: .utf8)
        #expect(list.hasPrefix("G5\tInfinity\n"))
    }

    @Test("Equal size limits are limits, and sets that none of them lets in are an error")
    func sizes() throws {
        #expect(try run("equal", "--min-size", "12", "--max-size", "12").status == 0)
        #expect(try table("equal").strings("name") == ["TOP", "S2"])
        let none = try run("none", "--min-size", "300", "--max-size", "1000")
        #expect(none.status == 3)
        #expect(
            none.errors.contains("none of the 8 gene sets has 300 to 1000 of the list's 200 genes"), "\(none.errors)")
    }

    @Test("Minus zero is the weight zero")
    func minusZero() throws {
        #expect(try run("zero", "--weight", "0").status == 0)
        let minus = try ModicumProcess([
            "gsea", "--ranks", folder("zero.rnk"), "--sets", folder("zero.gmt"), "--min-size", "5", "--permutations",
            "300", "--out", folder("minus"), "--weight", "-0",
        ]).finish()
        #expect(minus.status == 0)
        #expect(try Record(in: folder("minus")).identity == Record(in: folder("zero")).identity)
    }

    @Test("Weights that the null cannot tell apart are warned of, where they matter")
    func wideWeights() throws {
        let wide = Self.list { $0 == 0 ? "1" : "\(1e-12 / Double($0))" }
        let run = try run("wide", list: wide)
        #expect(run.status == 0)
        #expect(run.errors.contains("199 of 200 genes weigh less than 3e-10 of the heaviest one"), "\(run.errors)")
        // A few such genes fill no set.
        let few = Self.list { $0 > 195 ? "1e-12" : "\(Double(Self.geneCount - $0))" }
        #expect(try !self.run("few", list: few).errors.contains("heaviest"))
    }

    @Test("No p of multilevel splitting is below that of drawing the set itself, nor below a floor")
    func multilevel() throws {
        #expect(try run("free", "--nominal", "multilevel").status == 0)
        #expect(try run("floored", "--nominal", "multilevel", "--eps", "1e-12").status == 0)
        let (free, floored) = (try table("free"), try table("floored"))
        let names = try free.strings("name")
        for (set, genes) in [("TOP", 12), ("BOTTOM", 15)] {
            let row = try #require(names.firstIndex(of: set))
            // 1 over the number of ways to choose so many of 200 genes.
            let least = (0..<genes).reduce(1.0) { $0 * Double($1 + 1) / Double(Self.geneCount - $1) }
            #expect(try free.doubles("pvalue")[row] >= least * (1 - 1e-12))
            #expect(try free.doubles("pvalue")[row] < least * 100)
            #expect(try free.doubles("pvalueLow")[row] >= least * (1 - 1e-12))
            #expect(try free.doubles("log2err")[row] > 0 && free.strings("reason")[row].isEmpty)

            #expect(try floored.doubles("pvalue")[row] == 1e-12 && floored.strings("reason")[row] == "below-eps")
            #expect(try floored.doubles("log2err")[row].isNaN)
            #expect(abs(try floored.doubles("pvalueLow")[row] / least - 1) < 1e-9)
            #expect(try floored.doubles("pvalueHigh")[row] > 1e-12)
        }
        // The others are estimated, or counted, as before.
        for row in names.indices where !["TOP", "BOTTOM"].contains(names[row]) {
            #expect(try free.doubles("pvalue")[row] == floored.doubles("pvalue")[row])
        }
    }

    @Test(
        "A folder of classes with awkward names, and of a set that has no NES, has names and numbers that can be read")
    func awkwardFolder() throws {
        let data = (0..<40).map { gene in
            "G\(gene)\tna\t" + (0..<6).map { "\((gene * 31 + $0 * 17) % 23 + 1)" }.joined(separator: "\t") + "\n"
        }.joined()
        let run = try ModicumProcess([
            "gsea", "--expression",
            try folder.write("#1.2\n40\t6\nNAME\tDescription\ta\tb\tc\td\te\tf\n" + data, as: "x.gct"), "--phenotypes",
            try folder.write("6\t2\t1\n#\tdrug a/b & c\tnone\n0\t0\t0\t1\t1\t1\n", as: "x.cls"), "--sets",
            try folder.write(
                "ALL\t\t" + (0..<40).map { "G\($0)" }.joined(separator: "\t") + "\nFEW\t\tG1\tG2\tG3\n", as: "x.gmt"),
            "--min-size", "1", "--permutations", "0", "--gsea-folder", "--out", folder("awkward"),
        ]).finish()
        #expect(run.status == 0, "\(run.errors)")
        let place = folder("awkward/gsea")
        let report = try String(contentsOfFile: place + "/gsea_report_for_drug a_b & c_42.tsv", encoding: .utf8)
        #expect(!report.contains("---\t") && report.contains("\tNaN\t"))
        let index = try String(contentsOfFile: place + "/index.html", encoding: .utf8)
        #expect(index.contains("href=\"gsea_report_for_drug%20a_b%20%26%20c_42.html\">drug a/b &amp; c<"), "\(index)")
    }
}
