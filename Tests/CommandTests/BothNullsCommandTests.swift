import ExpressionFormats
import Foundation
import Testing

@Suite("Two nulls of gene sets side by side on the command line")
struct BothNullsCommandTests {
    private let cohort: SmallCohort

    init() throws { cohort = try SmallCohort() }

    /// A study of the small cohort; its gene sets as `permute` and what follows say.
    @discardableResult
    private func study(_ name: String, exposures: String = "dose", sets: String) throws -> String {
        let study = """
            modicum: 1
            counts: counts.tsv
            samples: samples.tsv
            exposures: [\(exposures)]
            adjust: {main: [batch]}
            dispersion-trend: mean
            gene-sets: {files: sets.gmt, \(sets)}
            """
        try study.write(toFile: cohort.folder(name + ".yaml"), atomically: true, encoding: .utf8)
        let out = cohort.folder(name)
        let run = try modicum("run", out + ".yaml", "--report", "off", "--quiet", "--out", out)
        #expect(run.status == 0, "\(run.errors)")
        return out
    }

    @Test("A page with --beside has the sets of both runs, the same bytes each time, and leaves the results alone")
    func study() throws {
        let samples = try study(
            "samples", exposures: "dose, kind", sets: "min-size: 5, permute: samples, permutations: 200")
        // Fewer analyses, another seed and number of permutations, another threshold: none of it makes another study.
        let genes = try study(
            "genes", sets: "min-size: 5, permute: gene-sets, permutations: 300, seed: 7, fdr-threshold: 0.2")
        let results = cohort.content("samples/modicum.h5")
        for out in [[], ["--out", cohort.folder("elsewhere")]] {
            let made = try ModicumProcess(["report", samples, "--beside", genes] + out).finish()
            #expect(made.status == 0, "\(made.errors)")
        }
        let name = "tables/both_nulls.main.dose.tsv"
        for file in ["report.html", name, "figures/both_nulls.main.dose.svg"] {
            let content = try #require(cohort.content("samples/" + file))
            #expect(cohort.content("elsewhere/" + file) == content, "\(file)")
        }
        #expect(cohort.content("samples/tables/both_nulls.main.kind_y_vs_x.tsv") == nil)
        #expect(cohort.content("samples/modicum.h5") == results)

        let both = try DelimitedTable(path: samples + "/" + name)
        let sets = try both.strings("name")
        for (folder, null) in [(samples, "permuted samples (residual)"), (genes, "permuted genes")] {
            let own = try DelimitedTable(path: folder + "/main/dose/gene_sets.tsv")
            let places = Dictionary(uniqueKeysWithValues: try own.strings("name").enumerated().map { ($1, $0) })
            #expect(Set(places.keys) == Set(sets) && places.count == sets.count)
            for column in ["NES", "pvalue", "fdr"] {
                let values = try own.doubles(column)
                #expect(try both.doubles("\(column) \(null)") == sets.map { values[try #require(places[$0])] })
            }
        }

        // Made again without it, nothing of the other run is left.
        #expect(try Record(in: samples).derivedFiles?.contains { $0.name == name } == true)
        #expect(try modicum("report", samples).status == 0 && cohort.content("samples/" + name) == nil)
    }

    @Test("Lists of one exposure of a finished run stand beside each other, those of two exposures do not")
    func lists() throws {
        let run = try study("run", exposures: "dose, kind", sets: "min-size: 5, permutations: 100")
        func list(_ name: String, exposure: String, _ more: String...) throws -> String {
            let out = cohort.folder(name)
            let made = try ModicumProcess(
                [
                    "gsea", "--run", run, "--exposure", exposure, "--sets", cohort.sets, "--min-size", "5",
                    "--permutations", "100", "--report", "off", "--quiet", "--out", out,
                ] + more
            ).finish()
            #expect(made.status == 0, "\(made.errors)")
            return out
        }
        let samples = try list("samples", exposure: "dose", "--permute", "samples")
        #expect(try modicum("report", samples, "--beside", list("genes", exposure: "dose")).status == 0)
        #expect(cohort.content("samples/tables/both_nulls.gsea.tsv") != nil)
        let other = try list("other", exposure: "kind_y_vs_x")
        let refused = try modicum("report", samples, "--beside", other)
        #expect(refused.status == 3 && refused.errors.contains("kind_y_vs_x there and dose here"), "\(refused.errors)")
    }

    @Test("A run of another study, or with the same null, is refused by what is different, and nothing is written")
    func refusals() throws {
        let rules = "min-size: 5, permutations: 100"
        let samples = try study("samples", sets: "permute: samples, " + rules)
        func refuse(_ other: String, _ words: String...) throws {
            let result = try modicum("report", samples, "--beside", other)
            #expect(result.status == 3, "\(other): \(result.errors)")
            for word in words { #expect(result.errors.contains(word), "\(word) is not in \(result.errors)") }
            #expect(cohort.content("samples/report.html") == nil)
        }
        try refuse(samples, "both have p and q from permuted samples (residual)", "permute: gene-sets")
        try refuse(study("same", sets: "permute: samples, seed: 5, " + rules), "both have p and q from")
        try refuse(study("sizes", sets: "min-size: 6, permutations: 100"), "geneSets.minSize is 6 there and 5 here")
        try refuse(study("kind", exposures: "kind", sets: rules), "no analysis of gene sets in common")
        try refuse(cohort.folder("nowhere"), "holds no finished run")
        let counts = try String(contentsOfFile: cohort.counts, encoding: .utf8)
        try counts.replacingOccurrences(of: "\ng3\t", with: "\ng3\t1").write(
            toFile: cohort.counts, atomically: true, encoding: .utf8)
        try refuse(study("counts", sets: rules), "counts.tsv (counts) has another content")
    }
}
