import Foundation
import Testing

/// Commands that a coordinator computes for (`--connect`), on what is more than one file.
@Suite("Inputs sent to a coordinator")
struct ConnectedInputTests {
    private static let inputs = packageRoot + "/datasets/goldens/inputs/"
    private static let sets = packageRoot + "/datasets/goldens/gsea/"

    /// A coordinator with a worker, in `folder`'s store.
    private final class Cluster {
        let connection: String
        private let coordinator: ModicumProcess
        private let worker: ModicumProcess

        init(in folder: TemporaryFolder) throws {
            connection = folder("store/connection.json")
            coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
            #expect(coordinator.waitForError(containing: "Listening on"))
            worker = try ModicumProcess(["worker", "--connection-file", connection, "--threads", "1"])
        }

        func stop() {
            worker.signal(SIGTERM)
            #expect(worker.finish().status == 0)
            coordinator.signal(SIGTERM)
            #expect(coordinator.finish().status == 5)
        }
    }

    /// The files that a command leaves, by name; the record differs in who computed, and when.
    private func files(in folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: folder) where path != "run.json" {
            found[path] = FileManager.default.contents(atPath: folder + "/" + path)
        }
        return found
    }

    /// Runs a command here and by the coordinator, and expects the same files and the same words.
    private func expectSame(
        _ arguments: [String], by cluster: Cluster, in folder: TemporaryFolder, name: String
    ) throws {
        let alone = try ModicumProcess(arguments + ["--out", folder(name + "-alone"), "--threads", "1"]).finish()
        let sent = try ModicumProcess(arguments + ["--out", folder(name), "--connect", cluster.connection]).finish()
        #expect(alone.status == 0, "\(name): \(alone.errors)")
        #expect(sent.status == 0, "\(name): \(sent.errors)")
        let expected = try files(in: folder(name + "-alone"))
        let found = try files(in: folder(name))
        #expect(found.keys.sorted() == expected.keys.sorted(), "\(name)")
        for (path, content) in expected { #expect(found[path] == content, "\(name): \(path)") }
        #expect(warnings(alone) == warnings(sent), "\(name)")
        #expect(
            try Record(in: folder(name)).warnings == Record(in: folder(name + "-alone")).warnings, "\(name)")
    }

    @Test("Counts that only fitting shows to be unfit are bad input to a coordinator's client as well")
    func unfitCounts() throws {
        let folder = try TemporaryFolder()
        let (counts, samples) = try folder.writeUnspreadCounts()
        let cluster = try Cluster(in: folder)
        let result = try modicum(
            "de", "--counts", counts, "--samples", samples, "--design", "~ group", "--out", folder("out"), "--connect",
            cluster.connection)
        #expect(result.status == 3 && result.errors.contains("biological replicates"), "\(result.errors)")
        cluster.stop()
    }

    private func warnings(_ result: ModicumProcess.Result) -> [String] {
        result.errors.split(separator: "\n").filter { $0.hasPrefix("warning:") }.map(String.init)
    }

    @Test("Folders of quantifications and of counts are sent whole")
    func folders() throws {
        let folder = try TemporaryFolder()
        let cluster = try Cluster(in: folder)
        defer { cluster.stop() }
        let sheet = try folder.write(
            "sample\tcondition\tpath\n"
                + (1...6).map { sample in
                    "S\(sample)\t\(sample < 4 ? "control" : "treated")\t\(Self.inputs)htseq/S\(sample).htseq.txt.gz\n"
                }.joined(), as: "sheet.tsv")
        let design = ["--design", "~ condition"]
        let samples = ["--samples", Self.inputs + "samples.tsv"]
        let genes = ["--tx2gene", Self.inputs + "tx2gene.tsv"]
        for (counts, options) in [
            ("htseq", samples), ("star/", samples), ("mtx", samples), ("dense.h5ad", samples),
            ("salmon", samples + genes), ("kallisto", samples + genes), ("rsem-isoforms/", samples + genes),
            ("rsem-genes", samples),
        ] {
            try expectSame(
                ["de", "--counts", Self.inputs + counts] + options + design, by: cluster, in: folder,
                name: counts.replacing("/", with: ""))
        }
        try expectSame(
            ["de", "--counts", "column:path", "--samples", sheet] + design, by: cluster, in: folder, name: "column")
    }

    @Test("Gene sets leave the same files, the GSEA folder too when it is asked for later")
    func geneSets() throws {
        let folder = try TemporaryFolder()
        let cluster = try Cluster(in: folder)
        defer { cluster.stop() }
        let arguments = [
            "gsea", "--ranks", Self.sets + "list.rnk", "--sets", Self.sets + "sets.gmt", "--permutations", "2000",
        ]
        try expectSame(arguments + ["--gsea-folder"], by: cluster, in: folder, name: "at-once")
        try expectSame(arguments, by: cluster, in: folder, name: "later")
        let later = try ModicumProcess(
            arguments + ["--gsea-folder", "--out", folder("later"), "--connect", cluster.connection]
        ).finish()
        #expect(later.status == 0, "\(later.errors)")
        let expected = try files(in: folder("at-once"))
        let found = try files(in: folder("later"))
        #expect(found.keys.sorted() == expected.keys.sorted())
        for (path, content) in expected { #expect(found[path] == content, "\(path)") }
        // What the coordinator computed can be raised here.
        let raised = try modicum("extend", folder("later"), "--permutations", "3000", "--threads", "1")
        #expect(raised.status == 0, "\(raised.errors)")
    }
}
