import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import StudyFiles
import Testing

/// Requests as a client sends them that checks nothing itself.
@Suite("Requests of clients that check nothing")
struct UncheckedRequestTests {
    static let words = ["../../../../escaped", "", "\u{0}", "NONE", "vst ", String(repeating: "x", count: 100_000)]

    /// A setting as it stands in the JSON of a request.
    struct Place: Sendable, CustomTestStringConvertible {
        let request: RunRequest

        /// The keys of the objects around it.
        let path: [String]
        let name: String
        let key: String
        let choices: [String]

        /// Whether any text may be given, as for the name of a file.
        let takesAnyText: Bool

        var testDescription: String { "--\(name)" }
    }

    private static func places<Record>(
        _ settings: [Setting<Record>], in request: RunRequest, at path: [String]
    ) -> [Place] {
        settings.map {
            Place(
                request: request, path: path, name: $0.name, key: $0.key, choices: $0.choices,
                takesAnyText: $0.choices == String.choices || $0.choices == RequestedSizeFactors.choices)
        }
    }

    private static let counts = DifferentialExpressionRequest(counts: "c.tsv", samples: "s.tsv", design: "~ x")
    private static let model = RunRequest.differentialExpression(counts)
    private static let expression = RunRequest.geneSets(
        GeneSetRequest(.expression(ExpressionRequest(expression: "e.gct", phenotypes: "e.cls")), sets: ["s.gmt"]))
    private static let ranks: RunRequest = {
        var request = GeneSetRequest(.ranks("l.rnk"), sets: ["s.gmt"])
        request.collapse = CollapseRequest(chip: "x.chip")
        return .geneSets(request)
    }()

    /// Every setting that a client can send.
    static let places: [Place] =
        places(ModelOptions.settings, in: model, at: ["differentialExpression", "_0", "options"])
        + places(CountsOptions.settings, in: model, at: ["differentialExpression", "_0", "countsOptions"])
        + places(GeneSetRequest.settings, in: ranks, at: ["geneSets", "_0"])
        + places(CollapseRequest.settings, in: ranks, at: ["geneSets", "_0", "collapse"])
        + places(
            ExpressionRequest.settings, in: expression, at: ["geneSets", "_0", "source", "expression", "_0"])

    /// The request as text, with another value in one place.
    private static func text(_ place: Place, _ value: Any) throws -> Data {
        let request = try JSONSerialization.jsonObject(with: JSONEncoder().encode(place.request))
        func changed(_ object: Any, _ path: ArraySlice<String>) -> Any {
            var object = object as? [String: Any] ?? [:]
            object[path.first!] = path.count == 1 ? value : changed(object[path.first!] ?? [:], path.dropFirst())
            return object
        }
        return try JSONSerialization.data(withJSONObject: changed(request, (place.path + [place.key])[...]))
    }

    /// Why a text is refused as a request; nil when it is not, or a file was opened before.
    private static func refusal(_ text: Data) -> InputError? {
        struct Opened: Error {}
        do {
            _ = try JSONDecoder().decode(RunRequest.self, from: text).load { _ in throw Opened() }
            return nil
        } catch {
            return error as? InputError
        }
    }

    private static func refusal(_ request: RunRequest) -> InputError? {
        guard let text = try? JSONEncoder().encode(request) else { return nil }
        return refusal(text)
    }

    @Test("An unknown word is refused with the option and its choices, before a file is read", arguments: places)
    func unknownWords(place: Place) throws {
        guard !place.takesAnyText else { return }
        for word in Self.words {
            let problem = Self.refusal(try Self.text(place, word))?.problem ?? ""
            #expect(problem.hasPrefix("--\(place.name) must be "), "\(problem)")
            for choice in place.choices { #expect(problem.contains(choice), "\(problem)") }
            #expect(problem.utf8.count < 500)
        }
    }

    @Test("So is a value of another kind", arguments: places)
    func otherKinds(place: Place) throws {
        for value in [["a": 1] as Any, [1, 2], -1.5] {
            let problem = Self.refusal(try Self.text(place, value))?.problem ?? ""
            #expect(problem.hasPrefix("--\(place.name) must be "), "\(value): \(problem)")
        }
    }

    @Test("Every option of a request is among those that are tried")
    func completeness() {
        let names = Set(Self.places.map(\.name))
        for name in [
            "test", "dispersion-trend", "alternative", "cooks-cutoff", "replace-outliers", "empirical-null",
            "optimizer", "shrink", "transform", "counts-format", "strandedness", "compatibility", "nominal", "norm",
            "duplicates",
            "collapse", "metric", "permute", "shuffle", "sort", "order",
        ] {
            #expect(names.contains(name), "\(name)")
        }
    }

    @Test(
        "A prefix that would leave the folder of the results is refused before a file is read",
        arguments: ["../x", "a/b", ".x", "x\u{0}", "x\n", String(repeating: "x", count: 101)])
    func prefixes(prefix: String) {
        var request = Self.counts
        request.prefix = prefix
        for refusal in [Self.refusal(.differentialExpression(request)), Self.refusal(Self.sets { $0.prefix = prefix })]
        {
            #expect(refusal?.problem.hasPrefix("--prefix must have ") == true)
        }
    }

    private static func model(_ change: (inout ModelOptions) -> Void) -> RunRequest {
        var request = counts
        change(&request.options)
        return .differentialExpression(request)
    }

    private static func sets(_ change: (inout GeneSetRequest) -> Void) -> RunRequest {
        var request = GeneSetRequest(.ranks("list.rnk"), sets: ["sets.gmt"])
        change(&request)
        return .geneSets(request)
    }

    @Test("So are numbers that no analysis takes")
    func numbers() {
        let requests: [(option: String, request: RunRequest)] = [
            ("--alpha", Self.model { $0.model.alpha = 0 }), ("--alpha", Self.model { $0.model.alpha = 1 }),
            ("--lfc-threshold", Self.model { $0.model.lfcThreshold = -1 }),
            ("--min-size", Self.sets { $0.settings.minSize = 0 }),
            ("--min-size", Self.sets { $0.settings.maxSize = 14 }),
            ("--max-size", Self.sets { $0.settings.maxSize = .min }),
            ("--weight", Self.sets { $0.settings.weight = -1 }),
            ("--permutations", Self.sets { $0.settings.permutations = .max }),
            ("--at-most", Self.sets { $0.settlingLimit = .max }), ("--at-most", Self.sets { $0.settlingLimit = -1 }),
            ("--fdr-threshold", Self.sets { $0.settings.fdrThreshold = 2 }),
            ("--eps", Self.sets { $0.settings.eps = -1 }), ("--sets", Self.sets { $0.sets = [] }),
        ]
        for (option, request) in requests {
            let problem = Self.refusal(request)?.problem ?? ""
            #expect(problem.hasPrefix(option), "\(option): \(problem)")
        }
    }

    @Test(
        "So are whole numbers that stand for a word, and are too small",
        arguments: [("replace-outliers", 2), ("transform-genes", 9), ("transform-genes", -1)])
    func smallNumbers(name: String, number: Int) throws {
        let place = try #require(Self.places.first { $0.name == name })
        #expect(Self.refusal(try Self.text(place, number))?.problem.hasPrefix("--\(name) must be") == true)
    }

    @Test("What a request leaves out has its default")
    func leftOut() throws {
        let text = """
            {"geneSets": {"_0": {"source": {"ranks": {"_0": "l.rnk"}}, "sets": ["s.gmt"], "minSize": 20}}}
            """
        guard case .geneSets(let request) = try JSONDecoder().decode(RunRequest.self, from: Data(text.utf8)) else {
            Issue.record("not a request for gene sets")
            return
        }
        var expected = GeneSetRequest(.ranks("l.rnk"), sets: ["s.gmt"])
        expected.settings.minSize = 20
        #expect(request == expected)
    }

    @Test("So are options that exclude each other")
    func contradictions() {
        var both = Self.counts
        both.comparisons = "contrasts.csv"
        var reduced = Self.counts
        reduced.reduced = "~ 1"
        let requests: [RunRequest] = [
            .differentialExpression(both), .differentialExpression(reduced),
            .differentialExpression(DifferentialExpressionRequest(counts: "c", samples: "s", design: nil)),
            Self.model { options in
                options.model.betaPrior = true
                options.model.shrink = .normal
            }, Self.sets { $0.settings.norm = .off }, Self.sets { $0.settings.eps = 0.1 },
            Self.sets { request in
                request.settings.compatibility = .gseaDesktop
                request.settlingLimit = 10
            },
        ]
        for request in requests {
            let refusal = Self.refusal(request)
            #expect(refusal != nil && refusal?.place.file == nil, "\(request)")
        }
    }

    @Test(
        "A study's names become folders, or are refused before any file is read",
        arguments: [
            "modicum.h5", "MODICUM.H5", "run.json", "summary.tsv", "gsea", "Network", "figures", "tables",
            "report.html",
            "vst.tsv.gz", "a/b", "..", ".hidden", "line\\nbreak", String(repeating: "n", count: 300),
            String(repeating: "é", count: 60),
        ])
    func folderNames(name: String) {
        let text = """
            {modicum: 1, counts: c.tsv, samples: s.tsv, exposures: [dose], adjust: {"\(name)": [batch], ok: []}}
            """
        let error = #expect(throws: InputError.self) { try StudyFile(text: text, file: "study.yaml") }
        #expect(error?.problem.contains("cannot be the name of a folder") == true, "\(error?.description ?? "")")
        #expect((error?.problem.utf8.count ?? 0) < 300)
    }

    @Test(
        "Names that a folder may have are taken", arguments: ["main", "network2", "cells+age", "µ-model", "h5", "a b"])
    func goodFolderNames(name: String) throws {
        let text = """
            {modicum: 1, counts: c.tsv, samples: s.tsv, exposures: [figures], adjust: {"\(name)": [batch]}}
            """
        #expect(try StudyFile(text: text, file: "study.yaml").adjustments.map(\.name) == [name])
    }
}
