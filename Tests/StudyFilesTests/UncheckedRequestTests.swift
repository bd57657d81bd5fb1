import ExpressionData
import ExpressionFormats
import StudyFiles
import Testing

/// Requests as a client sends them that checks nothing itself.
@Suite("Requests of clients that check nothing")
struct UncheckedRequestTests {
    static let words = ["../../../../escaped", "", "\u{0}", "NONE", "vst ", String(repeating: "x", count: 100_000)]

    /// A request for counts, with one thing changed.
    private static func model(_ change: (inout ModelOptions) -> Void) -> RunRequest {
        var request = DifferentialExpressionRequest(counts: "counts.tsv", samples: "samples.tsv", design: "~ x")
        change(&request.options)
        return .differentialExpression(request)
    }

    private static func counts(_ change: (inout CountsOptions) -> Void) -> RunRequest {
        var request = DifferentialExpressionRequest(counts: "counts.tsv", samples: "samples.tsv", design: "~ x")
        change(&request.countsOptions)
        return .differentialExpression(request)
    }

    private static func sets(_ change: (inout GeneSetRequest) -> Void) -> RunRequest {
        var request = GeneSetRequest(.ranks("list.rnk"), sets: ["sets.gmt"])
        change(&request)
        return .geneSets(request)
    }

    private static func expression(_ change: (inout ExpressionRequest) -> Void) -> RunRequest {
        var request = ExpressionRequest(expression: "data.gct", phenotypes: "data.cls")
        change(&request)
        return .geneSets(GeneSetRequest(.expression(request), sets: ["sets.gmt"]))
    }

    /// Every option that is a word, set to `word`.
    private static func requests(_ word: String) -> [(option: String, request: RunRequest)] {
        let collapse: (inout GeneSetRequest) -> Void = { request in
            var probes = CollapseRequest(chip: "x.chip")
            probes.mode = word
            request.collapse = probes
        }
        return [
            ("--test", model { $0.test = word }), ("--dispersion-trend", model { $0.dispersionTrend = word }),
            ("--alternative", model { $0.alternative = word }), ("--cooks-cutoff", model { $0.cooksCutoff = word }),
            ("--replace-outliers", model { $0.replaceOutliers = word }),
            ("--empirical-null", model { $0.empiricalNull = word }), ("--optimizer", model { $0.optimizer = word }),
            ("--shrink", model { $0.shrink = word }), ("--transform", model { $0.transform = word }),
            ("--counts-format", counts { $0.format = word }), ("--strandedness", counts { $0.strandedness = word }),
            ("--compatibility", sets { $0.compatibility = word }), ("--nominal", sets { $0.nominal = word }),
            ("--norm", sets { $0.norm = word }), ("--duplicates", sets { $0.duplicates = word }),
            ("--collapse", sets(collapse)), ("--metric", expression { $0.metric = word }),
            ("--permute", expression { $0.permute = word }), ("--shuffle", expression { $0.shuffle = word }),
            ("--sort", expression { $0.sort = word }), ("--order", expression { $0.order = word }),
        ]
    }

    private static func refusal(_ request: RunRequest) -> InputError? {
        do {
            _ = try request.load { name in
                throw InputError(file: name, "a file was opened before the request was checked", remedy: "")
            }
            return nil
        } catch {
            return error as? InputError
        }
    }

    @Test("A word that is no choice of its option is refused before any file is read", arguments: words)
    func unknownWords(word: String) {
        for (option, request) in Self.requests(word) {
            let problem = Self.refusal(request)?.problem ?? ""
            #expect(problem.hasPrefix(option), "\(option): \(problem)")
            #expect(problem.utf8.count < 500, "\(option)")
        }
    }

    @Test("So are numbers that no analysis takes")
    func numbers() {
        let requests: [(option: String, request: RunRequest)] = [
            ("--alpha", Self.model { $0.alpha = 0 }), ("--alpha", Self.model { $0.alpha = .nan }),
            ("--lfc-threshold", Self.model { $0.lfcThreshold = -.infinity }),
            ("--transform-genes", Self.model { $0.transformGenes = -1 }),
            ("--transform-genes", Self.model { $0.transformGenes = 9 }),
            ("--cooks-cutoff", Self.model { $0.cooksCutoff = "nan" }),
            ("--min-size", Self.sets { $0.minSize = 0 }), ("--min-size", Self.sets { $0.maxSize = .min }),
            ("--weight", Self.sets { $0.weight = -1 }), ("--weight", Self.sets { $0.weight = .infinity }),
            ("--permutations", Self.sets { $0.permutations = .max }),
            ("--at-most", Self.sets { $0.settlingLimit = .max }), ("--at-most", Self.sets { $0.settlingLimit = -1 }),
            ("--fdr-threshold", Self.sets { $0.fdrThreshold = .nan }), ("--eps", Self.sets { $0.eps = -1 }),
            ("--sets", Self.sets { $0.sets = [] }),
        ]
        for (option, request) in requests {
            let problem = Self.refusal(request)?.problem ?? ""
            #expect(problem.hasPrefix(option), "\(option): \(problem)")
        }
    }

    @Test("So are options that exclude each other")
    func contradictions() {
        var both = DifferentialExpressionRequest(counts: "c", samples: "s", design: "~ x")
        both.comparisons = "contrasts.csv"
        var reduced = DifferentialExpressionRequest(counts: "c", samples: "s", design: "~ x")
        reduced.reduced = "~ 1"
        let requests: [RunRequest] = [
            .differentialExpression(both), .differentialExpression(reduced),
            .differentialExpression(DifferentialExpressionRequest(counts: "c", samples: "s", design: nil)),
            Self.model { options in
                options.betaPrior = true
                options.shrink = "normal"
            }, Self.sets { $0.norm = "none" }, Self.sets { $0.eps = 0.1 },
            Self.sets { request in
                request.compatibility = "gsea-desktop"
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
