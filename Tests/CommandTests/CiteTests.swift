import Foundation
import Testing

@Suite("modicum cite")
struct CiteTests {
    private let goldens = packageRoot + "/datasets/goldens/"

    /// The keys of the references of a run.
    private func keys(_ arguments: [String], in folder: TemporaryFolder) throws -> [String] {
        let run = try ModicumProcess(arguments + ["--quiet", "--report", "off", "--out", folder("run")]).finish()
        try #require(run.status == 0, "\(run.errors)")
        let result = try modicum("cite", folder("run"), "--json")
        try #require(result.status == 0, "\(result.errors)")
        struct Entry: Decodable { var key: String }
        return try JSONDecoder().decode([Entry].self, from: Data(result.output.utf8)).map(\.key)
    }

    private func twoGroups(_ options: String...) -> [String] {
        let place = goldens + "de/two_group/"
        return [
            "de", "--counts", place + "counts.tsv", "--samples", place + "samples.tsv", "--design", "~ condition",
        ] + options
    }

    private func list(_ options: String...) -> [String] {
        [
            "gsea", "--ranks", goldens + "gsea/list.rnk", "--sets", goldens + "gsea/sets.gmt", "--min-size", "5",
            "--permutations", "20",
        ] + options
    }

    @Test("A run cites what it used and nothing else")
    func models() throws {
        let plain = try keys(twoGroups(), in: TemporaryFolder())
        #expect(plain == ["Love2014", "Anders2010", "Bourgon2010", "Benjamini1995", "Modicum"])
        let other = try keys(
            twoGroups(
                "--dispersion-trend", "local", "--independent-filtering", "off", "--shrink", "apeglm",
                "--empirical-null", "fdrtool"), in: TemporaryFolder())
        #expect(
            other == [
                "Love2014", "Anders2010", "Loader1999", "Strimmer2008", "Strimmer2008fdrtool", "Zhu2019",
                "Benjamini1995", "Modicum",
            ])
    }

    @Test("The desktop's numbers have no intervals to cite, and rare p-values their splitting")
    func sets() throws {
        let plain = try keys(list(), in: TemporaryFolder())
        #expect(
            Set(plain).isSuperset(of: ["Subramanian2005", "Mootha2003", "Phipson2010", "Robbins1970", "Merico2010"]))
        #expect(Set(plain).isDisjoint(with: ["Love2014", "Botev2008"]))
        let desktop = try keys(list("--compatibility", "gsea-desktop"), in: TemporaryFolder())
        #expect(Set(desktop).isDisjoint(with: ["Phipson2010", "Robbins1970", "Clopper1934", "Salmon2011"]))
        let splitting = try keys(list("--nominal", "multilevel"), in: TemporaryFolder())
        #expect(Set(splitting).isSuperset(of: ["Botev2008", "Korotkevich2021"]))
    }

    @Test("Permuted samples are cited, and GSEA only where there are gene sets")
    func permutedSamples() throws {
        let shuffled = ["--filter", "count > 3 in >= 5", "--permute", "samples", "--permutations", "100"]
        let genes = try Set(keys(twoGroups() + shuffled, in: TemporaryFolder()))
        let methods: Set = [
            "Winkler2014", "Hemerik2020", "DeSantis2022", "Westfall1993", "Besag1991", "Knijnenburg2009", "Phipson2010",
        ]
        #expect(genes.isSuperset(of: methods))
        #expect(genes.isDisjoint(with: ["Subramanian2005", "Merico2010", "Dekker2007"]))
        let residual = try Set(keys(twoGroups() + shuffled + ["--scheme", "residual"], in: TemporaryFolder()))
        #expect(residual.contains("Dekker2007"))
        let folder = try TemporaryFolder()
        let pool = (3...60).map { "g" + String(repeating: "0", count: $0 < 10 ? 2 : 1) + "\($0)" }
        let sets = try folder.write("SET\t\t" + pool.joined(separator: "\t") + "\n", as: "sets.gmt")
        let tested = try Set(keys(twoGroups("--sets", sets) + shuffled, in: TemporaryFolder()))
        #expect(tested.isSuperset(of: methods.union(["Subramanian2005", "Mootha2003", "Merico2010"])))
    }

    @Test("The report has the references of the command")
    func report() throws {
        let folder = try TemporaryFolder()
        let run = try ModicumProcess(list("--quiet", "--out", folder("run"))).finish()
        try #require(run.status == 0, "\(run.errors)")
        let text = try modicum("cite", folder("run"))
        #expect(text.status == 0 && text.output.contains("https://doi.org/10.1073/pnas.0506580102"))
        let entries = try modicum("cite", folder("run"), "--format", "bibtex")
        #expect(entries.output.components(separatedBy: "\n@").count == text.output.split(separator: "\n").count)
        let missing = try modicum("cite", folder("nowhere"))
        #expect(missing.status == 3 && missing.errors.contains("holds no finished run"), "\(missing.errors)")
    }
}
