import Foundation
import Testing

/// Inputs as people bring them, through whole commands: read rightly, or refused with the cause.
@Suite("Inputs as people bring them")
struct BroughtInputTests {
    private static let samples = (1...6).map { "k\($0)" }

    /// Sixty genes whose counts differ between samples and genes.
    private static let rows = (1...60).map { gene in
        ["g\(gene)"]
            + (1...6).map { "\(40 + (gene * 7 * $0) % 31 + (gene * $0 * $0) % 17 + ($0 > 3 ? gene % 9 * 4 : 0))" }
    }

    private static func table(_ header: [String], _ separator: String = "\t", _ row: ([String]) -> [String] = { $0 })
        -> String
    {
        ([header] + rows.map(row)).map { $0.joined(separator: separator) + "\n" }.joined()
    }

    private static let plain = table(["gene"] + samples)
    private static let sheet =
        "sample\tgroup\n" + samples.enumerated().map { "\($1)\t\($0 < 3 ? "a" : "b")\n" }.joined()

    private func de(_ counts: String, _ sheet: String = sheet) throws -> (ModicumProcess.Result, String?) {
        let folder = try TemporaryFolder()
        let result = try modicum(
            "de", "--counts", try folder.write(counts, as: "counts.txt"), "--samples",
            try folder.write(sheet, as: "sheet.txt"), "--design", "~ group", "--out", folder("out"))
        return (result, try? String(contentsOfFile: folder("out/results.group_b_vs_a.tsv"), encoding: .utf8))
    }

    @Test("Tables that say the same give the same results")
    func same() throws {
        let expected = try #require(try de(Self.plain).1)
        let transposed = (0...6).map { column in
            ([(["gene"] + Self.samples)[column]] + Self.rows.map { $0[column] }).joined(separator: ",") + "\n"
        }
        let names = Self.sheet.replacingOccurrences(of: "sample\t", with: "lane\tname\t")
            .split(separator: "\n").enumerated().map { $0 == 0 ? String($1) : "L\($0)\t\($1)" }.joined(separator: "\n")
        for (counts, sheet) in [
            (Self.table(["#gene"] + Self.samples, ","), Self.sheet),
            (Self.table(["gene"] + Self.samples, ";"), Self.sheet.replacingOccurrences(of: "\t", with: ";")),
            (Self.plain.replacingOccurrences(of: "\n", with: "\r"), Self.sheet + "\t\t\n"),
            (Self.table(["gene"] + Self.samples.map { "X.lab.run7.\($0).sorted.bam" }), Self.sheet),
            (
                Self.table(["gene", "Length"] + Self.samples.map { "/lab/\($0)/hits.bam" }) {
                    [$0[0], "999"] + $0[1...]
                }, Self.sheet
            ),
            (Self.plain + "__no_feature\t9\t9\t9\t9\t9\t9\n", Self.sheet),
            (transposed.joined(), Self.sheet), (Self.plain, names),
        ] {
            let (result, results) = try de(counts, sheet)
            #expect(result.status == 0 && results == expected, "\(result.errors)")
        }
    }

    @Test("What the system refuses is told with the file and what to do, never as the system has it")
    func systemErrors() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("x\n", as: "file")
        let (long, goldens) = (String(repeating: "n", count: 300), packageRoot + "/datasets/goldens/gsea/")
        let gsea = [
            "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--min-size", "5",
            "--permutations", "100", "--quiet",
        ]
        try FileManager.default.createDirectory(atPath: folder("garbage"), withIntermediateDirectories: true)
        try Data("{".utf8).write(to: URL(filePath: folder("garbage/run.json")))
        for (arguments, words) in [
            (gsea + ["--out", file + "/x"], "a file stands where a folder is needed"),
            (gsea + ["--out", folder(long)], "choose a shorter name"),
            (gsea + ["--out", "/proc/nowhere"], "/proc/nowhere"),
            (gsea + ["--out", folder("o"), "--connect", folder.path], "folder"),
            (["simulate", "cohort", "--out", file + "/x"], "a file stands where a folder is needed"),
            (["report", folder("nowhere")], "holds no finished run"),
            (["report", folder("garbage")], "holds no finished run"),
            (["extend", folder("garbage"), "--permutations", "9"], "in another folder"),
            (["check", folder.path], "this is a folder, not a file"),
            (["status", "--connection-file", folder("nowhere")], "there is no such file"),
            (["worker", "--connection-file", folder.path], "folder"),
            (["coordinator", "--store", file], "a file stands where a folder is needed"),
            (["keys", "new", folder("none/here")], "check the path"),
        ] {
            let result = try ModicumProcess(arguments).finish()
            #expect(result.status != 0 && result.errors.contains(words), "\(arguments): \(result.errors)")
            for raw in ["Domain=", "NSCocoa", "UserInfo", "Swift.", "Error("] {
                #expect(!result.errors.contains(raw), "\(result.errors)")
            }
        }
    }

    @Test("A refusal names its cause")
    func causes() throws {
        for (counts, sheet, words) in [
            (Self.plain, Self.sheet.replacingOccurrences(of: "k", with: "K"), "differ in case only: k1 and K1"),
            (Self.plain, String(Self.sheet.dropFirst(13)), "is that of the sample k1 and not a header"),
            (Self.table(["gene"] + Self.samples, " "), Self.sheet, "separated by blanks"),
        ] {
            let (result, _) = try de(counts, sheet)
            #expect(result.status == 3 && result.errors.contains(words), "\(result.errors)")
        }
    }

    @Test("An option that the command does not have is named before one that is missing")
    func unknownOption() throws {
        for (arguments, words) in [
            (["de", "--count", "c", "--out", "o"], "Unknown option '--count'. Did you mean '--counts'?"),
            (["gsea", "--rank", "r", "--out", "o"], "Unknown option '--rank'. Did you mean '--ranks'?"),
            (["run", "s.yaml", "--output", "o"], "Unknown option '--output'"),
        ] {
            let result = try ModicumProcess(arguments).finish()
            #expect(result.status == 2 && result.errors.contains(words), "\(result.errors)")
        }
    }

    @Test("A study reads null as not given, speaks of keys, and says where its names start")
    func studies() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write(
            Self.table(["gene"] + Self.samples) { [$0[0]] + $0[1...].map { $0 + ".5" } }, as: "counts.tsv")
        _ = try folder.write(
            Self.sheet.replacingOccurrences(of: "\ta", with: "\t1").replacingOccurrences(of: "\tb", with: "\t2"),
            as: "sheet.tsv")
        func check(_ text: String) throws -> String {
            try modicum("check", try folder.write(text, as: "study.yaml")).errors
        }
        let study =
            "modicum: 1\ncounts: counts.tsv\nsamples: sheet.tsv\nannotation: ~\ngene-sets:\nexposures: [group]\n"
        let fractions = try check(study)
        #expect(fractions.contains("`tx2gene:`") && !fractions.contains("--"), "\(fractions)")
        let missing = try check(study.replacingOccurrences(of: "sheet.tsv", with: "other.tsv"))
        #expect(missing.contains("The study calls it other.tsv, which is read from the study's folder"), "\(missing)")
        let broken = try check(study + "\tx: [\n")
        #expect(broken.contains("study.yaml:7") && broken.contains("never with tabs"), "\(broken)")
    }

    @Test("A folder with another run says what differs")
    func otherRun() throws {
        let folder = try TemporaryFolder()
        let list = try folder.write((1...80).map { "g\($0)\t\(41 - $0)\n" }.joined(), as: "l.rnk")
        let sets = try folder.write(
            "A\td\t" + (1...20).map { "g\($0)" }.joined(separator: "\t") + "\nB\td\tx\n", as: "s.gmt")
        func gsea(_ more: String...) throws -> ModicumProcess.Result {
            let arguments = ["gsea", "--ranks", list, "--sets", sets, "--permutations", "10", "--out", folder("out")]
            return try ModicumProcess(arguments + more).finish()
        }
        let first = try gsea()
        #expect(first.errors.contains("1 of 2 gene sets are left out: 1 with none"), "\(first.errors)")
        #expect(
            try String(contentsOfFile: folder("out/run.json"), encoding: .utf8).contains(
                "1 of 2 gene sets are left out"))
        #expect(try gsea("--seed", "7").errors.contains("(geneSets.seed is 42 there and 7 here)"))
        _ = try folder.write("g1\t2\ng2\t1\n" + (3...80).map { "g\($0)\t\(-$0)\n" }.joined(), as: "l.rnk")
        #expect(try gsea().errors.contains("(l.rnk (ranks) has another content)"))
    }
}
