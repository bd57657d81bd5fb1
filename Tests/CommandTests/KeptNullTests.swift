import AnalysisPipeline
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import StudyFiles
import StudyOutput
import Testing

@Suite("The null scores of permuted samples, kept in the store")
struct KeptNullTests {
    /// By set statistic and set, the stored null scores of the only list of a finished `de`, or of one exposure of a study.
    private func scores(in folder: String, analysis: String = "", test: String = "dose") throws -> [String: [[Float]]] {
        let data = try #require(FileManager.default.contents(atPath: folder + "/run.json"))
        let whole = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        let configuration = try JSONDecoder().decode(
            StudyConfiguration.self,
            from: JSONSerialization.data(withJSONObject: try #require(whole["configuration"])))
        let priors = try PriorNulls.read(from: folder + "/modicum.h5", configuration: configuration)
        let prior = try #require(priors.first { $0.analysis == analysis && $0.test == test })
        guard case .bySamples(_, let scores) = prior.null else { return [:] }
        return Dictionary(
            uniqueKeysWithValues: scores.map { statistic, null in
                (statistic.rawValue, (0..<null.setCount).map { null.scores(ofSets: $0..<$0 + 1) })
            })
    }

    @Test("Its bytes are the same for 1, 2 and 5 workers and after an extension, and it is what p was counted from")
    func sameBytes() throws {
        let cohort = try SmallCohort()
        for workers in [1, 2, 5] {
            let run = try cohort.de(
                "w\(workers)", permutations: 2_500, "--keep-null", "--set-statistic", "ks,mean,maxmean", "--workers",
                "\(workers)", "--threads", "1")
            try #require(run.status == 0, "\(run.errors)")
        }
        let part = try cohort.de("part", permutations: 1_100, "--keep-null", "--set-statistic", "ks,mean,maxmean")
        try #require(part.status == 0, "\(part.errors)")
        for permutations in ["1300", "2500"] {
            let extended = try modicum(
                "extend", cohort.folder("part"), "--permutations", permutations, "--report", "off", "--quiet")
            #expect(extended.status == 0, "\(extended.errors)")
        }
        for name in ["w2", "w5", "part"] {
            #expect(cohort.content(name + "/modicum.h5") == cohort.content("w1/modicum.h5"), "\(name)")
        }
        let verified = try modicum("verify", cohort.folder("part"), "--shards", "1000")
        #expect(verified.status == 0, "\(verified.errors)")
        let kept = try scores(in: cohort.folder("w1"))
        #expect(Set(kept.keys) == ["ks", "mean", "maxmean"])
        for (statistic, file, column) in [
            ("ks", "gene_sets.tsv", "ES"), ("mean", "gene_sets.mean.tsv", "score"),
            ("maxmean", "gene_sets.maxmean.tsv", "score"),
        ] {
            let table = try DelimitedTable(path: cohort.folder("w1/" + file))
            let (observed, p) = (try table.doubles(column), try table.doubles("pvalue"))
            let null = try #require(kept[statistic])
            #expect(null.count == observed.count && null.allSatisfy { $0.count == 2_500 })
            for set in observed.indices {
                let side = null[set].filter { ($0 >= 0) == (observed[set] >= 0) }
                let beyond = side.count { $0.magnitude >= Float(observed[set]).magnitude }
                #expect(abs(p[set] - Double(beyond + 1) / Double(side.count + 1)) < 1e-12, "\(statistic) \(set)")
            }
        }
        // Kept or not, the tables are the same, and what is not asked for leaves no trace.
        let bare = try cohort.de("bare", permutations: 2_500, "--set-statistic", "ks,mean,maxmean")
        #expect(bare.status == 0, "\(bare.errors)")
        #expect(cohort.content("bare/gene_sets.tsv") == cohort.content("w1/gene_sets.tsv"))
        #expect(try scores(in: cohort.folder("bare")).isEmpty)
    }

    @Test("In a study every exposure of a family keeps its own, and a joint factor's folders all have the joint one")
    func study() throws {
        let cohort = try SmallCohort()
        for (name, keys) in [
            ("kept", ", keep-null: true"), ("off", ", keep-null: off"), ("bare", ""),
        ] {
            let study = """
                modicum: 1
                counts: counts.tsv
                samples: samples.tsv
                exposures: [dose, kind]
                adjust: {main: [batch]}
                dispersion-trend: mean
                gene-sets: {files: sets.gmt, min-size: 5, permute: samples, permutations: 300\(keys)}
                """
            try study.write(toFile: cohort.folder(name + ".yaml"), atomically: true, encoding: .utf8)
            let run = try modicum(
                "run", cohort.folder(name + ".yaml"), "--report", "off", "--quiet", "--out", cohort.folder(name))
            try #require(run.status == 0, "\(run.errors)")
        }
        #expect(cohort.content("off/modicum.h5") == cohort.content("bare/modicum.h5"))
        for file in ["family.gene_sets.tsv", "overlaps.tsv", "main/kind_z_vs_x/gene_sets.tsv"] {
            #expect(cohort.content("kept/" + file) == cohort.content("bare/" + file), "\(file)")
        }
        let dose = try scores(in: cohort.folder("kept"), analysis: "main/dose")
        let joint = try ["kind_y_vs_x", "kind_z_vs_x"].map {
            try scores(in: cohort.folder("kept"), analysis: "main/" + $0, test: $0)
        }
        #expect(dose["ks"]?.first?.count == 300 && joint[0] == joint[1] && joint[0] != dose)
        let extended = try modicum(
            "extend", cohort.folder("kept"), "--permutations", "500", "--report", "off", "--quiet")
        #expect(extended.status == 0, "\(extended.errors)")
        #expect(try scores(in: cohort.folder("kept"), analysis: "main/dose")["ks"]?.first?.count == 500)
    }

    @Test("What does not fit is refused before anything is computed, with its size, the bound and what would fit")
    func tooLarge() throws {
        let cohort = try SmallCohort()
        // What Slurm grants is 1 MiB, of which half hold 524 kB of scores; six sets take 72 bytes a permutation.
        func run(_ arguments: [String], granting mebibytes: Int = 1) throws -> ModicumProcess.Result {
            try ModicumProcess(arguments, environment: ["SLURM_MEM_PER_NODE": "\(mebibytes)"]).finish()
        }
        let command = [
            "de", "--counts", cohort.counts, "--samples", cohort.samples, "--design", "~ batch + dose", "--permute",
            "samples", "--dispersion-trend", "mean", "--keep-null", "--set-statistic", "ks,mean,maxmean", "--sets",
            cohort.sets, "--min-size", "5", "--report", "off", "--quiet", "--out",
        ]
        for (options, size, remedy) in [
            (["--permutations", "10000"], "are 720 kB", "at most 7,281 by --permutations"),
            (["--until-settled", "--at-most", "12000"], "are up to 864 kB", "at most 7,281 by --at-most"),
        ] {
            let refused = try run(command + [cohort.folder("no")] + options)
            #expect(refused.status == 2, "\(refused.errors)")
            let sentence = "The bound is 525 kB, half of the memory here. Ask for "
            #expect(refused.errors.contains(size) && refused.errors.contains(sentence + remedy), "\(refused.errors)")
            #expect(!FileManager.default.fileExists(atPath: cohort.folder("no")))
        }
        let small = try run(command + [cohort.folder("small"), "--permutations", "300"], granting: 2_000)
        #expect(small.status == 0, "\(small.errors)")
        let raised = try run(["extend", cohort.folder("small"), "--permutations", "10000", "--quiet"])
        #expect(raised.status == 2 && raised.errors.contains("are 720 kB"), "\(raised.errors)")
        // Distinct shuffles bound what there is to keep: 4! · 4! of two batches of four samples.
        let few = try run(
            command + [cohort.folder("few"), "--permutations", "10000000", "--scheme", "within:batch"], granting: 2_000)
        #expect(few.status == 0, "\(few.errors)")
        #expect(try scores(in: cohort.folder("few"))["ks"]?.first?.count == 576)
    }

    @Test("It is of sets, and of permuted samples")
    func needsSets() throws {
        let cohort = try SmallCohort()
        let alone = try cohort.de("no", permutations: 100, sets: false, "--keep-null")
        #expect(alone.status == 2 && alone.errors.contains("--keep-null needs --sets"), "\(alone.errors)")
        let random = try modicum(
            "de", "--counts", cohort.counts, "--samples", cohort.samples, "--design", "~ dose", "--sets", cohort.sets,
            "--keep-null", "--out", cohort.folder("no"))
        #expect(random.status == 2 && random.errors.contains("--keep-null needs --permute samples"), "\(random.errors)")
        let study = """
            modicum: 1
            counts: counts.tsv
            samples: samples.tsv
            exposures: [dose]
            gene-sets: {permute: samples, keep-null: on}
            """
        try study.write(toFile: cohort.folder("study.yaml"), atomically: true, encoding: .utf8)
        let genes = try modicum("check", cohort.folder("study.yaml"))
        let message = "`keep-null` keeps the null scores of sets"
        #expect(genes.status == 3 && genes.errors.contains(message), "\(genes.errors)")
    }
}
