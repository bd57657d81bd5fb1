import Foundation
import Testing

/// Reads to counts with the real programs, from small simulated experiments.
@Suite("Counting of reads", .enabled(if: CountingPrograms.areWanted), .smallExperiment)
struct CountTests {
    static func simulated(_ options: String...) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        let made = try ModicumProcess(["simulate", "reads", "--out", folder("in")] + options).finish()
        try #require(made.status == 0, "\(made.errors)")
        return folder
    }

    /// Four samples of 1,000 pairs and an index, which no test changes.
    let data: TemporaryFolder

    init() throws { data = try #require(SmallExperiment.folder) }

    /// The words of a command that is as quick as the programs are.
    private func words(_ out: String, sheet: String? = nil, _ options: [String] = []) -> [String] {
        [
            "count", sheet ?? data("in/sheet.csv"), "--reference", data("index"), "--annotation",
            data("in/genes.gtf"), "--out", out, "--trimmer", "fastp", "--fastqc", "off", "--threads", "1",
        ] + options
    }

    private func count(
        _ out: String, sheet: String? = nil, _ options: String..., environment: [String: String] = [:]
    ) throws -> ModicumProcess.Result {
        try ModicumProcess(words(out, sheet: sheet, options), environment: environment).finish()
    }

    func table(_ path: String) throws -> [[Substring]] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map {
            $0.split(separator: "\t", omittingEmptySubsequences: false)
        }
    }

    func unpacked(_ path: String) throws -> String {
        let gzip = Process()
        let output = Pipe()
        gzip.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        gzip.arguments = ["gzip", "-dc", path]
        gzip.standardOutput = output
        try gzip.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        gzip.waitUntilExit()
        return text
    }

    func bytes(_ out: String) -> Data? { FileManager.default.contents(atPath: out + "/counts.tsv.gz") }

    /// A folder before PATH in which a program is ours; it passes all calls on that the script does not end.
    func environment(_ folder: TemporaryFolder, _ program: String, _ script: String) throws -> [String: String] {
        let place = try folder.write(
            "#!/bin/bash\n\(script)\nPATH=\"${PATH#*:}\"\nexec \(program) \"$@\"\n", as: program)
        chmod(place, 0o755)
        return ["PATH": folder.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")]
    }

    // MARK: The same bytes

    @Test("The counts are the same bytes for 1, 2 and 5 workers, and after a worker was killed")
    func sameBytes() throws {
        let folder = try TemporaryFolder()
        try #require(count(folder("one")).status == 0)
        let expected = try #require(bytes(folder("one")))
        let slow = try environment(folder, "hisat2", "[[ \"$*\" == *--upto* ]] || sleep 0.5")
        let killed = try ModicumProcess(words(folder("two"), ["--workers", "2"]), environment: slow)
        #expect(killed.waitForError(containing: "samples: 0/4"))
        let worker = try #require(killed.children().first)
        kill(worker, SIGKILL)
        let result = killed.finish()
        #expect(result.status == 0, "\(result.errors)")
        #expect(bytes(folder("two")) == expected)
        let five = try count(folder("five"), "--workers", "5")
        #expect(five.status == 0 && bytes(folder("five")) == expected, "\(five.errors)")
    }

    @Test("A command that was killed leaves no program running, and the same command does what is missing")
    func killedCommand() throws {
        let folder = try TemporaryFolder()
        // The second sample waits, in a process that only the wrapper knows.
        let slow = try environment(
            folder, "fastp",
            "case \"$*\" in *sample2*) sleep 1000 & echo $! >\(folder("pid.new")); mv \(folder("pid.new")) \(folder("pid"));"
                + " wait;; esac")
        let command = try ModicumProcess(words(folder("out")), environment: slow)
        while !FileManager.default.fileExists(atPath: folder("pid")), command.process.isRunning { usleep(20_000) }
        let pid = try #require(pid_t(table(folder("pid"))[0][0]))
        command.signal(SIGKILL)
        _ = command.finish()
        while (try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8))?.contains(") S") == true {
            usleep(20_000)
        }
        let again = try count(folder("out"))
        #expect(again.status == 0, "\(again.errors)")
        #expect(again.errors.contains("3 samples computed, 1 found from before"), "\(again.errors)")
        let complete = try count(folder("out"))
        #expect(
            complete.status == 0 && complete.errors.contains("already holds this run, complete"), "\(complete.errors)")
    }

    // MARK: Changes

    @Test("A changed option redoes what depends on it, and says so; kept alignments are used")
    func changed() throws {
        let folder = try TemporaryFolder()
        let lines = try String(contentsOfFile: data("in/sheet.csv"), encoding: .utf8).split(separator: "\n").prefix(3)
        let sheet = try folder.write(
            lines.joined(separator: "\n").replacing(",reads/", with: "," + data("in/reads/")), as: "sheet.csv")
        try #require(count(folder("out"), sheet: sheet, "--keep", "bam").status == 0)
        #expect(FileManager.default.fileExists(atPath: folder("out/bam/sample1.sorted.bam")))
        let before = bytes(folder("out"))
        // No aligner is wanted again.
        let broken = try environment(folder, "hisat2", "[[ $1 == --version ]] || exit 9")
        let result = try count(
            folder("out"), sheet: sheet, "--keep", "bam", "--featurecounts-options", "-B -P -D 200",
            environment: broken)
        #expect(result.status == 0, "\(result.errors)")
        #expect(
            result.errors.contains(
                "the options of featureCounts are now `-B -P -D 200` and were none: done again are counting."),
            "\(result.errors)")
        // Fragments are longer than 200 bases as a rule.
        #expect(bytes(folder("out")) != before)
        // An intermediate that was removed is made again.
        for step in try FileManager.default.contentsOfDirectory(atPath: folder("out/steps")) {
            try? FileManager.default.removeItem(atPath: folder("out/steps/\(step)/sample1.sorted.bam"))
        }
        let removed = try count(folder("out"), sheet: sheet, "--keep", "bam")
        #expect(removed.status == 0 && bytes(folder("out")) == before, "\(removed.errors)")
        #expect(FileManager.default.fileExists(atPath: folder("out/bam/sample1.sorted.bam")))
        // So are all, and the folder stays one of counting.
        try FileManager.default.removeItem(atPath: folder("out/steps"))
        let complete = try count(folder("out"), sheet: sheet, "--keep", "bam")
        #expect(complete.status == 0 && complete.errors.contains("already holds this run"), "\(complete.errors)")
        let other = try count(folder("out"), "--hisat2-options", "--no-such")
        #expect(other.status == 2 && other.errors.contains("--no-such is not an option"), "\(other.errors)")
    }

    // MARK: What goes wrong

    @Test("A program that fails for one sample is told with all that helps; the others are finished and kept")
    func failing() throws {
        let folder = try TemporaryFolder()
        let failing = try environment(
            folder, "fastp", "case \"$*\" in *sample3*) for i in $(seq 60); do echo line $i >&2; done; exit 9;; esac")
        let result = try count(folder("out"), environment: failing)
        #expect(result.status == 1)
        #expect(
            result.errors.contains(
                "sample sample3 on \(ProcessInfo.processInfo.hostName): fastp ended with exit status 9"),
            "\(result.errors)")
        #expect(result.errors.contains("    line 60") && !result.errors.contains("    line 10\n"))
        #expect(!FileManager.default.fileExists(atPath: folder("out/counts.tsv.gz")))
        let again = try count(folder("out"))
        #expect(again.status == 0 && again.errors.contains("1 sample computed, 3 found"), "\(again.errors)")
    }

    @Test("Broken reads, a mixed cohort, and a wrong annotation are refused before any sample is counted")
    func refused() throws {
        let folder = try TemporaryFolder()
        func refusal(_ sheet: String, annotation: String? = nil) throws -> String {
            let path = try folder.write("sample,fastq_1,fastq_2,strandedness\n" + sheet, as: "sheet.csv")
            var words = words(folder("out-\(UUID().uuidString)"), sheet: path)
            if let annotation {
                // The names of sequences are in the genome.
                words[3] = data("in/genome.fa")
                words[5] = annotation
            }
            let result = try ModicumProcess(words).finish()
            #expect(result.status == 3, "\(result.errors)")
            #expect(!result.errors.contains("samples: "), "\(result.errors)")
            return result.errors
        }
        func reads(_ sample: Int, _ mate: Int) -> String { data("in/reads/sample\(sample)_\(mate).fastq.gz") }
        let whole = try #require(FileManager.default.contents(atPath: reads(1, 1)))
        try whole.prefix(whole.count / 2).write(to: URL(fileURLWithPath: folder("cut.fq.gz")))
        #expect(try refusal("s1,cut.fq.gz,\(reads(1, 2)),auto\n").contains("cut.fq.gz: the gzip file is cut short"))
        let text = try unpacked(reads(1, 1)).split(separator: "\n").prefix(4 * 700).joined(separator: "\n") + "\n"
        _ = try folder.write(text, as: "fewer.fq")
        let mates = try refusal("s1,fewer.fq,\(reads(1, 2)),auto\n")
        #expect(mates.contains("fewer.fq has 700 reads and") && mates.contains("its mates, 1000"), "\(mates)")
        // Mates exchanged: the library has the other strand.
        let mixed = try refusal("s1,\(reads(1, 1)),\(reads(1, 2)),auto\ns2,\(reads(2, 2)),\(reads(2, 1)),auto\n")
        #expect(mixed.contains("libraries of different strandedness") && mixed.contains("forward: s2 ("), "\(mixed)")
        let declared = try refusal("s1,\(reads(1, 1)),\(reads(1, 2)),forward\n")
        #expect(declared.contains("declared forward, and its first reads are reverse"), "\(declared)")
        let gff = try folder.write("##gff-version 3\nchr1\tx\texon\t1\t9\t.\t+\t.\tID=e1\n", as: "genes.gff3")
        let sheet = "s1,\(reads(1, 1)),\(reads(1, 2)),auto\n"
        #expect(try refusal(sheet, annotation: gff).contains("genes.gff3:1: this is GFF3, and a GTF is needed"))
        let other = try folder.write("1\tx\texon\t1\t9\t.\t+\t.\tgene_id \"G\";\n", as: "other.gtf")
        #expect(try refusal(sheet, annotation: other).contains("no gene lies on a sequence of"))
    }

    @Test("Programs that are not installed are named with their packages before anything is made")
    func notInstalled() throws {
        let folder = try TemporaryFolder()
        let result = try count(folder("out"), environment: ["PATH": folder.path])
        #expect(result.status == 3)
        #expect(
            result.errors.contains("fastp, hisat2, samtools, featureCounts")
                && result.errors.contains("apt-get install fastp hisat2 samtools subread"), "\(result.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("out")))
    }

    @Test("Lanes, plain files and single reads are counted as their samples' own")
    func lanes() throws {
        let folder = try TemporaryFolder()
        let lines = try unpacked(data("in/reads/sample1_2.fastq.gz")).split(separator: "\n")
        for (name, part) in [("a", lines.prefix(2_000)), ("b", lines.dropFirst(2_000))] {
            _ = try folder.write(part.joined(separator: "\n") + "\n", as: name + ".fq")
        }
        // Second reads alone are a forward library of single reads.
        let sheet = try folder.write(
            "sample,fastq_1\nwhole,\(data("in/reads/sample1_2.fastq.gz"))\nlanes,a.fq\nlanes,b.fq\n", as: "sheet.csv")
        let result = try count(folder("out"), sheet: sheet)
        try #require(result.status == 0, "\(result.errors)")
        let rows = try unpacked(folder("out/counts.tsv.gz")).split(separator: "\n").dropFirst().map {
            $0.split(separator: "\t")
        }
        #expect(rows.allSatisfy { $0[1] == $0[2] })
        #expect(rows.reduce(0) { $0 + (Int($1[1]) ?? 0) } > 950)
        #expect(try table(folder("out/quality.tsv"))[1].contains("forward"))
    }

    @Test("STAR in the place of HISAT2 counts the same reads", .enabled(if: CountingPrograms.areInstalled("STAR")))
    func star() throws {
        let folder = try TemporaryFolder()
        let options = [
            "--aligner", "star", "--star-options", "--alignIntronMax 5000", "--trimmer", "none", "--fastqc", "off",
        ]
        var words = [
            "count", data("in/sheet.csv"), "--reference", data("in/genome.fa"), "--annotation", data("in/genes.gtf"),
            "--out", folder("out"), "--threads", "1",
        ]
        let result = try ModicumProcess(words + options).finish()
        try #require(result.status == 0, "\(result.errors)")
        let truth = try table(data("in/truth_counts.tsv"))
        let counted = try unpacked(folder("out/counts.tsv.gz")).split(separator: "\n").map {
            $0.split(separator: "\t")
        }
        #expect(counted.map { $0[0] } == truth.map { $0[0] })
        let near = zip(counted, truth).dropFirst().count { counted, truth in
            zip(counted, truth).dropFirst().allSatisfy { abs((Int($0) ?? -9) - (Int($1) ?? -99)) <= 2 }
        }
        #expect(near * 100 >= 97 * 120, "\(near) of 120 genes")
        #expect(FileManager.default.fileExists(atPath: folder("out/logs/sample1/sample1.Log.final.out")))
        let quality = try table(folder("out/quality.tsv"))
        let aligned = try #require(quality[0].firstIndex(of: "aligned_fraction"))
        #expect(quality.dropFirst().allSatisfy { (Double($0[aligned]) ?? 0) > 0.95 }, "\(quality)")
        // An index that STAR has made is taken as it is.
        let steps = try FileManager.default.contentsOfDirectory(atPath: folder("out/steps"))
        let index = try #require(
            steps.first { FileManager.default.fileExists(atPath: folder("out/steps/\($0)/SAindex")) })
        words[3] = folder("out/steps/\(index)")
        words[7] = folder("again")
        let again = try ModicumProcess(words + options).finish()
        #expect(again.status == 0 && bytes(folder("again")) == bytes(folder("out")), "\(again.errors)")
    }

    @Test("A folder that holds something else is left alone")
    func foreignFolder() throws {
        let folder = try TemporaryFolder()
        _ = try folder.write("mine", as: "notes.txt")
        let result = try count(folder.path)
        #expect(
            result.status == 3 && result.errors.contains("is not empty and holds no run of count"), "\(result.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["notes.txt"])
    }

    @Test("Scratch that is too small is refused, and one that fills is named", .enabled(if: CountingPrograms.mayMount))
    func fullScratch() throws {
        let folder = try TemporaryFolder()
        func onDisk(of size: String, environment: [String: String] = [:]) throws -> ModicumProcess.Result {
            let place = folder("scratch-" + size)
            try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
            let words = words(folder("out-" + size), ["--scratch", place]).map { "'\($0)'" }.joined(separator: " ")
            let shell = Process()
            let errors = Pipe()
            shell.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            shell.arguments = [
                "unshare", "-m", "bash", "-c",
                "mount -t tmpfs -o size=\(size) none \(place) && exec \(executable) \(words)",
            ]
            shell.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
            shell.standardError = errors
            try shell.run()
            let text = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            shell.waitUntilExit()
            return ModicumProcess.Result(
                status: shell.terminationStatus, wasSignalled: false, output: "", errors: text)
        }
        let small = try onDisk(of: "8m")
        #expect(small.status == 3 && small.errors.contains("of scratch, and the worker on"), "\(small.errors)")
        let full = try onDisk(
            of: "48m",
            environment: environment(
                folder, "fastp",
                "[[ $1 == --version ]] || { dd if=/dev/zero of=fill bs=1M 2>/dev/null; echo no room >&2; exit 1; }"))
        #expect(full.status == 1 && full.errors.contains("is full: name one on a larger disk"), "\(full.errors)")
    }
}

/// What most tests count: made once for all of them.
struct SmallExperiment: SuiteTrait, TestScoping {
    @TaskLocal static var folder: TemporaryFolder?

    func provideScope(
        for test: Test, testCase: Test.Case?, performing tests: @Sendable () async throws -> Void
    ) async throws {
        let folder = try CountTests.simulated("--samples", "4", "--pairs", "1000", "--seed", "5")
        let build = Process()
        build.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        build.arguments = ["hisat2-build", "-q", folder("in/genome.fa"), folder("index")]
        build.standardError = FileHandle.nullDevice
        try build.run()
        build.waitUntilExit()
        try #require(build.terminationStatus == 0)
        try await Self.$folder.withValue(folder) { try await tests() }
    }
}

extension Trait where Self == SmallExperiment {
    static var smallExperiment: Self { SmallExperiment() }
}

enum CountingPrograms {
    /// They want others' programs: `ops/test` runs them where `ops/dependencies reads` could install those.
    static let areWanted = ProcessInfo.processInfo.environment["MODICUM_READS"] == "true"

    static func areInstalled(_ names: String...) -> Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
        return names.allSatisfy { name in folders.contains { access($0 + "/" + name, X_OK) == 0 } }
    }

    /// Whether this process may mount a file system of its own.
    static let mayMount: Bool = {
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        shell.arguments = ["unshare", "-m", "mount", "-t", "tmpfs", "none", "/mnt"]
        shell.standardError = FileHandle.nullDevice
        guard (try? shell.run()) != nil else { return false }
        shell.waitUntilExit()
        return shell.terminationStatus == 0
    }()
}
