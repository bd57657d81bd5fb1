import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import StudyFiles
import StudyOutput
import Synchronization
import Testing

/// A study as it is asked for: its files, what becomes of them, and how the request travels.
@Suite("Requests of studies")
struct StudyRequestTests {
    private static let text = """
        modicum: 1
        counts: data/c.tsv
        samples: ../s.tsv
        annotation: /abs/a.tsv
        exposures: [group]
        gene-sets: {files: [sets.gmt], min-size: 3, permutations: 200}
        """

    /// The files of the written example under the names of a study.
    private static let files = [
        "data/c.tsv": "c.tsv", "../s.tsv": "s.tsv", "/abs/a.tsv": "a.tsv", "sets.gmt": "sets.gmt",
    ]

    private func load(_ text: String, opened: @escaping @Sendable (String) -> Void = { _ in }) throws -> StudyInputs {
        try StudyRequest(name: "study.yaml", text: text).load { name in
            opened(name)
            return try InputFile(name: name, text: #require(WrittenExample.files[Self.files[name] ?? name]))
        }
    }

    @Test("Files are opened by the names that the study has for them, each once")
    func names() throws {
        let opened = Mutex<[String]>([])
        let inputs = try load(Self.text) { name in opened.withLock { $0.append(name) } }
        #expect(opened.withLock { $0.sorted() } == Self.files.keys.sorted())
        #expect(
            inputs.configuration.inputs.map(\.role).sorted()
                == ["annotation", "counts", "gene-sets", "samples"].sorted(), "\(inputs.configuration.inputs)")
        // Of a path the last part alone is among the results.
        #expect(inputs.configuration.inputs.allSatisfy { !$0.name.contains("/") })
    }

    @Test("What a study asks for is what the run is configured with")
    func configuration() throws {
        let inputs = try load(Self.text + "\nalpha: 0.2\nranking: wald-z\nadjust: {main: [], same: []}\n")
        let configuration = inputs.configuration
        #expect(configuration.differentialExpression?.alpha == 0.2)
        #expect(configuration.geneSets?.minSize == 3 && configuration.geneSets?.permutations == 200)
        #expect(configuration.geneSets?.ranking == .metric(.waldZ))
        let names = ["main/group_treated_vs_control", "same/group_treated_vs_control"]
        #expect(configuration.analyses.map(\.name) == names && inputs.analyses.map(\.name) == names)
        #expect(configuration.analyses[0].coefficients == ["Intercept", "group_treated_vs_control"])
        #expect(configuration.analyses[0].contrasts == [[0, 1]])
        #expect(inputs.counts?.geneCount == 120 && inputs.geneSets.count == 3)
        #expect(inputs.settling == nil && !inputs.writesGSEAFolder && !inputs.files.details)
    }

    @Test("The same study has the same configuration, and one that differs in a word another")
    func identity() throws {
        let digest = try load(Self.text).configuration
        #expect(try load("# Said otherwise\n" + Self.text).configuration == digest)
        for other in ["alpha: 0.05", "gene-filter: {count-above: 1, in-at-least: 2}", "optimizer: exact"] {
            #expect(try load(Self.text + "\n" + other + "\n").configuration != digest, "\(other)")
        }
        // Compressed or not, it is the content that counts.
        #expect(digest.inputs.first { $0.role == "counts" }?.name == "c.tsv")
    }

    @Test("Files that are asked for are taken from the study and its command")
    func fileChoice() throws {
        var request = StudyRequest(name: "study.yaml", text: Self.text)
        #expect(!request.files.details && !request.files.enrichmentTables)
        request.details = true
        request.text = Self.text.replacing("min-size: 3", with: "min-size: 3, enrichment-tables: on, gsea-folder: on")
        #expect(request.files.details && request.files.enrichmentTables)
        #expect(try load(request.text).writesGSEAFolder)
        request.text = "no: study"
        #expect(!request.files.enrichmentTables)
    }

    @Test("A study whose counts are to be made first is not read before they are")
    func reads() throws {
        let text = Self.text.replacing(
            "counts: data/c.tsv", with: "reads: {sheet: s.csv, reference: g.fa, annotation: g.gtf}")
        let error = #expect(throws: InputError.self) { try load(text) }
        #expect(error?.place.column == "reads" && error?.problem.contains("not made yet") == true)
        var request = StudyRequest(name: "study.yaml", text: text)
        request.madeCounts = "out/reads/counts.tsv.gz"
        let opened = Mutex<[String]>([])
        _ = try? request.load { name in
            opened.withLock { $0.append(name) }
            guard name == "../s.tsv" else { throw InputError("gone", remedy: "") }
            return try InputFile(name: name, text: #require(WrittenExample.files["s.tsv"]))
        }
        #expect(opened.withLock { $0 } == ["../s.tsv", "out/reads/counts.tsv.gz"])
    }

    @Test("What became of the reads lies beside the counts that were made of them, and goes into the store")
    func readQuality() throws {
        var request = StudyRequest(
            name: "study.yaml",
            text: Self.text.replacing(
                "counts: data/c.tsv", with: "reads: {sheet: s.csv, reference: g.fa, annotation: g.gtf}"))
        request.madeCounts = "out/reads/counts.tsv.gz"
        let rows = (0..<8).map { "s\($0)\t\(1_000 + $0)\tNA\t0.5\t\($0 == 7 ? "reads-high" : "")\n" }
        let quality = "sample\treads\tassigned\taligned_fraction\tflags\n" + rows.joined()
        let inputs = try request.load { name in
            let text =
                switch name {
                case "out/reads/counts.tsv.gz": WrittenExample.files["c.tsv"]
                case "out/reads/quality.tsv": quality
                default: WrittenExample.files[Self.files[name] ?? name]
                }
            return try InputFile(name: name, text: #require(text))
        }
        #expect(inputs.configuration.inputs.contains { $0.role == "read-quality" })
        let document = try ResultStore.document(WrittenExample.played(inputs), counts: nil)
        #expect(document["uns/reads/sample"]?.content == .strings((0..<8).map { "s\($0)" }))
        #expect(document["uns/reads/reads"]?.content == .doubles((0..<8).map { 1_000 + Double($0) }))
        #expect(document["uns/reads/aligned_fraction"]?.content == .doubles([Double](repeating: 0.5, count: 8)))
        #expect(document["uns/reads/flags/categories"]?.content == .strings(["", "reads-high"]))
        #expect(try ResultStore.document(WrittenExample.played(load(Self.text)), counts: nil)["uns/reads/reads"] == nil)
        #expect(throws: InputError.self) {
            try request.load { name in
                let text = name.hasSuffix("quality.tsv") ? "name\n" : WrittenExample.files[Self.files[name] ?? "c.tsv"]
                return try InputFile(name: name, text: #require(text))
            }
        }
    }

    @Test(
        "What no data can be analysed by is refused with the file and what to do",
        arguments: [
            ("exposures: [group]", "exposures: [grup]", "Did you mean `group`?"),
            ("exposures: [group]", "exposures: [group]\nadjust: {main: [group]}", "holds the exposure `group`"),
            ("exposures: [group]", "exposures: [group]\ncolumns: {group: numeric}", "group"),
            ("min-size: 3", "min-size: 200", "gene set"),
            ("exposures: [group]", "exposures: [group]\ngene-filter: {count-above: 1000000, in-at-least: 8}", "gene"),
        ])
    func refusals(from: String, to: String, what: String) {
        let error = #expect(throws: InputError.self) { try load(Self.text.replacing(from, with: to)) }
        #expect("\(String(describing: error))".contains(what), "\(String(describing: error))")
        #expect(error?.remedy.isEmpty == false, "\(String(describing: error))")
    }

    @Test("A request is the same bytes however often it is written, and reads back as it was")
    func bytes() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        var study = StudyRequest(name: "study.yaml", text: Self.text)
        study.details = true
        var model = DifferentialExpressionRequest(counts: "c", samples: nil, design: "~ x")
        model.options.model.shrink = .apeglm
        model.geneSets = RankedSetsRequest(files: ["a"], settings: .init(), ranking: .waldZ, settlingLimit: 10)
        var list = GeneSetRequest(.ranks("l.rnk"), sets: ["s"])
        list.collapse = CollapseRequest(chip: "x.chip")
        for request in [.study(study), .differentialExpression(model), .geneSets(list)] as [RunRequest] {
            let bytes = try encoder.encode(request)
            let read = try JSONDecoder().decode(RunRequest.self, from: bytes)
            #expect(read == request)
            #expect(try encoder.encode(read) == bytes)
            let invocation = RunInvocation(request, folder: "/data")
            #expect(try JSONDecoder().decode(RunInvocation.self, from: encoder.encode(invocation)) == invocation)
        }
    }

    @Test("A request of an older program, which lacks a key, is read with what was done then")
    func olderRequests() throws {
        let study = try JSONDecoder().decode(
            StudyRequest.self, from: Data(#"{"name": "study.yaml", "text": "modicum: 1"}"#.utf8))
        #expect(study == StudyRequest(name: "study.yaml", text: "modicum: 1") && study.details == nil)
        // Of a model's request every key that may be left out, one after another.
        let model = DifferentialExpressionRequest(counts: "c", samples: "s", design: "~ x")
        var object = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(model)) as? [String: Any])
        for key in ["options", "countsOptions"] {
            let whole = try #require(object[key] as? [String: Any], "\(key)")
            for name in whole.keys {
                var part = whole
                part[name] = nil
                object[key] = part
                let data = try JSONSerialization.data(withJSONObject: object)
                #expect(throws: Never.self, "\(key).\(name)") {
                    try JSONDecoder().decode(DifferentialExpressionRequest.self, from: data)
                }
            }
            object[key] = whole
        }
    }

    @Test("What a run asked for is known of every kind of request")
    func questions() {
        var sets = GeneSetRequest(.ranks("l"), sets: ["s"])
        (sets.settings.fdrThreshold, sets.prefix) = (0.2, "x.")
        #expect(RunRequest.geneSets(sets).fdrThreshold == 0.2 && RunRequest.geneSets(sets).files.prefix == "x.")
        var model = DifferentialExpressionRequest(counts: "c", samples: "s", design: "~ x")
        #expect(RunRequest.differentialExpression(model).fdrThreshold == nil)
        model.geneSets = RankedSetsRequest(files: ["a"], settings: sets.settings, ranking: .waldZ, settlingLimit: nil)
        #expect(RunRequest.differentialExpression(model).fdrThreshold == 0.2)
        #expect(RunRequest.differentialExpression(model).files.ranking == .signedLogPValue)
        #expect(RunRequest.study(StudyRequest(name: "s", text: "")).fdrThreshold == nil)
    }
}

/// Opening a finished run's inputs again.
@Suite("What a run was asked for, again")
struct RunInvocationTests {
    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/modicum-invocation-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder + "/data", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for name in ["a.tsv", "data/b.tsv"] { try Data(name.utf8).write(to: URL(fileURLWithPath: folder + "/" + name)) }
        try body(folder)
    }

    private func invocation(in folder: String) -> RunInvocation {
        RunInvocation(.study(StudyRequest(name: "study.yaml", text: "")), folder: folder)
    }

    private func text(of name: String, by open: (String) throws -> InputFile) throws -> String {
        String(decoding: try open(name).content, as: UTF8.self)
    }

    @Test("Relative names start from the folder where they were given, absolute ones from nowhere")
    func names() throws {
        try withFolder { folder in
            let open = invocation(in: folder).opener(inputs: nil)
            for (name, content) in [
                ("a.tsv", "a.tsv"), ("data/b.tsv", "data/b.tsv"), ("data/../a.tsv", "a.tsv"),
                (folder + "/a.tsv", "a.tsv"),
            ] {
                let found = try text(of: name, by: open)
                #expect(found == content, "\(name)")
            }
            let anywhere = invocation(in: "").opener(inputs: nil)
            let found = try text(of: folder + "/a.tsv", by: anywhere)
            #expect(found == "a.tsv")
        }
    }

    @Test("In a folder of inputs they are looked for by their names alone")
    func folderOfInputs() throws {
        try withFolder { folder in
            let open = invocation(in: "/nowhere").opener(inputs: folder + "/data")
            for name in ["elsewhere/b.tsv", "/far/away/b.tsv", "../b.tsv"] {
                let found = try text(of: name, by: open)
                #expect(found == "data/b.tsv", "\(name)")
            }
        }
    }

    @Test("A missing input is told with all that the run read, each once")
    func missing() throws {
        try withFolder { folder in
            let known = ["c.tsv", "s.tsv", "c.tsv"].map {
                StudyConfiguration.Input(role: "x", name: $0, sha256: "")
            }
            let gone = #expect(throws: InputError.self) {
                try invocation(in: folder).opener(inputs: nil, known: known)("c.tsv")
            }
            #expect(gone?.place.file == folder + "/c.tsv" && gone?.remedy.contains("(c.tsv and s.tsv)") == true)
            let lacking = #expect(throws: InputError.self) {
                try invocation(in: folder).opener(inputs: folder, known: known)("x/c.tsv")
            }
            #expect(lacking?.problem.contains("--inputs") == true && lacking?.remedy.contains("old names") == true)
            let alone = #expect(throws: InputError.self) {
                try invocation(in: folder).opener(inputs: folder, known: [known[0]])("c.tsv")
            }
            #expect(alone?.remedy == "Put it into that folder, under the old name.")
        }
    }
}

/// Messages of readers and models, in the words of whoever wrote a study file.
@Suite("Options named as a study's keys")
struct StudyKeyNamingTests {
    @Test("Options that a study has as keys are called so, wherever they stand in a sentence")
    func named() {
        #expect(StudyKeys.naming("give --size-factors poscounts") == "give `size-factors:` poscounts")
        #expect(StudyKeys.naming("--weight, --use-t.") == "`weight:`, `use-t:`.")
        #expect(StudyKeys.naming("(--fpkm)") == "(`fpkm:`)")
    }

    @Test("Options that only begin like one, and those that no study has, stay as they are")
    func others() {
        for text in ["--weights", "--samples-of", "--fpkm-robust", "--threads 4", "-weight", "weight", ""] {
            #expect(StudyKeys.naming(text) == text)
        }
    }
}
