import AnalysisPipeline
import EnrichmentNetwork
import ExpressionData
import GeneSetEnrichment
import SamplePermutation
import StudyFiles
import Testing

/// Every key of a study file: taken, refused with its place and a remedy, and with its default where it is missing.
@Suite("Keys of a study file")
struct StudyKeyTests {
    private static let minimal = "modicum: 1\ncounts: c.tsv\nsamples: s.tsv\nexposures: [dose]\n"

    /// The line behind the smallest study.
    private static let nextLine = 5

    private func study(_ further: String) throws -> StudyFile {
        try StudyFile(text: Self.minimal + further, file: "study.yaml")
    }

    /// Expects a refusal at the line behind the smallest study.
    private func expectRefusal(
        _ further: String, of key: String, line: Int = nextLine, _ location: SourceLocation = #_sourceLocation
    ) {
        let error = #expect(throws: InputError.self, "\(further)", sourceLocation: location) { try study(further) }
        guard let error else { return }
        #expect(error.place.file == "study.yaml" && error.place.line == line, "\(error)", sourceLocation: location)
        #expect("\(error)".contains("`\(key)`"), "\(error)", sourceLocation: location)
        #expect(!error.remedy.isEmpty, "\(error)", sourceLocation: location)
    }

    /// What is tried as a value: choices, numbers, a name of a file.
    private static let texts = ["0.25", "3.5", "12", "2000", "a.tsv", "on", "off"]

    /// Expects each setting of a record to be a key: with values that it takes, and with one that it does not.
    private func expectKeys<Record: Equatable>(
        _ settings: [Setting<Record>], of fresh: Record, below path: String? = nil, beside others: String = "",
        in record: (StudyFile) throws -> Record
    ) throws {
        func text(_ key: String, _ value: String) -> String {
            path.map { "\($0): {\(others)\(key): \(value)}\n" } ?? "\(key): \(value)\n"
        }
        for setting in settings {
            var tried = 0
            for value in setting.choices + Self.texts {
                var expected = fresh
                guard setting.take(value, into: &expected), let study = try? study(text(setting.name, "\"\(value)\""))
                else { continue }
                tried += 1
                #expect(try record(study) == expected, "\(setting.name): \(value)")
            }
            #expect(tried > 0, "\(setting.name)")
            for wrong in ["[a, b]", "{a: b}"] { expectRefusal(text(setting.name, wrong), of: setting.name) }
            var unchanged = fresh
            guard !setting.take("no such word", into: &unchanged) else { continue }
            expectRefusal(text(setting.name, "no such word"), of: setting.name)
            #expect(unchanged == fresh)
        }
    }

    @Test("Every option of the model and of its files is a key")
    func model() throws {
        try expectKeys(ModelOptions.settings, of: ModelOptions()) { $0.options }
    }

    @Test("Every option of reading counts is a key")
    func counts() throws {
        try expectKeys(CountsOptions.settings, of: CountsOptions()) { $0.countsOptions }
    }

    @Test("Every option of permuted samples is a key of the gene sets, beside `permute: samples`")
    func permutedSamples() throws {
        let settings = SamplePermutationSettings.requested
        try expectKeys(
            settings, of: SamplePermutationSettings(), below: "gene-sets", beside: "files: a.gmt, permute: samples, "
        ) { try #require($0.geneSets?.samples) }
        for setting in settings {
            let value = try #require(
                (setting.choices + Self.texts).first { text in
                    var changed = SamplePermutationSettings()
                    return setting.take(text, into: &changed) && changed != SamplePermutationSettings()
                }, "\(setting.name)")
            let error = #expect(throws: InputError.self) {
                try study("gene-sets: {files: a.gmt, \(setting.name): \"\(value)\"}\n")
            }
            #expect(error?.remedy.contains("`permute: samples`") == true, "\(setting.name): \(error?.remedy ?? "")")
        }
    }

    @Test(
        "A key that is left empty, or null, has its default",
        arguments: [
            "annotation", "gene-filter", "columns", "adjust", "alpha", "test", "transform", "size-factors", "weights",
            "ranking", "gene-sets", "enrichment-map", "look-up", "reads", "tx2gene", "strip-versions",
        ])
    func empty(key: String) throws {
        let expected = try study("")
        for nothing in ["", "~", "null"] {
            let read = try study("\(key): \(nothing)\n")
            #expect(read == expected, "\(key): \(nothing)")
            #expect(read.lookUp == nil && read.network.cutoff == NetworkSettings().cutoff)
        }
    }

    @Test(
        "A key that must be there and is left empty is missing",
        arguments: ["modicum", "counts", "samples", "exposures"])
    func emptyRequired(key: String) throws {
        let lines = Self.minimal.split(separator: "\n").map { $0.hasPrefix(key + ":") ? "\(key):" : String($0) }
        let text = lines.joined(separator: "\n") + "\n"
        if key == "samples" {
            // Counts may know their samples.
            #expect(try StudyFile(text: text, file: "study.yaml").samples == nil)
            return
        }
        let error = #expect(throws: InputError.self) { try StudyFile(text: text, file: "study.yaml") }
        #expect(error?.problem == "the key `\(key)` is missing" && error?.remedy == "Add `\(key): …`.")
    }

    @Test(
        "An unknown key within a mapping is told with the mapping and the keys that it may have",
        arguments: [
            ("gene-filter: {count-abve: 3}", "count-abve", "count-above"),
            ("gene-sets: {files: a.gmt, minsize: 3}", "minsize", "min-size"),
            ("gene-sets: {files: a.gmt, permute: samples, schema: free}", "schema", "scheme"),
            ("enrichment-map: {similaritty: jaccard}", "similaritty", "similarity"),
            ("look-up: {tabel: t.tsv}", "tabel", "table"),
            ("look-up: {table: t.tsv, columns: {genes: x}}", "genes", "gene"),
            ("columns: {batch: {factors: [a, b]}}", "factors", "factor"),
        ])
    func unknownWithin(line: String, key: String, nearest: String) {
        let error = #expect(throws: InputError.self) { try study(line + "\n") }
        #expect(error?.problem.hasPrefix("unknown key `\(key)` in `") == true, "\(String(describing: error))")
        #expect(error?.remedy.hasPrefix("Did you mean `\(nearest)`? Known keys: ") == true, "\(error?.remedy ?? "")")
        #expect(error?.place.line == Self.nextLine)
    }

    @Test("The line of a key is that of its own, in files with comments and lists over several lines")
    func lines() {
        let text =
            Self.minimal + """
                # A comment, and an empty line.

                columns:
                  batch: factor
                  age:   number
                """
        let error = #expect(throws: InputError.self) { try StudyFile(text: text, file: "study.yaml") }
        #expect(error?.place.line == 9 && error?.place.column == "age", "\(String(describing: error))")
        #expect(error?.remedy.contains("numeric") == true)
    }

    @Test("A column is a number, a factor, or a factor with its levels in order")
    func columns() throws {
        let columns = try study("columns: {a: numeric, b: factor, c: {factor: [z, y]}, d: {factor: only}}\n").columns
        #expect(columns.map(\.kind) == [.numeric, .factor([]), .factor(["z", "y"]), .factor(["only"])])
        expectRefusal("columns: {a: Factor}\n", of: "a")
        expectRefusal("columns: {a: {factor: {x: y}}}\n", of: "factor")
        expectRefusal("columns: {a: {factor: [[x]]}}\n", of: "factor")
    }

    @Test("A list of one may be written as the one, and lists of covariates may be empty")
    func lists() throws {
        #expect(try study("gene-sets: {files: a.gmt}\n") == study("gene-sets: {files: [a.gmt]}\n"))
        #expect(try study("adjust: {main: batch}\n") == study("adjust: {main: [batch]}\n"))
        #expect(try study("adjust: {main: []}\n").adjustments == study("").adjustments)
        #expect(
            try study("gene-filter: {chromosomes: [1, 2, X]}\n").geneFilter.chromosomes
                == study("gene-filter: {chromosomes: \"1,2,X\"}\n").geneFilter.chromosomes)
    }

    @Test("Whole numbers may have low lines between their digits, and nothing else")
    func wholeNumbers() throws {
        #expect(
            try study("gene-sets: {files: a.gmt, permutations: 1_000_000}\n").geneSets?.permutations
                == .exactly(1_000_000))
        #expect(try study("gene-filter: {count-above: 1_0, in-at-least: 2}\n").geneFilter.countAbove == 10)
        for wrong in ["1.5", "1,000", "1e3", "0x10", "ten", "99999999999999999999"] {
            expectRefusal("gene-filter: {count-above: \"\(wrong)\", in-at-least: 2}\n", of: "count-above")
        }
    }

    @Test("The network's q is that of the gene sets, unless it has one of its own")
    func networkThreshold() throws {
        #expect(try study("gene-sets: {files: a.gmt, fdr-threshold: 0.2}\n").network.maximumFalseDiscoveryRate == 0.2)
        let both = try study("gene-sets: {files: a.gmt, fdr-threshold: 0.2}\nenrichment-map: {fdr: 0.01}\n")
        #expect(both.network.maximumFalseDiscoveryRate == 0.01)
        // The cutoff is that of the similarity, before or behind it.
        for order in ["cutoff: 0.6, similarity: overlap", "similarity: overlap, cutoff: 0.6"] {
            #expect(try study("enrichment-map: {\(order)}\n").network.cutoff == 0.6)
        }
    }

    @Test("Two studies are equal where all that they say is, the report's keys among it")
    func equality() throws {
        let plain = try study("")
        for key in [
            "enrichment-map: {fdr: 0.01}", "look-up: {table: t.tsv}", "ranking: wald-z", "annotation: a.tsv",
            "gene-sets: {files: a.gmt}", "strip-versions: on", "alpha: 0.2", "columns: {a: factor}",
        ] { #expect(try study(key + "\n") != plain, "\(key)") }
    }
}

/// Keys that exclude each other, or need each other.
@Suite("Contradictions in a study file")
struct StudyContradictionTests {
    private static let minimal = "modicum: 1\ncounts: c.tsv\nsamples: s.tsv\nexposures: [dose]\n"

    @Test(
        "Keys that exclude each other are told with both names",
        arguments: [
            ("beta-prior: on\nshrink: normal", ["beta-prior", "shrink"]),
            ("test: lrt\nranking: wald-z", ["wald-z", "lrt"]),
            ("test: lrt\nlfc-threshold: 1", ["`test`", "lfc-threshold"]),
            ("normalization-factors: f.tsv\nsize-factors: ratio", ["normalization-factors", "size-factors"]),
            ("normalization-factors: f.tsv\ncontrol-genes: g.txt", ["normalization-factors", "control-genes"]),
            ("size-factors: iterate\ncontrol-genes: g.txt", ["control-genes", "size-factors"]),
            ("size-factors: mine.tsv\ncontrol-genes: g.txt", ["control-genes", "size-factors"]),
            ("gene-sets: {files: a.gmt, permutations: 100, at-most: 200}", ["at-most", "permutations"]),
            ("gene-sets: {files: a.gmt, permute: samples, weight: 0}", ["permute", "weight"]),
            ("gene-sets: {files: a.gmt, permute: samples, statistic: wald, scheme: flip}", ["scheme"]),
            ("gene-sets: {files: a.gmt, permute: samples, statistic: wald, variance: robust}", ["variance"]),
            ("gene-sets: {files: a.gmt, permute: samples, refit-dispersion: on}", ["refit-dispersion", "statistic"]),
            ("gene-sets: {permute: samples, permutations: until-settled}", ["until-settled", "files"]),
            ("gene-sets: {permute: samples, at-most: 100}", ["until-settled", "files"]),
            ("gene-sets: {permute: samples, keep-null: on}", ["keep-null", "files"]),
            ("gene-filter: {in-at-least: 3}", ["count-above", "in-at-least"]),
            ("reads: {sheet: a, reference: b, annotation: c}", ["counts", "reads"]),
            ("gene-sets: {files: a.gmt, min-size: 501}", ["min-size", "max-size"]),
        ])
    func excluded(keys: String, names: [String]) {
        let error = #expect(throws: InputError.self, "\(keys)") {
            try StudyFile(text: Self.minimal + keys + "\n", file: "study.yaml")
        }
        #expect(error?.place.file == "study.yaml")
        for name in names { #expect("\(String(describing: error))".contains(name), "\(keys): \(error!)") }
        #expect(error?.remedy.isEmpty == false, "\(keys)")
    }

    @Test("Permuted phenotypes are none of a study's, and the choices that it has are told")
    func permutedPhenotypes() {
        let error = #expect(throws: InputError.self) {
            try StudyFile(
                text: Self.minimal + "gene-sets: {files: a.gmt, permute: phenotype}\n", file: "study.yaml")
        }
        #expect(error?.place.line == 5 && error?.remedy.contains("samples") == true, "\(String(describing: error))")
        #expect(error?.remedy.contains("phenotype,") == false)
    }

    @Test("Genes alone may be tested by permuted samples, and not without")
    func genesAlone() throws {
        let text = Self.minimal + "gene-sets: {permute: samples, permutations: 500}\n"
        let rule = try #require(try StudyFile(text: text, file: "study.yaml").geneSets)
        #expect(rule.files.isEmpty && rule.permutations == .exactly(500) && rule.settings.permutations == 500)
        #expect(throws: InputError.self) {
            try StudyFile(text: Self.minimal + "gene-sets: {permutations: 500}\n", file: "study.yaml")
        }
        let unsaid = try StudyFile(
            text: Self.minimal + "gene-sets: {files: a.gmt, permute: samples}\n", file: "study.yaml")
        #expect(unsaid.geneSets?.permutations == .samples)
    }

    @Test(
        "Exposures and adjustment sets of one name are told",
        arguments: [
            ("exposures: [dose, dose]\n", "twice"), ("exposures: [dose]\nadjust: {cells: [a], CELLS: [b]}\n", "case"),
            ("exposures: [dose, {dose: all-pairs}]\n", "twice"), ("exposures: []\n", "no exposures"),
        ])
    func repeatedNames(text: String, what: String) {
        let error = #expect(throws: InputError.self) {
            try StudyFile(text: "modicum: 1\ncounts: c.tsv\nsamples: s.tsv\n" + text, file: "study.yaml")
        }
        #expect("\(String(describing: error))".contains(what), "\(String(describing: error))")
    }

    @Test("An exposure's own design keeps some of its terms, and names what is tested")
    func ownDesign() throws {
        func exposure(_ text: String) throws -> StudyExposure? {
            try StudyFile(
                text: "modicum: 1\ncounts: c.tsv\nsamples: s.tsv\nexposures:\n  - response: \(text)\n",
                file: "study.yaml"
            ).exposures.first
        }
        let whole = try #require(
            try exposure("{terms: [a, b, \"a:b\"], reduced: a, tests: {one: \"b:x:y\", two: b_x_vs_y + c}}"))
        #expect(whole.name == "response" && whole.terms == ["a", "b", "a:b"] && whole.keptTerms == ["a"])
        guard case .tests(let tests) = whole.question else { return #expect(Bool(false), "\(whole.question)") }
        #expect(tests.map(\.name) == ["one", "two"] && tests.map(\.contrast) == ["b:x:y", "b_x_vs_y + c"])
        #expect(try exposure("~")?.question == .column)
        #expect(try exposure("all-pairs")?.question == .allPairs)
        #expect(try exposure("reference")?.question == .column)
        for (wrong, what) in [
            ("{terms: [a], reduced: b}", "`b` is none of the terms"), ("{tests: {one: a}}", "`terms` is missing"),
            ("all-pair", "Did you mean `all-pairs`?"), ("{terms: [a], test: {one: a}}", "unknown key `test`"),
            ("{terms: [a], tests: [a]}", "`tests` should be a mapping"),
        ] {
            let error = #expect(throws: InputError.self) { try exposure(wrong) }
            #expect("\(String(describing: error))".contains(what), "\(String(describing: error))")
            #expect(error?.place.line == 5)
        }
    }

    @Test("Reads have all three of their files, and stand for counts that are made later")
    func reads() throws {
        let text = "modicum: 1\nsamples: s.tsv\nexposures: [dose]\n"
        let study = try StudyFile(
            text: text + "reads: {sheet: a.csv, reference: g.fa, annotation: g.gtf}\n", file: "study.yaml")
        #expect(study.reads?.sheet == "a.csv" && study.counts == ReadsSource.countsName)
        for key in ["sheet", "reference", "annotation"] {
            let keys = ["sheet", "reference", "annotation"].filter { $0 != key }.map { "\($0): x" }
            let error = #expect(throws: InputError.self) {
                try StudyFile(text: text + "reads: {\(keys.joined(separator: ", "))}\n", file: "study.yaml")
            }
            #expect(error?.problem == "the key `\(key)` is missing in `reads`", "\(String(describing: error))")
        }
    }
}
