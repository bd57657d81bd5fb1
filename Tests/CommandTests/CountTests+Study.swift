import Foundation
import Testing

/// From reads to the report in one command.
extension CountTests {
    /// A study of a simulated experiment, with the planted genes of each direction as a gene set, and all others.
    private func writeStudy(_ folder: TemporaryFolder) throws -> String {
        let genes = try table(folder("in/truth_genes.tsv")).dropFirst()
        func set(_ name: String, _ isOf: (Double) -> Bool) -> String {
            ([name, ""] + genes.filter { isOf(Double($0[4]) ?? .nan) }.map { String($0[1]) }).joined(separator: "\t")
                + "\n"
        }
        _ = try folder.write(
            set("PLANTED_UP") { $0 > 0 } + set("PLANTED_DOWN") { $0 < 0 } + set("OTHERS") { $0 == 0 }, as: "sets.gmt")
        return try folder.write(
            """
            modicum: 1
            reads: {sheet: in/sheet.csv, reference: in/genome.fa, annotation: in/genes.gtf}
            samples: in/samples.tsv
            annotation: in/genes.gtf
            columns: {condition: {factor: [control, treated]}}
            exposures: [condition]
            gene-sets: {files: [sets.gmt], min-size: 5, permutations: 1000}

            """, as: "study.yaml")
    }

    @Test(
        "From reads to the report in one command: counts as simulated, planted genes found, other reads refused afterwards"
    )
    func truth() throws {
        let folder = try Self.simulated("--seed", "1")
        let study = try writeStudy(folder)
        try checkDescription(study, out: folder("out"))
        // On so few reads the compiler in FastQC's Java would cost more than it gains.
        let quick = try environment(
            folder, "fastqc", "export JAVA_TOOL_OPTIONS='-XX:TieredStopAtLevel=1 -XX:+UseSerialGC'")
        func run() throws -> ModicumProcess.Result {
            try modicum(
                "run", study, "--out", folder("out"), "--workers", "2", "--threads", "1", environment: quick)
        }
        let result = try run()
        try #require(result.status == 0, "\(result.errors)")
        try checkCounts(folder)
        try checkQuality(folder("out/reads"))
        try checkPlanted(folder, in: folder("out/main/condition_treated_vs_control"))
        try checkReport(folder("out"))
        let logs = try FileManager.default.contentsOfDirectory(atPath: folder("out/reads/logs/sample01")).sorted()
        #expect(
            logs == [
                "sample01.featureCounts.txt", "sample01.featureCounts.txt.summary", "sample01.gene_body.tsv",
                "sample01.hisat2.summary.log",
                "sample01_1.fastq.gz_trimming_report.txt", "sample01_1_fastqc.html", "sample01_1_fastqc.zip",
                "sample01_1_val_1_fastqc.html", "sample01_1_val_1_fastqc.zip",
                "sample01_2.fastq.gz_trimming_report.txt",
                "sample01_2_fastqc.html", "sample01_2_fastqc.zip", "sample01_2_val_2_fastqc.html",
                "sample01_2_val_2_fastqc.zip",
            ])
        try checkQualityOfLogs(folder("out/reads"))
        let again = try run()
        #expect(again.status == 0 && again.errors.contains("reads already holds this run, complete"), "\(again.errors)")
        try checkRefusal(folder, run)
    }

    /// What `modicum check` tells of the reads before anything is computed.
    private func checkDescription(_ study: String, out: String) throws {
        let checked = try modicum("check", study)
        #expect(checked.status == 0, "\(checked.errors)")
        for part in ["reads    12 samples, 24 files", "hisat2 ", "scratch  up to ", "results  up to "] {
            #expect(checked.output.contains(part), "\(checked.output)")
        }
        #expect(!FileManager.default.fileExists(atPath: out))
    }

    /// A finished study is not written over when its reads change; what is different is said.
    private func checkRefusal(_ folder: TemporaryFolder, _ run: () throws -> ModicumProcess.Result) throws {
        let record = FileManager.default.contents(atPath: folder("out/reads/run.json"))
        let sheet = try String(contentsOfFile: folder("in/sheet.csv"), encoding: .utf8)
        _ = try folder.write(sheet.replacing(",auto", with: ",reverse"), as: "in/sheet.csv")
        let refused = try run()
        #expect(refused.status == 3)
        #expect(
            refused.errors.contains("holds the results of other counts (the strandedness is now declared reverse for"),
            "\(refused.errors)")
        #expect(FileManager.default.contents(atPath: folder("out/reads/run.json")) == record)
        #expect(!FileManager.default.fileExists(atPath: folder("out/reads/.modicum")))
    }

    private func checkCounts(_ folder: TemporaryFolder) throws {
        let counted = try unpacked(folder("out/reads/counts.tsv.gz")).split(separator: "\n").map {
            $0.split(separator: "\t")
        }
        let truth = try table(folder("in/truth_counts.tsv"))
        #expect(counted[0] == truth[0] && counted.count == 121)
        let near = zip(counted, truth).dropFirst().count { counted, truth in
            counted[0] == truth[0]
                && zip(counted, truth).dropFirst().allSatisfy { abs((Int($0) ?? -9) - (Int($1) ?? -99)) <= 2 }
        }
        #expect(near * 100 >= 97 * 120, "\(near) of 120 genes")
    }

    private func checkQuality(_ out: String) throws {
        let rows = try table(out + "/quality.tsv")
        #expect(rows.count == 13)
        for row in rows.dropFirst() {
            let cells = Dictionary(uniqueKeysWithValues: zip(rows[0], row))
            #expect(cells["reads"] == "15000" && cells["strandedness"] == "reverse" && cells["flags"] == "")
            #expect((Double(cells["aligned_fraction"] ?? "") ?? 0) > 0.95)
            #expect((Double(cells["assigned_fraction"] ?? "") ?? 0) > 0.95)
            #expect((Double(cells["gc_percent"] ?? "") ?? 0) > 30)
            // Fragments were drawn from transcripts, evenly.
            #expect((Double(cells["exonic_fraction"] ?? "") ?? 0) > 0.99)
            #expect(abs((Double(cells["bias_5_3"] ?? "") ?? 0) - 1) < 0.25, "\(row)")
        }
        #expect(try table(out + "/gene_lengths.tsv")[0] == ["gene_id", "length"])
    }

    /// What the logs alone say is what the run said, as far as logs go.
    private func checkQualityOfLogs(_ out: String) throws {
        let result = try modicum("quality", out + "/logs")
        #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
        let read = result.output.split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
        let counted = try table(out + "/quality.tsv")
        try #require(read.count == 13 && read[0] == counted[0])
        for (column, name) in counted[0].enumerated()
        where !["strandedness", "strand_forward", "strand_reverse", "mean_coverage", "flags"].contains(name)
            && !name.hasSuffix("onic_fraction") && !name.hasSuffix("genic_fraction") && !name.hasPrefix("bias")
        {
            #expect(read.map { $0[column] } == counted.map { $0[column] }, "\(name)")
        }
    }

    private func checkPlanted(_ folder: TemporaryFolder, in analysis: String) throws {
        let rows = try table(analysis + "/results.condition_treated_vs_control.tsv")
        let (change, padj) = (rows[0].firstIndex(of: "log2FoldChange")!, rows[0].firstIndex(of: "padj")!)
        let planted = try table(folder("in/truth_genes.tsv")).dropFirst().filter { $0[4] != "0.0" }
        let found = planted.count { gene in
            guard let row = rows.first(where: { $0[0] == gene[0] }), let estimate = Double(row[change]),
                let p = Double(row[padj]), let effect = Double(gene[4])
            else { return false }
            return p < 0.05 && abs(estimate - effect) < 0.7
        }
        #expect(found >= 23 && planted.count == 24, "\(found) of \(planted.count)")
        let sets = try table(analysis + "/gene_sets.tsv")
        let (score, fdr) = (sets[0].firstIndex(of: "NES")!, sets[0].firstIndex(of: "fdr")!)
        for (name, sign) in [("PLANTED_UP", 1.0), ("PLANTED_DOWN", -1.0)] {
            let row = try #require(sets.first { $0[0] == name })
            #expect((Double(row[score]) ?? 0) * sign > 1 && (Double(row[fdr]) ?? 1) < 0.05, "\(row)")
        }
    }

    /// The study's own table of the reads, and the section of the page.
    private func checkReport(_ out: String) throws {
        #expect(try table(out + "/tables/reads.tsv") == table(out + "/reads/quality.tsv"))
        let reads = try #require(try header(ofPage: out + "/report.html")["reads"] as? [String: Any])
        let sentence = try #require((reads["sentences"] as? [String])?.first)
        #expect(sentence.hasPrefix("Of 180,000 read pairs of 12 samples, "), "\(sentence)")
        #expect((reads["table"] as? [[String]])?.count == 13)
        let programs = try #require(reads["programs"] as? [[String]]).map { $0[0] }
        #expect(programs.contains("hisat2") && programs.contains("trim_galore"))
    }

    /// What a page holds beside its numbers: JSON, compressed, four bytes as five digits to the base 85.
    private func header(ofPage path: String) throws -> [String: Any] {
        let alphabet = Array(
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()*+,-./;?[]^_{|}~@".utf8)
        let page = try String(contentsOfFile: path, encoding: .utf8)
        let start = try #require(page.range(of: "id=\"header\">")?.upperBound)
        let parts = page[start...].prefix { $0 != "<" }.split(separator: " ")
        let digits = try parts[1].utf8.map { UInt64(try #require(alphabet.firstIndex(of: $0))) }
        var bytes: [UInt8] = []
        for group in stride(from: 0, to: digits.count, by: 5) {
            let number = digits[group..<group + 5].reduce(0) { $0 * 85 + $1 }
            bytes += stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: number >> UInt64($0)) }
        }
        let file = path + ".header.gz"
        try Data(bytes.prefix(try #require(Int(parts[0])))).write(to: URL(fileURLWithPath: file))
        let content = try JSONSerialization.jsonObject(with: Data(unpacked(file).utf8))
        return try #require(content as? [String: Any])
    }
}
