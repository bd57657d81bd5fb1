import Foundation
import Testing

/// A study asks what `de` and `gsea` ask one by one, and gets the same tables.
@Suite("Factors and tests of a study, and gene sets of de")
struct StudyExposureTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        let samples = (0..<12).map { "s\($0 + 1)" }
        var state: UInt64 = 11
        let rows = (1...600).map { gene in
            "GENE\(gene)\t"
                + samples.indices.map { sample in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    let mean = [30, 90, 300][gene % 3] * (gene % 9 == 0 && sample % 3 == 1 ? 2 : 1)
                    return "\(mean / 2 + Int(state >> 33) % mean)"
                }.joined(separator: "\t")
        }
        let sheet = samples.enumerated().map { index, sample in
            "\(sample)\tb\(index / 6)\t\(["a", "b", "c"][index % 3])\t\((index / 3) % 2 == 0 ? "WT" : "KO")"
        }
        let sets = (0..<12).map { set in
            "SET\(set)\t\t" + (1...20).map { "GENE\((9 * $0 + 31 * set) % 600 + 1)" }.joined(separator: "\t")
        }
        for (name, lines) in [
            ("c.tsv", [(["gene_id"] + samples).joined(separator: "\t")] + rows),
            ("s.tsv", ["sample\tbatch\tcondition\tgenotype"] + sheet), ("sets.gmt", sets),
        ] {
            _ = try folder.write(lines.joined(separator: "\n") + "\n", as: name)
        }
    }

    private func run(_ arguments: [String]) throws {
        let result = try ModicumProcess(arguments + ["--quiet", "--report", "off"], in: folder.path).finish()
        try #require(result.status == 0, "\(result.errors)")
    }

    private func content(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: folder(path))) }

    private static let sets = ["--sets", "sets.gmt", "--min-size", "10", "--permutations", "300", "--seed", "7"]

    private func de(_ out: String, _ design: String, _ more: [String]) throws {
        try run(
            [
                "de", "--counts", "c.tsv", "--samples", "s.tsv", "--design", design, "--reference", "genotype=WT",
                "--out", out,
            ] + more)
    }

    @Test("Gene sets of de are those of gsea on its ranked list with the same seed")
    func setsOfModels() throws {
        try de("de", "~ batch + condition", ["--coefficient", "condition_b_vs_a"] + Self.sets)
        try run(["gsea", "--ranks", "de/ranks.rnk", "--out", "gsea"] + Self.sets)
        #expect(try content("de/gene_sets.tsv") == content("gsea/gene_sets.tsv"))
        let alone = try ModicumProcess(
            [
                "de", "--counts", "c.tsv", "--samples", "s.tsv", "--design", "~ condition", "--out", "o", "--seed", "1",
            ], in: folder.path
        ).finish()
        #expect(alone.status == 2 && alone.errors.contains("--seed needs --sets"), "\(alone.errors)")
    }

    @Test("Without sets, de writes the list that its sets would be tested for, with what ranks it in a comment")
    func rankedListsOfModels() throws {
        let asked = ["--coefficient", "condition_b_vs_a"]
        try de("with", "~ batch + condition", asked + Self.sets)
        try de("without", "~ batch + condition", asked)
        #expect(try content("with/ranks.rnk") == content("without/ranks.rnk"))
        let lines = try String(decoding: content("without/ranks.rnk"), as: UTF8.self).split(separator: "\n")
        #expect(
            lines.prefix(2) == ["# signed-log10-p: sign(log2FoldChange) * -log10(pvalue)", "Name\tRank"])
        try run(["gsea", "--ranks", "without/ranks.rnk", "--out", "of-list"] + Self.sets)
        #expect(try content("with/gene_sets.tsv") == content("of-list/gene_sets.tsv"))

        try de("several", "~ batch + condition", asked + ["--coefficient", "condition_c_vs_a"])
        #expect(try content("several/ranks.condition_b_vs_a.rnk") == content("with/ranks.rnk"))
        #expect(try content("several/ranks.condition_c_vs_a.rnk") != content("with/ranks.rnk"))

        try de("by-z", "~ batch + condition", asked + Self.sets + ["--ranking", "wald-z"])
        #expect(try String(decoding: content("by-z/ranks.rnk"), as: UTF8.self).hasPrefix("# wald-z: stat\n"))
        try de("likelihood", "~ batch + condition", ["--test", "lrt", "--reduced", "~ batch"])
        #expect(FileManager.default.fileExists(atPath: folder("likelihood/ranks.rnk")))
    }

    @Test("Pairs of levels, interactions and sums in a study have the tables of de, one by one")
    func exposures() throws {
        _ = try folder.write(
            """
            modicum: 1
            counts: c.tsv
            samples: s.tsv
            columns: {batch: factor, condition: {factor: [a, b, c]}, genotype: {factor: [WT, KO]}}
            exposures:
              - condition: all-pairs
              - genotype
              - response:
                  terms: [genotype, condition, "genotype:condition"]
                  tests:
                    difference: genotypeKO.conditionb
                    in_knock_out: condition_b_vs_a + genotypeKO.conditionb
            adjust: {main: [batch]}
            gene-sets: {files: [sets.gmt], min-size: 10, permutations: 300, seed: 7}

            """, as: "study.yaml")
        try run(["run", "study.yaml", "--out", "study"])
        let response = "~ batch + genotype + condition + genotype:condition"
        let sum = "condition_b_vs_a + genotypeKO.conditionb"
        for (name, design, asked, test) in [
            ("condition_b_vs_a", "~ batch + condition", ["--contrast", "condition:b:a"], "condition_b_vs_a"),
            ("condition_c_vs_b", "~ batch + condition", ["--contrast", "condition:c:b"], "condition_c_vs_b"),
            ("genotype_KO_vs_WT", "~ batch + genotype", [], "genotype_KO_vs_WT"),
            ("difference", response, ["--coefficient", "genotypeKO.conditionb"], "genotypeKO.conditionb"),
            ("in_knock_out", response, ["--contrast", sum], "contrast1"),
        ] {
            try de(name, design, asked + Self.sets)
            let inStudy = try FileManager.default.contentsOfDirectory(atPath: folder("study/main/\(name)"))
            let table = try #require(inStudy.first { $0.hasPrefix("results.") })
            #expect(try content("study/main/\(name)/\(table)") == content("\(name)/results.\(test).tsv"), "\(name)")
            #expect(try content("study/main/\(name)/gene_sets.tsv") == content("\(name)/gene_sets.tsv"), "\(name)")
        }
    }

    @Test(
        "What a study cannot ask is refused with its name",
        arguments: [
            ("[batch: all-pairs]", "adjustment set"), ("[dose: all-pairs]", "not a column"),
            ("[condition: pairs]", "all-pairs"), ("[x: {tests: {a: b}}]", "`terms` is missing"),
            ("[x: {terms: [condition]}]", "names no `tests`"),
            ("[x: {terms: [condition], tests: {t: nothing}}]", "nothing"),
            ("[condition, x: {terms: [condition], tests: {condition_b_vs_a: condition_b_vs_a}}]", "the folder"),
        ])
    func refusals(exposures: String, words: String) throws {
        let study = "modicum: 1\ncounts: c.tsv\nsamples: s.tsv\nexposures: \(exposures)\nadjust: {main: [batch]}\n"
        _ = try folder.write(study, as: "study.yaml")
        let result = try ModicumProcess(["check", "study.yaml"], in: folder.path).finish()
        #expect(result.status == 3 && result.errors.contains(words), "\(result.errors)")
    }
}
