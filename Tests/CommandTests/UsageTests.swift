import Foundation
import Testing

@Suite("Commands and their exits")
struct UsageTests {
    @Test("Help and version end well and print to stdout")
    func help() throws {
        let version = try modicum("--version")
        #expect(version.status == 0)
        #expect(version.output.contains("numeric contract"))
        for command in [
            ["--help"], ["run", "--help"], ["de", "--help"], ["gsea", "--help"], ["coordinator", "--help"],
            ["worker", "--help"], ["submit", "--help"], ["status", "--help"], ["cancel", "--help"],
            ["check", "--help"],
            ["simulate", "cohort", "--help"], ["keys", "new", "--help"], ["doctor", "--help"],
        ] {
            let result = try ModicumProcess(command).finish()
            #expect(result.status == 0, "\(command)")
            #expect(result.output.contains("Example:"), "\(command) shows an example")
        }
    }

    /// Options of `modicum de` that exclude each other.
    private static let contradictions = [
        ["--test", "lrt"], ["--reduced", "~ 1"], ["--test", "lrt", "--reduced", "~ 1", "--use-t"],
        ["--test", "lrt", "--reduced", "~ 1", "--empirical-null", "fdrtool"],
        ["--test", "lrt", "--reduced", "~ 1", "--lfc-threshold", "1"],
        ["--test", "lrt", "--reduced", "~ 1", "--coefficient", "a", "--coefficient", "b"],
        ["--lfc-threshold", "1", "--empirical-null", "fdrtool"], ["--lfc-threshold", "-1"],
        ["--alternative", "lessAbs"], ["--alternative", "twoSided"],
        ["--normalization-factors", "f", "--size-factors", "ratio"],
        ["--normalization-factors", "f", "--control-genes", "g"],
        ["--control-genes", "g", "--size-factors", "iterate"], ["--transform", "log"],
        ["--transform", "vst", "--transform-genes", "0"], ["--beta-prior", "--shrink", "normal"],
        ["--beta-prior", "--lfc-threshold", "1", "--alternative", "lessAbs"],
        ["--beta-prior", "--test", "lrt", "--reduced", "~ 1"], ["--cooks-cutoff", "-1"], ["--replace-outliers", "2"],
    ]

    /// Options of `modicum gsea` that say nothing, or exclude each other.
    private static let impossibleSets = [
        ["--weight", "-1"], ["--weight", "inf"], ["--weight", "nan"], ["--weight", "1e400"], ["--weight", "one"],
        ["--min-size", "0"], ["--min-size", "20", "--max-size", "10"], ["--permutations", "-1"],
        ["--fdr-threshold", "0"], ["--eps", "0.1"], ["--nominal", "multilevel", "--eps", "1"],
        ["--nominal", "multilevel", "--eps", "nan"], ["--nominal", "multilevel", "--compatibility", "gsea-desktop"],
        ["--until-settled", "--compatibility", "gsea-desktop"], ["--norm", "none"], ["--duplicates", "first"],
        // A ranked list has no samples whose labels could be permuted or compared.
        ["--permute", "phenotype"], ["--permute", "gene-sets"], ["--metric", "t-test"], ["--phenotypes", "x.cls"],
        ["--median"], ["--shuffle", "no-balance"], ["--sort", "abs"],
    ]

    @Test(
        "What cannot be understood exits with 2",
        arguments: [
            ["explode"], ["de"], ["gsea", "--ranks", "x.rnk", "--out", "y"],
            ["run", "x.yaml", "--out", "y", "--workers", "0"],
            ["de", "--counts", "c", "--samples", "s", "--design", "~ a", "--out", "o", "--alpha", "2"],
            ["de", "--counts", "c", "--samples", "s", "--design", "~ a", "--out", "o", "--empirical-null", "maybe"],
            ["cancel", "nonsense", "--connection-file", "f"],
        ] + impossibleSets.map { ["gsea", "--ranks", "x.rnk", "--sets", "x.gmt", "--out", "y"] + $0 }
            + contradictions.map { ["de", "--counts", "c", "--samples", "s", "--design", "~ a", "--out", "o"] + $0 })
    func usage(arguments: [String]) throws {
        let result = try ModicumProcess(arguments).finish()
        #expect(result.status == 2, "\(arguments): \(result.errors)")
        #expect(result.errors.contains("error"))
        #expect(result.output.isEmpty)
    }

    private static let samples = "sample\tgroup\tx\ns1\ta\t1\ns2\ta\t2\ns3\tb\t3\ns4\tb\t5\n"
    private static let header = "gene\ts1\ts2\ts3\ts4\n"

    @Test(
        "Bad input exits with 3 and names the place",
        arguments: [
            (counts: "g1\t1\t-2\t3\t4\n", samples: samples, design: "~ group", mentions: "g1"),
            (counts: "g1\t1\t2.5\t3\t4\n", samples: samples, design: "~ group", mentions: "s2"),
            (counts: "g1\t1\t3000000000\t3\t4\n", samples: samples, design: "~ group", mentions: ":2"),
            (counts: "g1\t1\t2\t3\t4\ng1\t1\t2\t3\t4\n", samples: samples, design: "~ group", mentions: "g1"),
            (counts: "g1\t1\t2\t3\n", samples: samples, design: "~ group", mentions: ":2"),
            (counts: "g1\t1\t2\t3\t0\ng2\t1\t2\t3\t0\n", samples: samples, design: "~ group", mentions: "s4"),
            (counts: "g1\t1\t2\t3\t4\n", samples: samples + "s5\tb\t3\n", design: "~ group", mentions: "s5"),
            (counts: "g1\t1\t2\t3\t4\n", samples: samples, design: "~ dose", mentions: "dose"),
            (counts: "g1\t1\t2\t3\t4\n", samples: samples, design: "~ group + x + group:x", mentions: "4"),
            (
                counts: "g1\t1\t2\t3\t4\n", samples: "sample\tgroup\tx\ns1\ta\t1\ns2\ta\t1\ns3\tb\t2\ns4\tb\t2\n",
                design: "~ group + x", mentions: "x"
            ),
        ])
    func badInput(counts: String, samples: String, design: String, mentions: String) throws {
        let folder = try TemporaryFolder()
        let result = try modicum(
            "de", "--counts", try folder.write(Self.header + counts, as: "counts.tsv"), "--samples",
            try folder.write(samples, as: "samples.tsv"), "--design", design, "--out", folder("out"))
        #expect(result.status == 3, "\(result.errors)")
        #expect(result.errors.contains(mentions), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("out")), "nothing was written")
    }

    @Test("A folder that holds anything else is refused and left alone")
    func occupiedFolder() throws {
        let folder = try TemporaryFolder()
        let study = packageRoot + "/datasets/small-cohort/study.yaml"
        try FileManager.default.createDirectory(atPath: folder("out"), withIntermediateDirectories: true)
        let note = try folder.write("mine", as: "out/note.txt")
        let result = try modicum("run", study, "--out", folder("out"))
        #expect(result.status == 3, "\(result.errors)")
        #expect(try String(contentsOfFile: note, encoding: .utf8) == "mine")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("out")) == ["note.txt"])
    }

    @Test("Identifiers of another kind are explained")
    func foreignIdentifiers() throws {
        let folder = try TemporaryFolder()
        let ranks = try folder.write(
            (1...50).map { "ENSG000000000\(10 + $0)\t\($0)\n" }.joined(), as: "list.rnk")
        let sets = try folder.write(
            "A\t\t" + (1...20).map { "GENE\($0)" }.joined(separator: "\t") + "\n", as: "sets.gmt")
        let result = try modicum("gsea", "--ranks", ranks, "--sets", sets, "--out", folder("out"))
        #expect(result.status == 3, "\(result.errors)")
        #expect(result.errors.contains("0 of 1"), "\(result.errors)")
        #expect(result.errors.contains("ENSG"), "\(result.errors)")
    }

    @Test("check prints the parsed design and computes nothing")
    func check() throws {
        let result = try modicum("check", packageRoot + "/datasets/small-cohort/study.yaml")
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.output.contains("main/stir_volume: ~ batch + age + gender + stir_volume"))
        #expect(result.output.contains("gender: factor, levels F, M, reference F"))
    }

    @Test("The same seed simulates the same files")
    func simulate() throws {
        let folder = try TemporaryFolder()
        for name in ["a", "b"] {
            let result = try modicum(
                "simulate", "cohort", "--out", folder(name), "--samples", "16", "--genes", "500", "--sets", "60",
                "--seed", "9")
            #expect(result.status == 0, "\(result.errors)")
        }
        let names = try FileManager.default.contentsOfDirectory(atPath: folder("a")).sorted()
        #expect(names.contains("study.yaml") && names.contains("counts.tsv.gz"))
        for name in names {
            #expect(
                FileManager.default.contentsEqual(atPath: folder("a/\(name)"), andPath: folder("b/\(name)")), "\(name)")
        }
    }
}
