import ExpressionFormats
import Foundation
import Testing

@Suite("Several columns, and several exposures, under permuted samples on the command line")
struct PermutationFamilyCommandTests {
    @Test("A factor of three levels is tested jointly by de, by gsea --run and in a study, with the same bytes")
    func factor() throws {
        let cohort = try SmallCohort()
        let run = try cohort.de("de", permutations: 400, design: "~ batch + kind")
        #expect(run.status == 0, "\(run.errors)")
        let again = try modicum(
            "gsea", "--run", cohort.folder("de"), "--exposure", "kind", "--permute", "samples", "--permutations", "400",
            "--sets", cohort.sets, "--min-size", "5", "--report", "off", "--quiet", "--out", cohort.folder("gsea"))
        #expect(again.status == 0, "\(again.errors)")
        let study = """
            modicum: 1
            counts: counts.tsv
            samples: samples.tsv
            exposures: [kind]
            adjust: {main: [batch]}
            dispersion-trend: mean
            gene-sets: {files: sets.gmt, min-size: 5, permute: samples, permutations: 400}
            """
        try study.write(toFile: cohort.folder("study.yaml"), atomically: true, encoding: .utf8)
        let whole = try modicum(
            "run", cohort.folder("study.yaml"), "--report", "off", "--quiet", "--out", cohort.folder("study"))
        #expect(whole.status == 0, "\(whole.errors)")
        for folder in ["gsea", "study/main/kind_y_vs_x", "study/main/kind_z_vs_x"] {
            for file in ["gene_statistics.tsv", "gene_sets.tsv"] {
                #expect(cohort.content(folder + "/" + file) == cohort.content("de/" + file), "\(folder)/\(file)")
            }
        }
        // One exposure, whatever its levels, is no family.
        #expect(cohort.content("study/family.genes.tsv") == nil)
        let genes = try DelimitedTable(path: cohort.folder("de/gene_statistics.tsv"))
        let (statistic, p) = (try genes.doubles("statistic"), try genes.doubles("pvalueModel"))
        // Of two degrees of freedom the tail of chi-square is exp(-x/2).
        #expect(zip(statistic, p).allSatisfy { abs($1 - exp(-$0 / 2)) <= 1e-12 && $0 >= 0 })
        let notes = try Record(in: cohort.folder("de")).notes ?? []
        #expect(notes.contains { $0.contains("the 2 columns of kind are tested jointly") })
    }

    @Test("A family's tables are the same for 1 and 3 workers and after an extension, and its shards are verified")
    func family() throws {
        let cohort = try SmallCohort()
        for (name, permutations) in [("whole", 900), ("part", 300)] {
            let study = """
                modicum: 1
                counts: counts.tsv
                samples: samples.tsv
                exposures: [dose, kind]
                adjust: {main: [batch], none: []}
                dispersion-trend: mean
                gene-sets: {files: sets.gmt, min-size: 5, permute: samples, permutations: \(permutations)}
                """
            try study.write(toFile: cohort.folder(name + ".yaml"), atomically: true, encoding: .utf8)
            let run = try modicum(
                "run", cohort.folder(name + ".yaml"), "--workers", name == "whole" ? "3" : "1", "--threads", "1",
                "--report", "off", "--quiet", "--out", cohort.folder(name))
            #expect(run.status == 0, "\(run.errors)")
        }
        let extended = try modicum(
            "extend", cohort.folder("part"), "--permutations", "900", "--report", "off", "--quiet")
        #expect(extended.status == 0, "\(extended.errors)")
        for file in ["family.genes.tsv", "family.gene_sets.tsv", "overlaps.tsv", "modicum.h5"] {
            #expect(cohort.content("part/" + file) == cohort.content("whole/" + file), "\(file)")
        }
        let verified = try modicum("verify", cohort.folder("part"), "--shards", "1000")
        #expect(verified.status == 0, "\(verified.errors)")
        let genes = try DelimitedTable(path: cohort.folder("whole/family.genes.tsv"))
        #expect(genes.columnNames == ["analysis", "gene_id", "statistic", "fwerFamily"])
        #expect(Set(try genes.strings("analysis")) == ["main/dose", "main/kind", "none/dose", "none/kind"])
        let overlaps = try DelimitedTable(path: cohort.folder("whole/overlaps.tsv"))
        // Genes and sets of one pair in two adjustment sets, under the joint null and with either exposure kept.
        #expect(try overlaps.strings("null").count { $0 == "joint" } == 4)
        #expect(try overlaps.strings("null").count { $0 == "conditional" } == 8)
    }
}
