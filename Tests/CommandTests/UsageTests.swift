import Foundation
import Testing

@Suite("Commands and their exits")
struct UsageTests {
    @Test("Help and version end well and print to stdout")
    func help() throws {
        let version = try modicum("--version")
        #expect(version.status == 0)
        #expect(version.output.wholeMatch(of: #/\d+\.\d+\.\d+\n/#) != nil, "\(version.output)")
        #expect(try modicum("doctor").output.contains(#/numeric contract \d+/#))
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

    /// Values that cannot be read, whatever the files hold.
    private static let unreadable = [
        ["--reference", "condition"], ["--contrast", "condition:treated"], ["--contrast-vector", "0,a,0"],
        ["--filter", "count above 3"], ["--chromosomes", ","], ["--out", ""], ["--alpha", "-0.1"],
        // Nothing of a single design is random.
        ["--seed", "1"],
        ["--disk-timeout", "inf"],
        ["--disk-timeout", "1e300"],
    ]

    /// Options of `modicum gsea` that say nothing, or exclude each other.
    private static let impossibleSets = [
        ["--weight", "-1"], ["--weight", "inf"], ["--weight", "nan"], ["--weight", "1e400"], ["--weight", "one"],
        ["--min-size", "0"], ["--min-size", "20", "--max-size", "10"], ["--permutations", "-1"],
        ["--fdr-threshold", "0"], ["--eps", "0.1"], ["--nominal", "multilevel", "--eps", "1"],
        ["--nominal", "multilevel", "--eps", "nan"], ["--nominal", "multilevel", "--compatibility", "gsea-desktop"],
        ["--until-settled", "--compatibility", "gsea-desktop"], ["--at-most", "9000", "--permutations", "1000"],
        ["--at-most", "9000", "--compatibility", "gsea-desktop"], ["--at-most", "0"], ["--norm", "none"],
        ["--duplicates", "first"],
        // A ranked list has no samples whose labels could be permuted or compared.
        ["--permute", "phenotype"], ["--permute", "gene-sets"], ["--metric", "t-test"], ["--phenotypes", "x.cls"],
        ["--median"], ["--shuffle", "no-balance"], ["--sort", "abs"],
    ]

    /// Options of `modicum count` that contradict each other, whatever is installed.
    private static let impossibleCounts = [
        ["--preset", "paper", "--trimmer", "fastp"], ["--preset", "paper", "--trimmer", "none"],
        ["--preset", "paper", "--aligner", "star"], ["--preset", "paper", "--hisat2-options", "-k 5"],
        ["--preset", "paper", "--featurecounts-options", "-O"], ["--fastp-options", "-q 20"],
        ["--trimmer", "fastp", "--trim-galore-options", "-q 20"], ["--star-options", "--alignIntronMax 5000"],
        ["--aligner", "star", "--hisat2-options", "-k 5"], ["--fastqc", "off", "--fastqc-options", "--nogroup"],
        ["--hisat2-options", "-S x"], ["--keep", "sam"], ["--connect", "c.json", "--workers", "2"],
        ["--connect", "c.json", "--threads", "2"], ["--connect", "c.json", "--scratch", "/tmp"], ["--again"],
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
            + (contradictions + unreadable).map {
                ["de", "--counts", "c", "--samples", "s", "--design", "~ a", "--out", "o"] + $0
            }
            + impossibleCounts.map {
                ["count", "s.csv", "--reference", "g.fa", "--annotation", "g.gtf", "--out", "o"] + $0
            })
    func usage(arguments: [String]) throws {
        let result = try ModicumProcess(arguments).finish()
        #expect(result.status == 2, "\(arguments): \(result.errors)")
        #expect(result.errors.contains("error"))
        #expect(!result.errors.contains("Missing value"), "\(arguments): \(result.errors)")
        #expect(result.output.isEmpty)
    }

    @Test(
        "A file that is not there or not what it should be exits with 3 and is named",
        arguments: [
            ["status", "--connection-file", "FILE"], ["logs", "--connection-file", "FILE"],
            ["doctor", "--connection-file", "FILE"],
            ["cancel", "0123456789abcdef0123456789abcdef", "--connection-file", "FILE"], ["keys", "new", "FILE"],
            ["run", packageRoot + "/datasets/small-cohort/study.yaml", "--out", "OUT", "--connect", "FILE"],
        ])
    func unfitFiles(arguments: [String]) throws {
        let folder = try TemporaryFolder()
        let words = arguments.map { $0.replacing("FILE", with: folder("file")).replacing("OUT", with: folder("out")) }
        if arguments.first != "keys" {
            let missing = try ModicumProcess(words).finish()
            #expect(missing.status == 3 && missing.errors.contains(folder("file")), "\(missing.errors)")
        }
        _ = try folder.write("no JSON", as: "file")
        let unfit = try ModicumProcess(words).finish()
        #expect(unfit.status == 3 && unfit.errors.contains(folder("file")), "\(unfit.errors)")
        #expect(try String(contentsOfFile: folder("file"), encoding: .utf8) == "no JSON")
    }

    @Test("The same command again says that all is there, and notices what is not")
    func repeated() throws {
        let folder = try TemporaryFolder()
        let goldens = packageRoot + "/datasets/goldens/gsea/"
        let command = [
            "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--permutations", "500", "--out",
            folder("out"),
        ]
        let first = try ModicumProcess(command).finish()
        #expect(first.status == 0, "\(first.errors)")
        let identity = try Record(in: folder("out")).identity
        let again = try ModicumProcess(command).finish()
        #expect(again.status == 0 && again.errors.contains("complete"), "\(again.errors)")

        try FileManager.default.removeItem(atPath: folder("out/leading_edges.tsv"))
        let missing = try ModicumProcess(command).finish()
        #expect(missing.status == 0 && missing.errors.contains("leading_edges.tsv is not there"), "\(missing.errors)")
        #expect(FileManager.default.fileExists(atPath: folder("out/leading_edges.tsv")))
        #expect(try Record(in: folder("out")).identity == identity)

        // A file that lies elsewhere, with a link in its place, is still there.
        try FileManager.default.moveItem(atPath: folder("out/modicum.h5"), toPath: folder("moved.h5"))
        try FileManager.default.createSymbolicLink(
            atPath: folder("out/modicum.h5"), withDestinationPath: folder("moved.h5"))
        #expect(try ModicumProcess(command).finish().errors.contains("complete"))
        try FileManager.default.removeItem(atPath: folder("out/modicum.h5"))
        try FileManager.default.moveItem(atPath: folder("moved.h5"), toPath: folder("out/modicum.h5"))

        // What is missing is not made by writing over what was changed, by an extension neither.
        let edges = URL(fileURLWithPath: folder("out/leading_edges.tsv"))
        let table = try Data(contentsOf: edges)
        try (table + Data("remark\n".utf8)).write(to: edges)
        let more = try modicum("extend", folder("out"), "--permutations", "1000")
        #expect(more.status == 3 && more.errors.contains("leading_edges.tsv"), "\(more.errors)")
        try FileManager.default.removeItem(atPath: folder("out/generic_enrichment.txt"))
        let both = try ModicumProcess(command).finish()
        #expect(both.status == 3 && both.errors.contains("leading_edges.tsv"), "\(both.errors)")
        #expect(try Data(contentsOf: edges) == table + Data("remark\n".utf8))
        try table.write(to: edges)
        let extended = try modicum("extend", folder("out"), "--permutations", "500")
        #expect(extended.status == 0, "\(extended.errors)")
        #expect(FileManager.default.fileExists(atPath: folder("out/generic_enrichment.txt")))
        #expect(try Record(in: folder("out")).identity == identity)

        // Somebody's remarks in a table are not written over, nor is a damaged store passed over.
        for name in ["gene_sets.tsv", "modicum.h5"] {
            let file = URL(fileURLWithPath: folder("out/" + name))
            let whole = try Data(contentsOf: file)
            var changes = [whole.dropLast(10), whole + Data("remark\n".utf8)]
            if name == "modicum.h5" {
                var damaged = whole
                damaged[damaged.count / 2] ^= 1
                changes.append(damaged)
            }
            for change in changes {
                try change.write(to: file)
                let changed = try ModicumProcess(command).finish()
                #expect(changed.status == 3 && changed.errors.contains(name), "\(changed.errors)")
                #expect(try Data(contentsOf: file) == change)
            }
            try FileManager.default.removeItem(at: file)
            #expect(try ModicumProcess(command).finish().status == 0)
            #expect(try Data(contentsOf: file) == whole)
        }
    }

    @Test("What commands print as JSON can be read")
    func json() throws {
        func object(_ arguments: String...) throws -> [String: Any] {
            let result = try ModicumProcess(arguments).finish()
            #expect(result.status == 0, "\(result.errors)")
            return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        }
        let doctor = try object("doctor", "--json")
        #expect(
            Set((doctor["libraries"] as? [String: String] ?? [:]).keys) == [
                "HDF5", "ISA-L", "OpenSSL", "ZeroMQ", "zlib",
            ])
        let study = packageRoot + "/datasets/small-cohort/study.yaml"
        let plan = try object("check", study, "--json", "--quiet")
        let configuration = try #require(plan["configuration"] as? [String: Any])
        #expect((configuration["analyses"] as? [Any])?.isEmpty == false)

        let folder = try TemporaryFolder()
        let goldens = packageRoot + "/datasets/goldens/gsea/"
        let run = try object(
            "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--min-size", "5",
            "--permutations", "60", "--report", "off", "--out", folder("run"), "--json", "--quiet")
        #expect((run["commands"] as? [[String]])?.first?.prefix(3) == ["modicum", "gsea", "--ranks"])
        let verified = try object("verify", folder("run"), "--seed", "3", "--json")
        #expect(verified["identity"] as? String == run["identity"] as? String && verified["seed"] as? Int == 3)
        #expect(verified["verified"] as? Int == (run["shards"] as? [Any])?.count, "\(verified)")
        let made = try object("report", folder("run"), "--json")["files"] as? [String] ?? []
        #expect(made.contains(folder("run/report.html")))
        #expect(made.allSatisfy { FileManager.default.fileExists(atPath: $0) })

        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        let connection = folder("store/connection.json")
        let submitted = try object("submit", study, "--connection-file", connection, "--json", "--quiet")
        // What blocks a run is its planning until its first stage is there.
        #expect(coordinator.waitForError(containing: "stage 1,"))
        let status = try object("status", "--connection-file", connection, "--json")
        let runs = try #require(status["runs"] as? [[String: Any]])
        #expect(runs.map { $0["run"] as? String } == [submitted["run"] as? String])
        #expect((status["blocker"] as? String)?.contains("worker") == true, "\(status)")
        #expect(try object("doctor", "--json", "--connection-file", connection)["coordinator"] != nil)
        let name = try #require(submitted["run"] as? String)
        let cancelled = try object("cancel", name, "--connection-file", connection, "--json")
        #expect(cancelled["run"] as? String == name && cancelled["outcome"] as? String == "cancelled")
        let lines = try modicum("logs", "--connection-file", connection, "--json").output.split(separator: "\n").map {
            try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
        }
        #expect(lines.compactMap { $0?["number"] as? Int } == Array(1...lines.count))
        #expect(lines.contains { ($0?["text"] as? String ?? "").contains("listening") }, "\(lines)")
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
    }

    @Test("What commands make is listed as JSON")
    func madeFiles() throws {
        let folder = try TemporaryFolder()
        func object(_ arguments: [String]) throws -> [String: Any] {
            let result = try ModicumProcess(arguments + ["--json"]).finish()
            #expect(result.status == 0 && result.errors.isEmpty, "\(arguments): \(result.errors)")
            return try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        }
        for (index, command) in [
            ["cohort", "--samples", "12", "--genes", "400", "--sets", "40"],
            ["reads", "--samples", "2", "--pairs", "20"],
            ["calibration", "--cell", "n12-plain", "--cohort", "0", "--genes", "80"],
        ].enumerated() {
            let out = folder("made\(index)")
            let listed = try object(["simulate"] + command + ["--out", out])["files"] as? [String]
            let found = try FileManager.default.subpathsOfDirectory(atPath: out).map { out + "/" + $0 }.filter {
                var isFolder: ObjCBool = false
                return FileManager.default.fileExists(atPath: $0, isDirectory: &isFolder) && !isFolder.boolValue
            }
            #expect(listed == found.sorted(), "\(command)")
        }
        let key = try object(["keys", "new", folder("key")])
        #expect(key["file"] as? String == folder("key") && (key["publicKey"] as? String)?.count == 40, "\(key)")
        let calibrate = [
            "calibrate", "--cells", "n12-plain", "--cohorts", "2", "--genes", "80", "--permutations", "19", "--out",
            folder("calibration"), "--quiet",
        ]
        // The second finds it complete, and prints the same.
        for _ in 0..<2 {
            let files = try object(calibrate)["files"] as? [[String: Any]] ?? []
            #expect(files.compactMap { $0["name"] as? String } == ["calibration.tsv", "cohorts.tsv.gz"])
        }
        try FileManager.default.createDirectory(atPath: folder("logs"), withIntermediateDirectories: false)
        _ = try folder.write(
            "Status\ta.bam\nAssigned\t70\nUnassigned_NoFeatures\t30\n", as: "logs/a.featureCounts.txt.summary")
        let quality = try object(["quality", folder("logs"), "--out", folder("quality.tsv"), "--quiet"])
        let row = try #require((quality["samples"] as? [[String: Any]])?.first)
        #expect(row["assigned"] as? Int == 70 && row["aligned"] is NSNull, "\(row)")
        #expect(row["assigned_fraction"] as? Double == 0.7, "\(row)")
        #expect(FileManager.default.fileExists(atPath: folder("quality.tsv")))
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

    @Test("A folder with anything in it is refused by simulate, which says what to do and changes nothing")
    func simulateOverOthers() throws {
        let folder = try TemporaryFolder()
        let words = ["simulate", "cohort", "--out", folder("a"), "--samples", "16", "--genes", "500", "--sets", "60"]
        let first = try ModicumProcess(words).finish()
        try #require(first.status == 0, "\(first.errors)")
        let study = try String(contentsOfFile: folder("a/study.yaml"), encoding: .utf8)
        let again = try ModicumProcess(words + ["--seed", "2"]).finish()
        #expect(again.status == 3, "\(again.errors)")
        for part in [folder("a"), "another folder with --out", "remove this one", "nothing in it was changed."] {
            #expect(again.errors.contains(part), "\(again.errors)")
        }
        #expect(try String(contentsOfFile: folder("a/study.yaml"), encoding: .utf8) == study)
    }

    @Test("A signal while the inputs are read ends with 5, as one later on")
    func earlySignal() throws {
        let folder = try TemporaryFolder()
        let pipe = folder("list.rnk")
        #expect(mkfifo(pipe, 0o600) == 0)
        let command = try ModicumProcess([
            "gsea", "--ranks", pipe, "--sets", packageRoot + "/datasets/small-cohort/sets.gmt", "--out", folder("out"),
        ])
        // Opening a pipe waits until the other side is opened too: the command has begun to read.
        let writer = open(pipe, O_WRONLY)
        defer { close(writer) }
        command.signal(SIGTERM)
        let result = command.finish()
        #expect(result.status == 5 && !result.wasSignalled, "\(result.errors)")
        #expect(result.errors.contains("interrupted before anything was computed"), "\(result.errors)")
    }

    @Test("The last lines count gene sets at the threshold that was asked for, and those that the list has genes of")
    func countsOfSets() throws {
        let folder = try TemporaryFolder()
        let samples = (1...8).map { "s\($0)" }
        let counts =
            "gene\t" + samples.joined(separator: "\t") + "\n"
            + (0..<80).map { gene in
                "g\(gene)\t"
                    + (0..<8).map { gene < 30 ? "0" : "\(30 + (gene * 7 + $0 * $0 * 5) % 23)" }.joined(separator: "\t")
                    + "\n"
            }.joined()
        let sheet = "sample\tgroup\n" + samples.enumerated().map { "\($1)\t\($0 % 2 == 0 ? "a" : "b")\n" }.joined()
        let sets = [("ZEROS", 0..<20), ("COUNTED", 40..<60)].map { name, genes in
            name + "\t\t" + genes.map { "g\($0)" }.joined(separator: "\t") + "\n"
        }.joined()
        let result = try modicum(
            "de", "--counts", folder.write(counts, as: "c.tsv"), "--samples", folder.write(sheet, as: "s.tsv"),
            "--design",
            "~ group", "--sets", folder.write(sets, as: "sets.gmt"), "--permutations", "50", "--fdr-threshold", "0.9",
            "--report", "off", "--out", folder("out"))
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("1 of 2 gene sets are left out: 1 with none"), "\(result.errors)")
        #expect(result.errors.contains(" of 1 at q 0.9"), "\(result.errors)")
        let table = try String(contentsOfFile: folder("out/gene_sets.tsv"), encoding: .utf8)
        #expect(table.split(separator: "\n").count == 2)
    }

    @Test("What was found in the inputs is said once where a finished folder gets more files")
    func saidOnce() throws {
        let folder = try TemporaryFolder()
        let list = (0..<60).map { "G\($0)\t\(30.5 - Double($0))\n" }.joined()
        let set = "LARGE\t\t" + (0..<20).map { "G\($0)" }.joined(separator: "\t") + "\nSMALL\t\tG1\tG2\n"
        let command = [
            "gsea", "--ranks", try folder.write(list, as: "list.rnk"), "--sets", try folder.write(set, as: "sets.gmt"),
            "--permutations", "50", "--report", "off", "--out", folder("out"),
        ]
        #expect(try ModicumProcess(command).finish().status == 0)
        let again = try ModicumProcess(command + ["--gsea-folder"]).finish()
        #expect(again.status == 0 && again.errors.split(separator: "are left out").count == 2, "\(again.errors)")
    }
}
