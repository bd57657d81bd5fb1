import Foundation
import Testing

/// Commands as somebody types them who is used to other programs.
@Suite("Mistaken commands")
struct MistakenCommandTests {
    private static let genes = (1...40).map { "g\($0)" }

    private static let counts =
        "gene\ts1\ts2\ts3\ts4\ts5\ts6\n"
        + genes.enumerated().map { row, gene in
            ([gene] + (1...6).map { "\(40 + (row * 7 * $0) % 31 + (row * $0 * $0) % 17)" }).joined(separator: "\t")
                + "\n"
        }.joined()

    private static let sheet =
        "sample\tgroup\n" + (1...6).map { "s\($0)\t\($0 < 4 ? "a" : "b")\n" }.joined()

    private func check(_ further: [String], design: String = "~ group") throws -> ModicumProcess.Result {
        let folder = try TemporaryFolder()
        return try ModicumProcess(
            [
                "check", "--counts", folder.write(Self.counts, as: "c.tsv"), "--samples",
                folder.write(Self.sheet, as: "s.tsv"), "--design", design,
            ] + further
        ).finish()
    }

    @Test(
        "An option with one dash is refused, and is no wish for help",
        arguments: [
            ["de", "-threads", "2"], ["gsea", "--quiet", "-whatever", "x"], ["de", "-alpha=0.05"], ["-threads"],
            ["run", "study.yaml", "-out", "here"],
        ])
    func oneDash(_ arguments: [String]) throws {
        let result = try ModicumProcess(arguments).finish()
        #expect(result.status == 2 && result.output.isEmpty)
        #expect(result.errors.contains("Unknown option '-"), "\(result.errors)")
    }

    @Test("Help is help, and a value may begin with a dash")
    func dashes() throws {
        for help in ["-h", "--help"] { #expect(try modicum("de", help).status == 0) }
        let result = try check(["--contrast", "-group_b_vs_a"])
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test("What contradicts itself, or goes with another format, is refused with the cause")
    func contradictions() throws {
        for (further, words) in [
            (["--tx2gene", "t.tsv"], "goes with quantifications"),
            (["--contrast", "group,b,a"], "Write group:b:a"),
            (["--contrast", "c(\"group\", \"b\", \"a\")"], "Write group:b:a"),
            (["--coefficient", "group_a_vs_b"], "Did you mean group_b_vs_a?"),
        ] {
            let result = try check(further)
            #expect(result.status == 3 && result.errors.contains(words), "\(result.errors)")
        }
        let references = try check(["--reference", "group=a", "--reference", "group=b"])
        #expect(references.status == 2 && references.errors.contains("two reference levels are declared, a and b"))
        #expect(try check(["--reference", "group=b", "--reference", "group=b"]).status == 0)
        let strands = try check(["--strandedness", "reverse"])
        #expect(strands.status == 0 && strands.errors.contains("changes nothing"), "\(strands.errors)")
    }

    @Test(
        "Options of DESeq2, GSEA and fgsea are answered with their names here",
        arguments: [
            (["de", "--fitType", "mean"], "--dispersion-trend"), (["de", "--altHypothesis", "less"], "--alternative"),
            (["de", "--sfType", "poscounts"], "--size-factors"), (["de", "--type", "apeglm"], "--shrink"),
            (["check", "--minReplicatesForReplace", "7"], "--replace-outliers"),
            (["gsea", "-nperm", "10"], "--permutations"),
            (["gsea", "--set_min", "10"], "--min-size"), (["gsea", "--gseaParam", "1"], "--weight"),
            (["run", "study.yaml", "--cores", "2"], "--threads"), (["gsea", "--pathways", "s.gmt"], "--sets"),
        ])
    func namesOfPeers(_ arguments: [String], option: String) throws {
        let result = try ModicumProcess(arguments).finish()
        #expect(result.status == 2 && result.errors.contains("Did you mean '\(option)'?"), "\(result.errors)")
    }

    @Test("Of an option given twice the last counts, which is said where they differ")
    func repeatedOption() throws {
        let twice = try check(["--design", "~ 1"])
        #expect(twice.errors.contains("--design is given 2 times, and the last counts: ~ 1"), "\(twice.errors)")
        let same = try check(["--design=~ group"])
        #expect(same.status == 0 && !same.errors.contains("is given"), "\(same.errors)")
        let several = try check(["--factor", "group", "--numeric", "x", "--numeric", "y"])
        #expect(!several.errors.contains("is given"), "\(several.errors)")
    }

    @Test("Counts and sample sheet exchanged, or one given for both, are called so")
    func exchanged() throws {
        let folder = try TemporaryFolder()
        let (counts, sheet) = (try folder.write(Self.counts, as: "c.tsv"), try folder.write(Self.sheet, as: "s.tsv"))
        let exchanged = try modicum("check", "--counts", sheet, "--samples", counts, "--design", "~ group")
        #expect(
            exchanged.status == 3 && exchanged.errors.contains("this is the sample sheet, and"), "\(exchanged.errors)")
        let same = try modicum("check", "--counts", counts, "--samples", counts, "--design", "~ group")
        #expect(same.status == 3 && same.errors.contains("the same file is given"), "\(same.errors)")
    }

    @Test("A contrast may name levels with colons, and size factors that are none are refused by name")
    func colonsAndEstimators() throws {
        let folder = try TemporaryFolder()
        let sheet =
            "sample\tallele\tage\n"
            + (1...6).map { "s\($0)\t\($0 < 4 ? "A*01:01" : "A*02:01")\t\(30 + $0 * $0)y\n" }.joined()
        let files = [
            "check", "--counts", try folder.write(Self.counts, as: "c.tsv"), "--samples",
            try folder.write(sheet, as: "s.tsv"),
        ]
        let design = files + ["--design", "~ allele"]
        let result = try ModicumProcess(design + ["--contrast", "allele:A*02:01:A*01:01"]).finish()
        #expect(result.status == 0 && result.errors.contains("A*02:01 over A*01:01"), "\(result.errors)")
        let unknown = try ModicumProcess(design + ["--contrast", "allele:A*03:01:A*01:01"]).finish()
        #expect(unknown.status == 3 && unknown.errors.contains("has 5 parts"), "\(unknown.errors)")
        let factors = try ModicumProcess(design + ["--size-factors", "TMM"]).finish()
        #expect(
            factors.status == 3 && factors.errors.contains("size factors TMM are not known")
                && factors.errors.contains("ratio, poscounts"), "\(factors.errors)")
        let ages = try ModicumProcess(files + ["--design", "~ age"]).finish()
        #expect(ages.status == 3 && ages.errors.contains("are numbers with \"y\" behind them"), "\(ages.errors)")
    }

    @Test("A table of results given for a ranked list is told by its columns")
    func resultsAsRanks() throws {
        let folder = try TemporaryFolder()
        let result = try modicum(
            "gsea", "--ranks",
            folder.write("gene\tbaseMean\tlog2FoldChange\tlfcSE\tstat\ng1\t1\t2\t3\t4\n", as: "r.tsv"), "--sets",
            folder.write("set\tna\tg1\n", as: "s.gmt"), "--out", folder("out"))
        #expect(result.status == 3 && result.errors.contains("keep two columns"), "\(result.errors)")
    }

    @Test("An address that is not this machine's is refused with what to do")
    func foreignAddress() throws {
        let folder = try TemporaryFolder()
        let result = try modicum("coordinator", "--store", folder("runs"), "--bind", "tcp://192.0.2.1:0")
        #expect(
            result.status != 0 && result.errors.contains("cannot listen on tcp://192.0.2.1:0")
                && result.errors.contains("has no such address"), "\(result.errors)")
    }

    @Test("A ~ that no shell has replaced makes no folder of that name")
    func home() throws {
        for arguments in [
            ["de", "--design", "~ group", "--counts", "c.tsv", "--samples", "s.tsv", "--out", "~/results"],
            ["gsea", "--ranks", "l.rnk", "--sets", "s.gmt", "--out=~/results"], ["coordinator", "--store", "~/runs"],
        ] {
            let result = try ModicumProcess(arguments).finish()
            #expect(result.status == 2 && result.errors.contains("the shell did not replace the ~"), "\(result.errors)")
        }
    }

    @Test(
        "An address that no coordinator can listen on is refused, not changed",
        arguments: ["tcp://127.0.0.1:99999", "127.0.0.1:7100", "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://:70"])
    func addresses(_ bind: String) throws {
        let folder = try TemporaryFolder()
        let result = try modicum("coordinator", "--store", folder("runs"), "--bind", bind)
        #expect(result.status == 2 && result.errors.contains("is no address to listen on"), "\(result.errors)")
    }

    @Test("A worker does not wait a negative time", arguments: ["-3", "nan", "inf"])
    func idleTime(_ seconds: String) throws {
        let result = try modicum("worker", "--connection-file", "none.json", "--idle-timeout", seconds)
        #expect(result.status == 2 && result.errors.contains("--idle-timeout must be"), "\(result.errors)")
    }

    @Test("A profile that is the same in all samples ranks nothing")
    func constantProfile() throws {
        let folder = try TemporaryFolder()
        let gct =
            "#1.2\n40\t6\nNAME\tDescription\ts1\ts2\ts3\ts4\ts5\ts6\n"
            + Self.counts.split(separator: "\n").dropFirst().map {
                $0.replacing("\t", with: "\tna\t", maxReplacements: 1) + "\n"
            }.joined()
        let result = try modicum(
            "gsea", "--expression", folder.write(gct, as: "e.gct"), "--phenotypes",
            folder.write("#numeric\n#age\n30 30 30 30 30 30\n", as: "p.cls"), "--metric", "pearson", "--sets",
            folder.write("set\tna\t\(Self.genes.prefix(20).joined(separator: "\t"))\n", as: "s.gmt"), "--out",
            folder("out"))
        #expect(
            result.status == 3 && result.errors.contains("the profile age is 30 in all samples"), "\(result.errors)")
    }
}
