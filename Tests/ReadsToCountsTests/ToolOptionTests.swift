import ExpressionData
import Testing

import ReadsToCounts

@Suite("Options of programs")
struct ToolOptionTests {
    @Test("Options on the list are passed as they are, with their values")
    func passed() throws {
        #expect(
            try ToolOptions("--very-sensitive  -k 5 --score-min L,0,-0.2 --mp=6,2", for: .hisat2).words
                == ["--very-sensitive", "-k", "5", "--score-min", "L,0,-0.2", "--mp=6,2"])
        #expect(try ToolOptions("-Q 10 -O", for: .featureCounts).words == ["-Q", "10", "-O"])
        #expect(try ToolOptions("", for: .fastp).words.isEmpty)
    }

    @Test(
        "Options that name files, run programs or change what is read are refused",
        arguments: [
            (ExternalTool.star, "--readFilesCommand sh"), (.trimGalore, "--path_to_cutadapt /tmp/evil"),
            (.trimGalore, "--fastqc_args x"), (.hisat2, "-S /tmp/out"), (.hisat2, "--met-file x"),
            (.hisat2, "reads.fq"), (.fastp, "--stdout"), (.featureCounts, "-o x"), (.featureCounts, "--fraction"),
            (.trimGalore, "-a file:/etc/passwd"), (.trimGalore, "-a ../x"), (.hisat2, "--seed $(id)"),
            (.samtools, "-o x"), (.hisat2, "--very-sensitive=1"), (.hisat2, "-k"), (.hisat2, "-k --dta"),
        ])
    func refused(tool: ExternalTool, list: String) {
        #expect(throws: InputError.self) { try ToolOptions(list, for: tool) }
    }

    @Test("A misspelt option is told with the nearest one")
    func nearest() {
        let error = #expect(throws: InputError.self) { try ToolOptions("--very-sensitiv", for: .hisat2) }
        #expect(error?.remedy.hasPrefix("Is --very-sensitive meant?") == true)
    }

    @Test(
        "Versions are found in what programs print",
        arguments: [
            (ExternalTool.fastqc, "FastQC v0.11.9\n", "0.11.9"),
            (.samtools, "samtools 1.16.1\nUsing htslib 1.16\n", "1.16.1"),
            (.hisat2, "/usr/bin/hisat2-align-s version 2.2.1\n64-bit\n", "2.2.1"), (.cutadapt, "4.2\n", "4.2"),
            (.star, "2.7.10b\n", "2.7.10b"), (.featureCounts, "\nfeatureCounts v2.0.3\n\n", "2.0.3"),
            (
                .trimGalore, "\n   Quality-/Adapter-/RRBS-Trimming\n  version 0.6.10\n  Last update: 02 02 2023\n",
                "0.6.10"
            ),
        ])
    func versions(tool: ExternalTool, text: String, version: String) {
        #expect(tool.version(in: text) == version)
        #expect(tool.version(in: "command not found") == nil)
    }

    @Test("featureCounts counts pairs by the words of its version")
    func pairs() {
        func words(_ version: String, isPaired: Bool) -> [String] {
            ToolArguments.featureCounts(
                "a.bam", annotation: "g.gtf", table: "t", strandedness: .reverse, isPaired: isPaired, version: version,
                temporary: "/s", threads: 2, words: [])
        }
        #expect(
            words("1.6.3", isPaired: true).contains("-p")
                && !words("1.6.3", isPaired: true).contains("--countReadPairs"))
        #expect(words("2.0.10", isPaired: true).contains("--countReadPairs"))
        #expect(!words("2.0.3", isPaired: false).contains("-p"))
        #expect(words("2.0.3", isPaired: true).prefix(6) == ["-a", "g.gtf", "-o", "t", "-s", "2"])
    }

    @Test("HISAT2 is told the strandedness, known introns, and to learn none on the way")
    func hisat2() throws {
        let words = ToolArguments.hisat2(
            ["1.fq", "2.fq"], index: "i", spliceSites: "s", sample: "A", strandedness: .reverse, summary: "l",
            readLimit: nil, threads: 3, options: try ToolOptions("-k 5", for: .hisat2))
        #expect(words.contains("--no-temp-splicesite") && words.suffix(2) == ["-k", "5"])
        #expect(words.firstIndex(of: "--rna-strandness").map { words[$0 + 1] } == "RF")
        let single = ToolArguments.hisat2(
            ["1.fq"], index: "i", spliceSites: "s", sample: "A", strandedness: .forward, summary: "l",
            readLimit: 200_000, threads: 3, options: .none)
        #expect(single.contains("-U") && single.firstIndex(of: "--rna-strandness").map { single[$0 + 1] } == "F")
        #expect(single.firstIndex(of: "--upto").map { single[$0 + 1] } == "200000")
    }

    @Test("A key changes with what a step depends on, and with nothing else")
    func keys() throws {
        var settings = CountSettings()
        let versions: [ExternalTool: String] = [.hisat2: "2.2.1", .samtools: "1.16", .featureCounts: "2.0.3"]
        let key = { (settings: CountSettings, versions: [ExternalTool: String], inputs: [String]) in
            StepKey.key(of: .align, settings, versions: versions, inputs: inputs)
        }
        let first = key(settings, versions, ["a", "b"])
        settings.options[.featureCounts] = try ToolOptions("-Q 10", for: .featureCounts)
        var later = versions
        later[.featureCounts] = "2.0.4"
        #expect(key(settings, later, ["a", "b"]) == first)
        later[.hisat2] = "2.2.2"
        #expect(key(settings, later, ["a", "b"]) != first)
        settings.options[.hisat2] = try ToolOptions("-k 5", for: .hisat2)
        #expect(key(settings, versions, ["a", "b"]) != first)
        #expect(key(CountSettings(), versions, ["ab"]) != first)
    }

    @Test("The strandedness depends on which lines are genes, and not on how reads are counted")
    func strandKey() throws {
        func key(_ options: String) throws -> String {
            var settings = CountSettings()
            settings.options[.featureCounts] = try ToolOptions(options, for: .featureCounts)
            return StepKey.key(of: .strandEvidence, settings, versions: [:], inputs: [])
        }
        #expect(try key("-Q 10 -O") == key(""))
        #expect(try key("-Q 10 -g gene_name") == key("-g gene_name"))
        #expect(try key("-g gene_name") != key(""))
    }

    @Test("A preset is refused with other versions, which are told with how to get the right ones")
    func preset() throws {
        let right = CountPreset.paper.versions.merging([.fastqc: "0.12.1", .samtools: "1.19"]) { $1 }
        try CountPreset.paper.check(CountSettings())
        try CountPreset.paper.check(versions: right)
        var given = right
        given[.hisat2Build] = nil
        try CountPreset.paper.check(versions: given)
        var other = right
        other[.hisat2] = "2.2.1"
        other[.featureCounts] = "2.0.3"
        let error = #expect(throws: InputError.self) { try CountPreset.paper.check(versions: other) }
        #expect(
            error?.problem.contains("featureCounts 1.6.3 (2.0.3 is there) and hisat2 2.1.0 (2.2.1 is there)") == true)
        #expect(error?.remedy.contains("hisat2=2.1.0 subread=1.6.3") == true)
        var settings = CountSettings()
        settings.trimmer = .fastp
        let trimmer = #expect(throws: InputError.self) { try CountPreset.paper.check(settings) }
        #expect(trimmer?.problem.contains("is of hisat2 and trim-galore with their defaults") == true)
        settings = CountSettings()
        settings.options[.hisat2] = try ToolOptions("-k 5", for: .hisat2)
        #expect(throws: InputError.self) { try CountPreset.paper.check(settings) }
    }

    @Test(
        "Options of a program that is not run are refused, and not left unheard",
        arguments: [
            (ExternalTool.star, "--alignIntronMax 5000"), (.fastp, "-q 20"), (.trimGalore, "-q 20"), (.hisat2, "-k 5"),
            (.fastqc, "--nogroup"),
        ])
    func unheard(tool: ExternalTool, list: String) throws {
        var (hearing, deaf) = (CountSettings(), CountSettings())
        hearing.options[tool] = try ToolOptions(list, for: tool)
        deaf.options = hearing.options
        hearing.aligner = tool == .star ? .star : .hisat2
        hearing.trimmer = tool == .fastp ? .fastp : .trimGalore
        deaf.aligner = tool == .hisat2 ? .star : .hisat2
        deaf.trimmer = .none
        deaf.runsFastQC = false
        try hearing.check()
        let error = #expect(throws: InputError.self) { try deaf.check() }
        #expect(error?.problem.hasPrefix("there are options of \(tool.executable), which is not run with") == true)
    }

    @Test("Trim Galore is told of cores from version 0.6 on, which is the first to know them")
    func trimGaloreCores() {
        func words(_ version: String) -> [String] {
            ToolArguments.trimGalore(
                ["a_1.fq.gz", "a_2.fq.gz"], into: "out", cutadapt: "/bin/cutadapt", version: version, threads: 8,
                options: .none)
        }
        #expect(!words("0.4.5").contains("--cores"))
        #expect(words("0.6.10").starts(with: ["--gzip", "--cores", "4"]) && words("0.4.5").contains("--paired"))
    }
}
