import Foundation
import Testing

@Suite("Runs that are fetched, found again and extended at a coordinator")
struct FetchTests {
    /// A coordinator with one worker.
    private final class Cluster {
        let connection: String
        let store: String
        private let coordinator: ModicumProcess
        private let worker: ModicumProcess

        init(in folder: TemporaryFolder) throws {
            store = folder("store")
            connection = store + "/connection.json"
            coordinator = try ModicumProcess(["coordinator", "--store", store])
            #expect(coordinator.waitForError(containing: "Workers: "))
            worker = try ModicumProcess(["worker", "--connection-file", connection, "--threads", "1"])
        }

        var runs: [String] { (try? FileManager.default.contentsOfDirectory(atPath: store + "/runs")) ?? [] }

        /// - Returns: What the coordinator logged.
        func stop() -> String {
            worker.signal(SIGTERM)
            #expect(worker.finish().status == 0)
            coordinator.signal(SIGTERM)
            let result = coordinator.finish()
            #expect(result.status == 5)
            return result.errors
        }
    }

    private func writeList(in folder: TemporaryFolder) throws -> [String] {
        let ranks = try folder.write((1...200).map { "g\($0)\t\(Double(100 - $0) / 10)\n" }.joined(), as: "list.rnk")
        let sets = try folder.write(
            (0..<4).map { set in
                "SET\(set)\t\t" + (1...20).map { "g\($0 * 9 + set)" }.joined(separator: "\t") + "\n"
            }.joined(), as: "sets.gmt")
        return ["gsea", "--ranks", ranks, "--sets", sets, "--permutations", "2000"]
    }

    /// A study of two exposures with sets and a look-up table.
    private func writeStudy(in folder: TemporaryFolder) throws -> String {
        let genes = (1...80).map { gene in
            "g\(gene)\t"
                + (0..<8).map { "\(20 + gene * 3 + ($0 * $0 * gene * 7919) % (gene + 29))" }.joined(separator: "\t")
        }
        _ = try folder.write(
            "gene\t" + (1...8).map { "s\($0)" }.joined(separator: "\t") + "\n" + genes.joined(separator: "\n") + "\n",
            as: "counts.tsv")
        _ = try folder.write(
            "sample\tdose\n" + (1...8).map { "s\($0)\t\($0 * $0 % 7)\n" }.joined(), as: "samples.tsv")
        _ = try folder.write(
            (0..<3).map { set in
                "SET\(set)\t\t" + (1...20).map { "g\($0 * 3 + set)" }.joined(separator: "\t") + "\n"
            }.joined(), as: "sets.gmt")
        _ = try folder.write(
            "Gene Name\tIFN type\tRegulation\tFold Change\ng3\tI\tup\t3\ng4\tII\tdown\t4\n", as: "interferon.tsv")
        return try folder.write(
            """
            modicum: 1
            counts: counts.tsv
            samples: samples.tsv
            exposures: [dose]
            adjust: {main: []}
            gene-sets: {files: [sets.gmt], min-size: 5, permutations: 1000}
            look-up: {table: interferon.tsv, fold-change-at-least: 2, columns: {gene: Gene Name, category: IFN type, direction: Regulation, fold-change: Fold Change}}

            """, as: "study.yaml")
    }

    private func files(in folder: String, but left: Set<String> = ["run.json"]) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where !left.contains(path) {
            found[path] = FileManager.default.contents(atPath: folder + "/" + path)
        }
        return found
    }

    @Test("A run that was submitted is found again, waited for, and computed once more only when asked")
    func submittedTwice() throws {
        let folder = try TemporaryFolder()
        let study = try writeStudy(in: folder)
        let cluster = try Cluster(in: folder)
        let first = try modicum("submit", study, "--connection-file", cluster.connection, "--wait")
        #expect(first.status == 0, "\(first.errors)")
        // The same study by another way.
        let other = try modicum(
            "submit", folder.path + "/../" + URL(fileURLWithPath: folder.path).lastPathComponent + "/study.yaml",
            "--connection-file", cluster.connection, "--wait")
        #expect(other.status == 0 && other.output == first.output, "\(other.errors)")
        #expect(other.errors.contains("here already, finished"), "\(other.errors)")
        #expect(cluster.runs.count == 1)
        let again = try modicum("submit", study, "--connection-file", cluster.connection, "--wait", "--again")
        #expect(again.status == 0 && again.output != first.output, "\(again.errors)")
        #expect(cluster.runs.count == 2)
        // Another setting is another run; one that was cancelled is computed when it is wanted again.
        let text = try String(contentsOfFile: study, encoding: .utf8)
        _ = try folder.write(text.replacing("permutations: 1000", with: "permutations: 1001"), as: "study.yaml")
        let changed = try modicum("submit", study, "--connection-file", cluster.connection, "--wait")
        #expect(changed.status == 0 && cluster.runs.count == 3, "\(changed.errors)")
        let log = cluster.stop()
        #expect(log.contains(" submitted study.yaml "), "\(log)")
        for line in log.split(separator: "\n") where line.contains(" stage ") {
            #expect(line.contains(" run="), "\(line)")
        }
    }

    @Test("A fetched run has the files of one computed here, its report too, and can be extended")
    func fetched() throws {
        let folder = try TemporaryFolder()
        let study = try writeStudy(in: folder)
        let alone = try modicum("run", study, "--out", folder("alone"), "--threads", "1")
        #expect(alone.status == 0, "\(alone.errors)")
        let cluster = try Cluster(in: folder)
        let run = try modicum("submit", study, "--connection-file", cluster.connection, "--wait").output
            .trimmingCharacters(in: .newlines)
        let fetch = ["fetch", run, "--connection-file", cluster.connection, "--out"]
        let result = try ModicumProcess(fetch + [folder("fetched")]).finish()
        #expect(result.status == 0, "\(result.errors)")
        #expect(try files(in: folder("fetched")) == files(in: folder("alone")))

        // Complete, it is left alone; a file that is gone is fetched; one that was edited is somebody's work.
        #expect(try ModicumProcess(fetch + [folder("fetched")]).finish().errors.contains("already holds this run"))
        try FileManager.default.removeItem(atPath: folder("fetched/modicum.h5"))
        #expect(try ModicumProcess(fetch + [folder("fetched")]).finish().status == 0)
        #expect(try files(in: folder("fetched")) == files(in: folder("alone")))
        let raised = try modicum(
            "extend", folder("fetched"), "--permutations", "1500", "--inputs", folder.path, "--threads", "1")
        #expect(raised.status == 0, "\(raised.errors)")
        #expect(try ModicumProcess(fetch + [folder("fetched")]).finish().status == 3, "it holds more now")

        let bare = try ModicumProcess(fetch + [folder("bare"), "--report", "off"]).finish()
        #expect(bare.status == 0 && !FileManager.default.fileExists(atPath: folder("bare/report.html")))
        try "mine\n".write(toFile: folder("bare/main/dose/results.dose.tsv"), atomically: true, encoding: .utf8)
        let edited = try ModicumProcess(fetch + [folder("bare")]).finish()
        #expect(edited.status == 3, "\(edited.errors)")
        #expect(
            try String(contentsOfFile: folder("bare/main/dose/results.dose.tsv"), encoding: .utf8) == "mine\n")
        _ = cluster.stop()
    }

    @Test("Folders that hold something else, unknown runs and names that are none are refused, and nothing is left")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let cluster = try Cluster(in: folder)
        let arguments = try writeList(in: folder)
        #expect(
            try ModicumProcess(arguments + ["--out", folder("out"), "--connect", cluster.connection]).finish().status
                == 0)
        let run = try #require(cluster.runs.first)
        let fetch = ["fetch", run, "--connection-file", cluster.connection, "--out"]
        try FileManager.default.createDirectory(atPath: folder("other"), withIntermediateDirectories: true)
        _ = try folder.write("mine", as: "other/notes.txt")
        #expect(try ModicumProcess(fetch + [folder("other")]).finish().status == 3)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("other")) == ["notes.txt"])
        #expect(try ModicumProcess(fetch + [folder("list.rnk")]).finish().status == 3)
        // A run of its own, and one that is being fetched.
        #expect(
            try ModicumProcess(arguments + ["--seed", "7", "--out", folder("seven"), "--threads", "1"]).finish().status
                == 0)
        #expect(try ModicumProcess(fetch + [folder("seven")]).finish().status == 3)
        try FileManager.default.createDirectory(atPath: folder("part/.modicum"), withIntermediateDirectories: true)
        _ = try folder.write("\(String(repeating: "1", count: 32))\n", as: "part/.modicum/fetching")
        #expect(try ModicumProcess(fetch + [folder("part")]).finish().status == 3)
        _ = try folder.write("\(run)\n", as: "part/.modicum/fetching")
        #expect(try ModicumProcess(fetch + [folder("part")]).finish().status == 0)
        #expect(try files(in: folder("part")) == files(in: folder("out")))

        let unknown = try modicum(
            "fetch", String(repeating: "0", count: 31) + "1", "--connection-file", cluster.connection, "--out",
            folder("q"))
        #expect(unknown.status == 1 && unknown.errors.contains("no run"), "\(unknown.errors)")
        #expect(try modicum("fetch", "last", "--connection-file", cluster.connection, "--out", folder("q")).status == 2)
        #expect(!FileManager.default.fileExists(atPath: folder("q")))
        _ = cluster.stop()
    }

    @Test("An extension by a coordinator leaves the bytes of one here, and of all permutations at once")
    func extended() throws {
        let folder = try TemporaryFolder()
        let cluster = try Cluster(in: folder)
        let arguments = try writeList(in: folder)
        for name in ["here", "there"] {
            #expect(try ModicumProcess(arguments + ["--out", folder(name), "--threads", "1"]).finish().status == 0)
        }
        let here = try modicum("extend", folder("here"), "--permutations", "5000", "--threads", "1")
        #expect(here.status == 0, "\(here.errors)")
        let extend = ["extend", folder("there"), "--permutations", "5000", "--connect", cluster.connection]
        let there = try ModicumProcess(extend).finish()
        #expect(there.status == 0, "\(there.errors)")
        #expect(try files(in: folder("there")) == files(in: folder("here")))
        #expect(try Record(in: folder("there")).identity == Record(in: folder("here")).identity)
        #expect(try ModicumProcess(extend).finish().errors.contains("already holds these permutations"))
        #expect(cluster.runs.count == 1)
        // What was fetched is what the record lists, so that the folder can be raised again, and here.
        let more = try modicum("extend", folder("there"), "--permutations", "6000", "--threads", "1")
        #expect(more.status == 0, "\(more.errors)")
        #expect(try ModicumProcess(extend + ["--threads", "1"]).finish().status == 2)
        _ = cluster.stop()
    }

    @Test("A run computed elsewhere has its report, made here, unless it is not wanted", arguments: ["de", "run"])
    func report(command: String) throws {
        let folder = try TemporaryFolder()
        let study = try writeStudy(in: folder)
        let cluster = try Cluster(in: folder)
        let arguments =
            command == "run"
            ? ["run", study]
            : ["de", "--counts", folder("counts.tsv"), "--samples", folder("samples.tsv"), "--design", "~ dose"]
        let connect = ["--connect", cluster.connection, "--out"]
        let result = try ModicumProcess(arguments + connect + [folder("out")]).finish()
        #expect(result.status == 0, "\(result.errors)")
        let page = try String(contentsOfFile: folder("out/report.html"), encoding: .utf8)
        #expect(page.contains(try Record(in: folder("out")).identity))
        let bare = try ModicumProcess(arguments + ["--report", "off"] + connect + [folder("bare")]).finish()
        #expect(bare.status == 0 && !FileManager.default.fileExists(atPath: folder("bare/report.html")))
        // Of the report nothing is at the coordinator.
        let stored = try FileManager.default.subpathsOfDirectory(
            atPath: cluster.store + "/runs/" + #require(cluster.runs.first) + "/results")
        #expect(!stored.contains { $0.hasSuffix(".html") || $0.hasSuffix(".svg") })
        _ = cluster.stop()
    }
}
