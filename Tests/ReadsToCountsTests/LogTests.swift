import Testing

import ReadsToCounts

/// In the formats of FastQC 0.11.9, Cutadapt 4.2, Trim Galore 0.6.10, HISAT2 2.2.1, STAR 2.7.10b, featureCounts 2.0.3 and
/// Qualimap 2; the numbers are ours.
@Suite("Logs of programs")
struct LogTests {
    @Test("FastQC's data")
    func fastQC() throws {
        let report = try FastQCReport(
            """
            ##FastQC\t0.11.9
            >>Basic Statistics\tpass
            #Measure\tValue
            Filename\ta.fastq.gz
            Total Sequences\t15000
            Sequence length\t75
            %GC\t49
            >>END_MODULE
            >>Per base sequence content\tfail
            >>END_MODULE
            >>Per sequence GC content\twarn
            >>END_MODULE
            >>Sequence Duplication Levels\tpass
            #Total Deduplicated Percentage\t93.93333333333334
            >>END_MODULE

            """)
        #expect(report.sequences == 15_000 && report.gcPercent == 49)
        #expect(report.deduplicatedPercent == 93.93333333333334)
        #expect(report.failed == ["Per base sequence content"] && report.warned == ["Per sequence GC content"])
    }

    private let cutadapt = """
        This is cutadapt 4.2 with Python 3.11.2
        === Summary ===

        Total reads processed:               1,015,000
        Reads with adapters:                   304,898 (30.0%)
        Reads written (passing filters):     1,015,000 (100.0%)

        Total basepairs processed:    76,125,000 bp
        Quality-trimmed:                  12,026 bp (0.0%)
        Total written (filtered):     75,117,295 bp (98.7%)

        """

    @Test("Cutadapt's and Trim Galore's reports, of first reads, second reads and single reads")
    func trimming() throws {
        let first = try TrimmingReport(cutadapt)
        #expect(first.processed == 1_015_000 && first.withAdapter == 304_898 && first.written == 1_015_000)
        #expect(first.basesProcessed == 76_125_000 && first.basesQualityTrimmed == 12_026)
        #expect(first.basesWritten == 75_117_295 && first.removedTooShort == nil)
        let second = try TrimmingReport(
            cutadapt + "Number of sequence pairs removed because at least one read was shorter than the length cutoff "
                + "(20 bp): 1,234 (0.12%)\n")
        #expect(second.removedTooShort == 1_234)
        let single = try TrimmingReport(
            cutadapt + "Sequences removed because they became shorter than the length cutoff of 20 bp:\t57 (0.0%)\n")
        #expect(single.removedTooShort == 57)
    }

    @Test("Cutadapt on pairs")
    func cutadaptPairs() throws {
        let report = try TrimmingReport(
            """
            Total read pairs processed:            2,000
              Read 1 with adapter:                 500 (25.0%)
              Read 2 with adapter:                 510 (25.5%)
            Pairs written (passing filters):       1,990 (99.5%)
            Total basepairs processed:       300,000 bp
            Total written (filtered):        290,000 bp (96.7%)
            """)
        #expect(report.processed == 2_000 && report.withAdapter == 500 && report.written == 1_990)
    }

    @Test("fastp's JSON")
    func fastp() throws {
        let report = try FastpReport(
            #"{"summary": {"fastp_version": "0.23.2", "before_filtering": {"total_reads": 30000, "total_bases": 9},"#
                + #" "after_filtering": {"total_reads": 29882, "total_bases": 8}}, "filtering_result": {}}"#)
        #expect(report.readsBefore == 30_000 && report.readsAfter == 29_882)
    }

    @Test("HISAT2's new and old summaries say the same of the same pairs")
    func hisat2Pairs() throws {
        let new = try AlignmentSummary(
            hisat2: """
                HISAT2 summary stats:
                \tTotal pairs: 15000
                \t\tAligned concordantly or discordantly 0 time: 493 (3.29%)
                \t\tAligned concordantly 1 time: 14500 (96.67%)
                \t\tAligned concordantly >1 times: 5 (0.03%)
                \t\tAligned discordantly 1 time: 2 (0.01%)
                \tTotal unpaired reads: 986
                \t\tAligned 0 time: 501 (50.81%)
                \t\tAligned 1 time: 480 (48.68%)
                \t\tAligned >1 times: 5 (0.51%)
                \tOverall alignment rate: 98.33%
                """)
        let old = try AlignmentSummary(
            hisat2: """
                15000 reads; of these:
                  15000 (100.00%) were paired; of these:
                    495 (3.30%) aligned concordantly 0 times
                    14500 (96.67%) aligned concordantly exactly 1 time
                    5 (0.03%) aligned concordantly >1 times
                    ----
                    495 pairs aligned concordantly 0 times; of these:
                      2 (0.40%) aligned discordantly 1 time
                    ----
                    493 pairs aligned 0 times concordantly or discordantly; of these:
                      986 mates make up the pairs; of these:
                        501 (50.81%) aligned 0 times
                        480 (48.68%) aligned exactly 1 time
                        5 (0.51%) aligned >1 times
                98.33% overall alignment rate
                """)
        #expect(new == old)
        #expect(new.total == 15_000 && new.aligned == 14_507 && new.multimapped == 5)
        #expect(new.alignedFraction == Double(30_000 - 501) / 30_000)
    }

    @Test("HISAT2's summaries of single reads")
    func hisat2Single() throws {
        let new = try AlignmentSummary(
            hisat2: "HISAT2 summary stats:\n\tTotal reads: 100\n\t\tAligned 0 time: 10 (10%)\n"
                + "\t\tAligned 1 time: 70 (70%)\n\t\tAligned >1 times: 20 (20%)\n\tOverall alignment rate: 90.00%\n")
        let old = try AlignmentSummary(
            hisat2: "100 reads; of these:\n  100 (100.00%) were unpaired; of these:\n    10 (10.00%) aligned 0 times\n"
                + "    70 (70.00%) aligned exactly 1 time\n    20 (20.00%) aligned >1 times\n90.00% overall alignment rate\n"
        )
        #expect(new == old && new.aligned == 90 && new.alignedFraction == 0.9)
    }

    @Test("STAR's final log")
    func star() throws {
        let summary = try AlignmentSummary(
            star: """
                                     Number of input reads |\t15000
                              Uniquely mapped reads number |\t14926
                   Number of reads mapped to multiple loci |\t23
                   Number of reads mapped to too many loci |\t1
                """)
        #expect(summary.total == 15_000 && summary.aligned == 14_949 && summary.multimapped == 23)
    }

    @Test("featureCounts' summary and table")
    func featureCounts() throws {
        let summary = try AssignmentSummary(
            "Status\t/s/a.bam\nAssigned\t534\nUnassigned_Unmapped\t100\nUnassigned_MultiMapping\t300\n"
                + "Unassigned_NoFeatures\t66\nUnassigned_Ambiguity\t100\n")
        #expect(summary.assigned == 534 && summary["Unassigned_MultiMapping"] == 300)
        #expect(summary.assignedFraction == 0.534)
        let table = try FeatureCountsTable(
            Array(
                ("# Program:featureCounts v2.0.3; Command:\"x\"\nGeneid\tChr\tStart\tEnd\tStrand\tLength\ta.bam\n"
                    + "G1\tchr1;chr1\t1;20\t9;29\t+;+\t19\t7\nG2\tchr2\t5\t6\t-\t2\t0\n").utf8))
        #expect(table.genes == ["G1", "G2"] && table.lengths == [19, 2] && table.counts == [7, 0])
    }

    @Test("Qualimap's report of RNA-seq")
    func qualimap() throws {
        let report = try QualimapReport(
            """
            >>>>>>> Reads genomic origin

                exonic =  1,323,726 (89.3%)
                intronic = 130,671 (8.82%)
                intergenic = 27,887 (1.88%)
                overlapping exon = 33,259 (2.24%)

            >>>>>>> Transcript coverage profile

                5' bias = 0.44
                3' bias = 0.52
                5'-3' bias = 0.98
            """)
        #expect(report.exonic == 1_323_726 && report.intronic == 130_671 && report.intergenic == 27_887)
        #expect(report.fivePrimeBias == 0.44 && report.threePrimeBias == 0.52 && report.fiveToThreePrimeBias == 0.98)
    }

    @Test("A log that is cut short is told with the line that is missing")
    func cutShort() {
        #expect(throws: LogProblem(log: "HISAT2's summary", missing: "Aligned concordantly >1 times:")) {
            try AlignmentSummary(
                hisat2: "HISAT2 summary stats:\n\tTotal pairs: 15\n\t\tAligned concordantly 1 time: 14 (9%)\n")
        }
        #expect(throws: LogProblem.self) { try FastQCReport("") }
        #expect(throws: LogProblem.self) { try TrimmingReport("Total reads processed:  12\n") }
        #expect(throws: LogProblem.self) { try AssignmentSummary("Status\ta\n") }
        #expect(throws: LogProblem.self) { try FeatureCountsTable(Array("G1\tchr1\n".utf8)) }
        #expect(throws: LogProblem.self) { try FastpReport("{}") }
        #expect(throws: LogProblem.self) { try QualimapReport("exonic = 1 (2%)") }
        #expect(throws: LogProblem.self) { try AlignmentSummary(star: "Number of input reads |\t1\n") }
    }
}
