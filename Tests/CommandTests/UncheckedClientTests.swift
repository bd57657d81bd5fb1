import AnalysisPipeline
import Calibration
import ClusterRuntime
import ContentDigest
import CountPipeline
import ExpressionData
import ExpressionFormats
import Foundation
import JobEngine
import ReadsToCounts
import StudyFiles
import Testing

@Suite("A client that checks nothing")
struct UncheckedClientTests {
    /// Requests with a word that their option does not have, one for every option that is a choice.
    private static func requests() throws -> [(name: String, choices: [String], text: String)] {
        let word = "../../escaped"
        func wrong<Record>(_ settings: [Setting<Record>], _ request: (String) -> String) -> [(String, [String], String)]
        {
            settings.filter { $0.choices.count > 1 && $0.choices != RequestedSizeFactors.choices }.map {
                ($0.name, $0.choices, request("\"\($0.key)\": \"\(word)\""))
            }
        }
        let ranks = #""source": {"ranks": {"_0": "counts.tsv"}}"#
        func counts(options: String = "", countsOptions: String = "") -> String {
            """
            {"differentialExpression": {"_0": {"counts": "counts.tsv", "design": "~ x", "references": [], "factors": [],
            "numerics": [], "coefficients": [], "contrasts": [], "contrastVectors": [], "chromosomes": "all",
            "countsOptions": {\(countsOptions)}, "options": {\(options)}}}}
            """
        }
        return wrong(ModelOptions.settings) { counts(options: $0) }
            + wrong(CountsOptions.settings) { counts(countsOptions: $0) }
            + wrong(GeneSetRequest.settings) { "{\"geneSets\": {\"_0\": {\(ranks), \"sets\": [\"s.gmt\"], \($0)}}}" }
            + wrong(CollapseRequest.settings) {
                "{\"geneSets\": {\"_0\": {\(ranks), \"sets\": [\"s.gmt\"], \"collapse\": {\($0)}}}}"
            }
            + wrong(ExpressionRequest.settings) {
                "{\"geneSets\": {\"_0\": {\"source\": {\"expression\": {\"_0\": {\($0)}}}, \"sets\": [\"s.gmt\"]}}}"
            }
    }

    /// Calibrations that the command refuses, with the option that is at fault.
    private static func calibrations() throws -> [(String, CalibrationRequest)] {
        func wrong(_ option: String, _ change: (inout CalibrationRequest) -> Void) -> (String, CalibrationRequest) {
            var request = CalibrationRequest(cohorts: 2)
            change(&request)
            return (option, request)
        }
        return [
            wrong("--cells") { $0.cells = ["../../escaped"] },
            wrong("--cells") { $0.cells = [] },
            wrong("--cells") { $0.cells += $0.cells },
            wrong("--cohorts") { $0.cohorts = .max },
            wrong("--genes") { $0.geneCount = -1 },
            wrong("--permutations") { $0.permutations = .max },
            wrong("--schemes") { $0.schemes = [] },
            wrong("--set-statistic") { $0.setStatistics = ["../../escaped"] },
            wrong("--effect") { $0.effect = 1e308 },
        ]
    }

    @Test("A calibration that no command would send is refused with the option, and nothing is written")
    func calibration() throws {
        let folder = try TemporaryFolder()
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        let version = try modicum("--version").output.trimmingCharacters(in: .whitespacesAndNewlines)
        let client = try ClusterClient(
            connectionFile: folder("store/connection.json"), build: version, numericContract: UInt32(numericContract))
        for (option, request) in try Self.calibrations() {
            let text = Array("{\"calibration\": ".utf8) + (try request.encoded()) + Array("}".utf8)
            let run = try client.submit(ClusterRequest(title: "calibrate", inputs: [], request: text))
            guard case .refused(let reason) = try client.wait(for: run.run) else {
                Issue.record("\(option) was not refused")
                continue
            }
            #expect(reason.hasPrefix("\(option) must be "), "\(reason)")
            #expect(!FileManager.default.fileExists(atPath: folder("store/runs/\(run.run)/results")))
        }
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
    }

    @Test("A run of counting that no command would send is refused with what is wrong, and no file of it is looked for")
    func counting() throws {
        let folder = try TemporaryFolder()
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        let version = try modicum("--version").output.trimmingCharacters(in: .whitespacesAndNewlines)
        let client = try ClusterClient(
            connectionFile: folder("store/connection.json"), build: version, numericContract: UInt32(numericContract))
        let reads = try folder.write("@r\nA\n+\nI\n", as: "a.fq")
        let sheet = try folder.write("sample,fastq_1\ns1,a.fq\n", as: "sheet.csv")
        let plan = CountPlan(
            sheet: try ReadSheet(InputFile(path: sheet), folder: folder.path),
            samples: [
                SampleTask(name: "s1", lanes: [.init(first: try FileReference(path: reads), second: nil)])
            ],
            context: CountContext(
                settings: CountSettings(), versions: [:], store: folder("steps"), nonce: "1",
                reference: .fasta(try FileReference(path: reads)), annotation: try FileReference(path: reads)))
        let text = String(decoding: try SubmittedCount(plan).encoded(), as: UTF8.self)
        for (from, into, sentence) in [
            ("\"name\":\"s1\"", "\"name\":\"../s1\"", "`../s1` cannot be the name of a sample"),
            ("\"bytes\":9", "\"bytes\":-1", "cannot have -1 bytes"),
            ("\"path\":\"/", "\"path\":\"", "is no path from the root"),
            ("\"versions\"", "\"versions\"", "does not say which version of fastqc, "),
        ] {
            let changed = text.replacing(from, with: into)
            #expect(changed.contains(into), "\(from)")
            let run = try client.submit(ClusterRequest(title: "count", inputs: [], request: Array(changed.utf8)))
            guard case .refused(let reason) = try client.wait(for: run.run) else {
                Issue.record("\(into) was not refused")
                continue
            }
            #expect(reason.contains(sentence), "\(reason)")
            #expect(!FileManager.default.fileExists(atPath: folder("store/runs/\(run.run)/results")))
        }
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
    }

    @Test("An unknown word for any option is refused with the option and its choices, and nothing is written")
    func unknownWords() throws {
        let folder = try TemporaryFolder()
        let connection = folder("store/connection.json")
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Listening on"))
        let version = try modicum("--version").output.trimmingCharacters(in: .whitespacesAndNewlines)
        let client = try ClusterClient(
            connectionFile: connection, build: version, numericContract: UInt32(numericContract))
        let requests = try Self.requests()
        #expect(requests.count >= 20)
        for (name, choices, text) in requests {
            let run = try client.submit(
                ClusterRequest(
                    title: name, inputs: [("counts.tsv", Blob(Array("gene\ta\n".utf8)))], request: [UInt8](text.utf8)))
            guard case .refused(let reason) = try client.wait(for: run.run) else {
                Issue.record("--\(name) was not refused")
                continue
            }
            #expect(reason.hasPrefix("--\(name) must be "), "\(name): \(reason)")
            for choice in choices { #expect(reason.contains(choice), "\(name): \(reason)") }
            #expect(!FileManager.default.fileExists(atPath: folder("store/runs/\(run.run)/results")))
        }
        let left = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        #expect(!left.contains { $0.contains("escaped") })

        // Names of inputs are looked up among what was sent, and nowhere else.
        let secret = try folder.write("gene\ta\ng\t1\n", as: "secret.tsv")
        let request = RunRequest.differentialExpression(
            DifferentialExpressionRequest(counts: secret, samples: nil, design: "~ x"))
        let run = try client.submit(
            ClusterRequest(title: "secret", inputs: [], request: [UInt8](try JSONEncoder().encode(request))))
        guard case .refused(let reason) = try client.wait(for: run.run) else {
            Issue.record("a file of the coordinator's own was read")
            return
        }
        #expect(reason.contains("was not sent with the study"), "\(reason)")
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
    }
}
