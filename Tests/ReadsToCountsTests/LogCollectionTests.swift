import Testing

import ReadsToCounts

@Suite("Logs that others' pipelines left")
struct LogCollectionTests {
    private func fastQC(_ file: String, _ sequences: Int, gc: Int = 50, failed: String? = nil) -> String {
        "##FastQC\t0.12.1\n>>Basic Statistics\tpass\nFilename\t\(file)\nTotal Sequences\t\(sequences)\n%GC\t\(gc)\n"
            + (failed.map { ">>\($0)\tfail\n" } ?? "") + ">>END_MODULE\n"
    }

    private func trimGalore(_ file: String, removed: Int? = nil) -> String {
        "\nSUMMARISING RUN PARAMETERS\n==========================\nInput filename: \(file)\nThis is cutadapt 4.4\n"
            + "Total reads processed:  1,000\nReads with adapters:  200 (20.0%)\n"
            + "Reads written (passing filters):  1,000 (100.0%)\nTotal basepairs processed:  75,000 bp\n"
            + "Total written (filtered):  74,000 bp (98.7%)\n"
            + (removed.map {
                "Number of sequence pairs removed because at least one read was shorter than the length cutoff (20 bp): \($0) (1%)\n"
            } ?? "")
    }

    private let hisat2 =
        "HISAT2 summary stats:\n\tTotal pairs: 980\n\t\tAligned concordantly 1 time: 900\n"
        + "\t\tAligned concordantly >1 times: 40\n\t\tAligned discordantly 1 time: 0\n\tTotal unpaired reads: 80\n"
        + "\t\tAligned 1 time: 20\n\t\tAligned >1 times: 0\n"

    private func star(_ reads: Int, _ once: Int) -> String {
        "                                 Started job on |\tNov 30 12:00:00\n"
            + "                          Number of input reads |\t\(reads)\n"
            + "                   Uniquely mapped reads number |\t\(once)\n"
            + "        Number of reads mapped to multiple loci |\t10\n"
    }

    @Test("A pipeline's folder of pairs comes out as one row a sample, with what each program said")
    func pairs() throws {
        var logs = LogCollection()
        for (path, text) in [
            (
                "fastqc/raw/liver_1_fastqc/fastqc_data.txt",
                fastQC("liver_1.fastq.gz", 1_000, gc: 48, failed: "Overrepresented sequences")
            ),
            ("fastqc/raw/liver_2_fastqc/fastqc_data.txt", fastQC("liver_2.fastq.gz", 1_000)),
            ("fastqc/trim/liver_1_val_1_fastqc/fastqc_data.txt", fastQC("liver_1_val_1.fq.gz", 980, gc: 99)),
            ("trimgalore/liver_1.fastq.gz_trimming_report.txt", trimGalore("liver_1.fastq.gz")),
            ("trimgalore/liver_2.fastq.gz_trimming_report.txt", trimGalore("liver_2.fastq.gz", removed: 20)),
            ("hisat2/log/liver.hisat2.summary.log", hisat2),
            (
                "featurecounts/all.summary",
                "Status\t/bam/liver.sorted.bam\t/bam/gut.markdup.sorted.bam\nAssigned\t800\t5\nUnassigned_Ambiguity\t3\t0\n"
                    + "Unassigned_Unmapped\t40\t1\nUnassigned_NoFeatures\t137\t4\n"
            ),
            (
                "qualimap/liver/rnaseq_qc_results.txt",
                "RNA-Seq QC report\n>>>>>>> Input\n    bam file = /bam/liver.sorted.bam\n>>>>>>> Reads genomic origin\n"
                    + "    exonic =  1,500 (75%)\n    intronic = 400 (20%)\n    intergenic = 100 (5%)\n"
                    + ">>>>>>> Transcript coverage profile\n    5' bias = 0.8\n    3' bias = 0.5\n    5'-3' bias = 1.7\n"
            ),
            ("pipeline_info/params.json", "{\"before\": 1}"), ("notes.txt", "nothing of a program"),
        ] { logs.add(text, path: path) }
        #expect(logs.remarks == [])
        let rows = logs.rows()
        #expect(rows.map(\.sample) == ["gut", "liver"])
        let liver = rows[1]
        #expect(liver.isPaired == true && liver.reads == 1_000 && liver.trimmed == 980)
        #expect(liver.alignment?.aligned == 940 && liver.assignment?.assigned == 800)
        #expect(liver.gcPercent == 49 && liver.failedModules == ["Overrepresented sequences"])
        #expect(liver.profile?.exonicFraction == 0.75 && liver.fiveToThreePrimeBias == 1.7)
        #expect(rows[0].assignment?["Unassigned_NoFeatures"] == 4 && rows[0].reads == nil)
        let table = String(decoding: QualityTable(rows).bytes, as: UTF8.self).split(separator: "\n")
        #expect(table[1].hasPrefix("gut\tNA\tNA\tNA\t5\t0\t"), "\(table[1])")
    }

    @Test("An ending like a mate's is a sample's own where its mate is not there, or other logs have the name")
    func names() {
        var single = LogCollection()
        single.add(fastQC("liver_1.fq.gz", 10), path: "a/fastqc_data.txt")
        single.add(fastQC("gut_2.fq.gz", 20), path: "b/fastqc_data.txt")
        single.add(fastQC("gut_1.fq.gz", 20), path: "c/fastqc_data.txt")
        #expect(single.rows().map(\.sample) == ["gut", "liver_1"])
        var replicates = LogCollection()
        for sample in ["liver_1", "liver_2"] {
            replicates.add(fastQC("\(sample).fastq.gz", 100), path: "\(sample)/fastqc_data.txt")
            replicates.add(star(90, 70), path: "star/\(sample).Log.final.out")
        }
        #expect(replicates.rows().map(\.sample) == ["liver_1", "liver_2"])
        #expect(replicates.rows().allSatisfy { $0.isPaired == nil && $0.reads == 100 && $0.trimmed == 90 })
        #expect(replicates.rows().allSatisfy { $0.alignment?.aligned == 80 })
    }

    @Test(
        "Names of samples are found in what STAR, HISAT2 and fastp call their logs",
        arguments: [
            ("star/s1/Log.final.out", 0), ("star/s1Log.final.out", 0), ("star/s1_Log.final.out", 0),
            ("hisat2/s1.log", 1), ("s1_hisat2_summary.txt", 1), ("s1.summary", 1), ("fastp/s1.fastp.json", 2),
            ("s1.json", 2),
        ])
    func programs(path: String, program: Int) {
        var logs = LogCollection()
        let fastp =
            #"{"summary": {"before_filtering": {"total_reads": 20, "total_bases": 9},"#
            + #""after_filtering": {"total_reads": 18, "total_bases": 8}}, "read2_before_filtering": {}}"#
        logs.add([star(100, 80), hisat2, fastp][program], path: path)
        #expect(logs.rows().map(\.sample) == ["s1"] && logs.remarks == [])
        if program == 2 { #expect(logs.rows()[0].reads == 10 && logs.rows()[0].trimmed == 9) }
    }

    @Test("A log that is cut short, and a second one of a sample, are told and left out")
    func remarks() {
        var logs = LogCollection()
        logs.add(star(100, 80), path: "a/s1.Log.final.out")
        logs.add(star(100, 20), path: "b/s1.Log.final.out")
        logs.add("HISAT2 summary stats:\n\tTotal pairs: 980\n", path: "s2.log")
        #expect(logs.rows().map { $0.alignment?.aligned } == [90])
        #expect(logs.remarks.count == 2)
        #expect(
            logs.remarks[0].hasPrefix("b/s1.Log.final.out: sample s1 has an aligner's summary in a/s1.Log.final.out"))
        #expect(logs.remarks[1].hasPrefix("s2.log: HISAT2's summary has no line"))
    }
}
