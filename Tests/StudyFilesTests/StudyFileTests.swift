import AnalysisPipeline
import ExpressionData
import StudyFiles
import Testing

@Suite("Study file")
struct StudyFileTests {
    private let minimal = """
        modicum: 1
        counts: counts.tsv.gz
        samples: samples.tsv
        exposures: [dose]
        """

    @Test("The smallest study gets the documented defaults")
    func minimalStudy() throws {
        let study = try StudyFile(text: minimal, file: "study.yaml")
        #expect(study.counts == "counts.tsv.gz")
        #expect(study.exposures == [StudyExposure("dose")])
        #expect(study.adjustments.map(\.name) == ["main"])
        #expect(study.adjustments[0].covariates == [])
        #expect(study.geneFilter.countAbove == nil)
        #expect(study.geneFilter.chromosomes == "all")
        #expect(study.options.model.empiricalNull == .off)
        #expect(study.ranking == .signedLogPValue)
        #expect(study.geneSets == nil)
    }

    @Test("Every key of a full study is read")
    func fullStudy() throws {
        let study = try StudyFile(
            text: minimal + """

                annotation: genes.tsv.gz
                gene-filter: {count-above: 3, in-at-least: 5, chromosomes: autosomes}
                columns: {batch: factor, gender: {factor: [M, F]}, age: numeric}
                adjust:
                  main:  [batch, age, gender]
                  cells: [batch, age, gender, monocytes]
                empirical-null: fdrtool
                ranking: wald-z
                gene-sets: {files: [sets.gmt, custom.gmt], min-size: 10, max-size: 200, weight: 1.5, permutations: 5_000, seed: 7}
                enrichment-map: {fdr: 0.05}
                """, file: "study.yaml")
        #expect(study.geneFilter.countAbove == 3)
        #expect(study.geneFilter.inAtLeast == 5)
        #expect(study.geneFilter.chromosomes == "autosomes")
        #expect(study.columns.map(\.name) == ["batch", "gender", "age"])
        #expect(study.columns.map(\.kind) == [.factor([]), .factor(["M", "F"]), .numeric])
        #expect(study.adjustments.map(\.name) == ["main", "cells"])
        #expect(study.adjustments[1].covariates == ["batch", "age", "gender", "monocytes"])
        #expect(study.options.model.empiricalNull == .fdrtool)
        #expect(study.ranking == .waldZ)
        let sets = try #require(study.geneSets)
        #expect(sets.files == ["sets.gmt", "custom.gmt"])
        #expect((sets.settings.minSize, sets.settings.maxSize) == (10, 200))
        #expect(sets.settings.weight == 1.5)
        #expect(sets.permutations == .exactly(5000))
        #expect(sets.settings.seed == 7)
        #expect(study.network.maximumFalseDiscoveryRate == 0.05 && study.network.cutoff == 0.375)
        #expect(study.lookUp == nil)
    }

    @Test("The network's thresholds and the look-up are read, with the cutoff of the similarity")
    func reportKeys() throws {
        let keys = """
            enrichment-map: {fdr: 0.1, p: 0.005, similarity: jaccard, k: 0.4, inflation: 2.5}
            look-up: {table: ifn.tsv, fold-change-at-least: 2, columns: {gene: Gene Name, direction: Regulation}}
            """
        let study = try StudyFile(text: minimal + "\n" + keys + "\n", file: "study.yaml")
        #expect(study.network.maximumFalseDiscoveryRate == 0.1 && study.network.maximumPValue == 0.005)
        #expect(study.network.similarity == .jaccard && study.network.cutoff == 0.25)
        #expect(study.network.inflation == 2.5)
        #expect(study.lookUp?.columns == ["gene": "Gene Name", "direction": "Regulation"])
        #expect(study.lookUp?.foldChangeAtLeast == 2)
        for wrong in ["enrichment-map: {inflation: 1}", "look-up: {}", "look-up: {table: a, columns: {gne: x}}"] {
            #expect(throws: InputError.self) {
                try StudyFile(text: minimal + "\n" + wrong + "\n", file: "study.yaml")
            }
        }
    }

    @Test(
        "Gene sets are permuted until settled, or exactly as often as it says",
        arguments: [
            ("", PermutationGoal.untilSettled(atMost: 1_000_000)),
            (", permutations: until-settled", .untilSettled(atMost: 1_000_000)),
            (", at-most: 250_000", .untilSettled(atMost: 250_000)),
            (", permutations: until-settled, at-most: 500", .untilSettled(atMost: 500)),
            (", permutations: 1000", .exactly(1_000)),
        ])
    func permutations(keys: String, goal: PermutationGoal) throws {
        let study = try StudyFile(text: minimal + "\ngene-sets: {files: a.gmt\(keys)}\n", file: "study.yaml")
        #expect(study.geneSets?.permutations == goal)
        #expect(goal.settling == nil || goal.first <= goal.settling!.limit)
    }

    @Test(
        "A number of permutations that cannot be is refused with its line and what it may be",
        arguments: ["permutations: until-setled", "permutations: 0", "permutations: 1.5", "at-most: 0", "at-most: all"])
    func badPermutations(key: String) throws {
        let error = #expect(throws: InputError.self) {
            try StudyFile(text: minimal + "\ngene-sets: {files: a.gmt, \(key)}\n", file: "study.yaml")
        }
        #expect(error?.place.line == 5)
        #expect("\(error!)".contains("whole number") && "\(error!)".contains(key.prefix { $0 != ":" }))
    }

    @Test("At most so many permutations, and exactly so many, cannot both be asked for")
    func exactlyAtMost() throws {
        let error = #expect(throws: InputError.self) {
            try StudyFile(
                text: minimal + "\ngene-sets: {files: a.gmt, permutations: 2000, at-most: 9000}\n", file: "study.yaml")
        }
        #expect("\(error!)".contains("at-most") && "\(error!)".contains("until-settled"))
    }

    @Test("An unknown key is refused with its line and the nearest known key")
    func unknownKey() throws {
        let error = #expect(throws: InputError.self) {
            try StudyFile(text: minimal + "\nexpozures: [x]\n", file: "study.yaml")
        }
        #expect(error?.place.line == 5)
        #expect(error?.remedy.contains("`exposures`") == true)
    }

    @Test(
        "A key that must be there and is misspelt is called misspelt, not missing",
        arguments: [
            ("counts", "count"), ("exposures", "exposure"), ("modicum", "modicums"), ("files", "file"),
        ])
    func misspeltRequiredKey(key: String, misspelt: String) throws {
        let text = minimal + "\ngene-sets: {files: [a.gmt]}\n"
        let error = #expect(throws: InputError.self) {
            try StudyFile(text: text.replacing(key + ":", with: misspelt + ":"), file: "study.yaml")
        }
        #expect(error?.problem.contains("unknown key `\(misspelt)`") == true, "\(String(describing: error))")
        #expect(error?.remedy.contains("`\(key)`") == true)
        let without =
            key == "files"
            ? text.replacing("{files: [a.gmt]}", with: "{min-size: 5}")
            : text.split(separator: "\n").filter { !$0.hasPrefix(key + ":") }.joined(separator: "\n")
        let missing = #expect(throws: InputError.self) { try StudyFile(text: without, file: "study.yaml") }
        #expect(missing?.problem.contains("the key `\(key)` is missing") == true, "\(String(describing: missing))")
    }

    @Test(
        "Values that cannot be meant are refused with the key",
        arguments: [
            "\nalpha: high", "\nempirical-null: fdr", "\ngene-filter: {count-above: 3}", "\ngene-sets: {min-size: 5}",
            "\ngene-sets: {files: a.gmt, permutations: 0}", "\ncolumns: {age: number}", "\ncolumns: [age]",
            "\nadjust: {a/b: [x]}", "\nmodicum: 2",
        ])
    func badValue(text: String) {
        #expect(throws: InputError.self) { try StudyFile(text: minimal + text, file: "study.yaml") }
    }

    @Test("A byte order mark is no content, and a key that stands twice is told as such")
    func markAndRepetition() throws {
        let text = "modicum: 1\ncounts: c.tsv\nsamples: s.tsv\nexposures: [a]\n"
        #expect(
            try StudyFile(text: "\u{FEFF}" + text, file: "study.yaml") == StudyFile(text: text, file: "study.yaml"))
        for (further, key) in [("counts: d.tsv\n", "counts"), ("adjust: {main: [b], main: [c]}\n", "main")] {
            let error = #expect(throws: InputError.self) { try StudyFile(text: text + further, file: "study.yaml") }
            #expect(error?.problem == "\(key) stands there twice")
        }
    }

    @Test("Text that is not YAML, or not a mapping, or empty, is an input error")
    func notYAML() {
        for text in ["", "[1, 2", "- a\n- b", "just words"] {
            #expect(throws: InputError.self) { try StudyFile(text: text, file: "study.yaml") }
        }
    }

    @Test(
        "Numbers that no analysis takes are refused with their line",
        arguments: [
            "gene-sets: {files: [a.gmt], weight: -1}", "gene-sets: {files: [a.gmt], weight: nan}",
            "gene-sets: {files: [a.gmt], fdr-threshold: 2}", "gene-sets: {files: [a.gmt], fdr-threshold: 0}",
            "gene-sets: {files: [a.gmt], min-size: 300, max-size: 200}", "gene-sets: {files: [a.gmt], min-size: 600}",
            "gene-sets: {files: [a.gmt], permutations: 3000000000}", "alpha: 1", "lfc-threshold: -1",
            "enrichment-map: {fdr: 2}", "enrichment-map: {similarity: cosine}", "enrichment-map: {cut-off: 0.4}",
            "enrichment-map: {k: 1.5}", "look-up: {fold-change-at-least: 2}", "look-up: {table: t.tsv, fold: 2}",
        ])
    func impossibleNumbers(line: String) throws {
        let error = #expect(throws: InputError.self) { try StudyFile(text: minimal + "\n" + line, file: "study.yaml") }
        #expect("\(try #require(error))".contains("study.yaml:5"), "\(String(describing: error))")
    }
}
