import Foundation
import Testing

@Suite("Permuted samples and phenotypes at a coordinator")
struct ConnectedPermutationTests {
    /// What a coordinator and its workers leave is what the command leaves that computes by itself.
    private func expectSame(
        _ cohort: SmallCohort, _ one: String, _ other: String, location: SourceLocation = #_sourceLocation
    ) throws {
        let identities = try [one, other].map { try Record(in: cohort.folder($0)).identity }
        #expect(identities[0] == identities[1], sourceLocation: location)
        for file in ["modicum.h5", "gene_sets.tsv", "gene_sets.mean.tsv", "gene_statistics.tsv", "statistic_nulls.tsv"]
        {
            let content = cohort.content(one + "/" + file)
            #expect(
                content != nil && content == cohort.content(other + "/" + file), "\(file)", sourceLocation: location)
        }
    }

    @Test("A run, its extension, and one until settled, have the bytes of those computed here, kept scores among them")
    func connected() throws {
        let cohort = try SmallCohort()
        let coordinator = try ModicumProcess(["coordinator", "--store", cohort.folder("store")])
        #expect(coordinator.waitForError(containing: "Workers: "))
        let connection = cohort.folder("store/connection.json")
        let workers = try (0..<2).map { _ in
            try ModicumProcess(["worker", "--connection-file", connection, "--threads", "1"])
        }
        let statistics = ["--set-statistic", "ks,mean"]
        for (name, more) in [("plain", []), ("kept", ["--keep-null"])] {
            for (out, place) in [("here", ["--threads", "1"]), ("there", ["--connect", connection])] {
                let run = try cohort.permute(1_500, to: name + "." + out, statistics + more + place)
                #expect(run.status == 0, "\(name) \(out): \(run.errors)")
            }
            try expectSame(cohort, name + ".here", name + ".there")
            for (out, place) in [("here", ["--threads", "1"]), ("there", ["--connect", connection])] {
                let run = try ModicumProcess(
                    ["extend", cohort.folder(name + "." + out), "--permutations", "2600", "--report", "off", "--quiet"]
                        + place
                ).finish()
                #expect(run.status == 0, "\(name) \(out): \(run.errors)")
            }
            try expectSame(cohort, name + ".here", name + ".there")
            let whole = try cohort.permute(2_600, to: name + ".whole", statistics + more)
            #expect(whole.status == 0, "\(whole.errors)")
            try expectSame(cohort, name + ".whole", name + ".there")
        }
        // Until settled, from the start and from a run that is there.
        let goal = ["--until-settled", "--at-most", "3000"]
        for (out, place) in [("here", ["--threads", "1"]), ("there", ["--connect", connection])] {
            let run = try cohort.permute(nil, to: "settled." + out, statistics + goal + place)
            #expect(run.status == 0, "\(out): \(run.errors)")
            let short = try cohort.permute(700, to: "raised." + out, statistics)
            #expect(short.status == 0, "\(short.errors)")
            let raised = try ModicumProcess(
                ["extend", cohort.folder("raised." + out), "--report", "off", "--quiet"] + goal + place
            ).finish()
            #expect(raised.status == 0, "\(out): \(raised.errors)")
        }
        try expectSame(cohort, "settled.here", "settled.there")
        try expectSame(cohort, "settled.here", "raised.there")
        try expectSame(cohort, "settled.here", "raised.here")
        for worker in workers {
            worker.signal(SIGTERM)
            #expect(worker.finish().status == 0)
        }
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
    }

    @Test("Permuted phenotypes that a coordinator extends have the bytes of all at once, computed here")
    func phenotypes() throws {
        let folder = try TemporaryFolder()
        let coordinator = try ModicumProcess(["coordinator", "--store", folder("store")])
        #expect(coordinator.waitForError(containing: "Workers: "))
        let connection = folder("store/connection.json")
        let worker = try ModicumProcess(["worker", "--connection-file", connection, "--threads", "1"])
        let goldens = packageRoot + "/datasets/goldens/gsea/"
        func permute(_ permutations: Int, to out: String, _ more: [String]) throws -> ModicumProcess.Result {
            try ModicumProcess(
                [
                    "gsea", "--expression", goldens + "expression.gct", "--phenotypes", goldens + "classes.cls",
                    "--sets", goldens + "expression.gmt", "--min-size", "5", "--report", "off", "--quiet",
                    "--permutations", "\(permutations)", "--out", folder(out),
                ] + more
            ).finish()
        }
        let runs = [
            try permute(150, to: "there", ["--connect", connection]),
            try ModicumProcess(
                [
                    "extend", folder("there"), "--permutations", "700", "--connect", connection, "--report", "off",
                    "--quiet",
                ]
            ).finish(), try permute(700, to: "here", ["--threads", "1"]),
        ]
        for run in runs { #expect(run.status == 0, "\(run.errors)") }
        for file in ["modicum.h5", "gene_sets.tsv"] {
            let (here, there) = (
                try Data(contentsOf: URL(filePath: folder("here/" + file))),
                try Data(contentsOf: URL(filePath: folder("there/" + file)))
            )
            #expect(here == there, "\(file)")
        }
        worker.signal(SIGTERM)
        #expect(worker.finish().status == 0)
        coordinator.signal(SIGTERM)
        #expect(coordinator.finish().status == 5)
    }
}

extension SmallCohort {
    /// Runs `de` with permuted samples.
    ///
    /// - Parameter permutations: Nil where `more` says how many.
    fileprivate func permute(_ permutations: Int?, to out: String, _ more: [String]) throws -> ModicumProcess.Result {
        try ModicumProcess(
            [
                "de", "--counts", counts, "--samples", samples, "--design", "~ batch + dose", "--permute", "samples",
                "--dispersion-trend", "mean", "--sets", sets, "--min-size", "5", "--report", "off", "--quiet", "--out",
                folder(out),
            ] + (permutations.map { ["--permutations", "\($0)"] } ?? []) + more
        ).finish()
    }
}
