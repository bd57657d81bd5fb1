import Foundation
import Testing

@Suite("modicum report")
struct ReportTests {
    @Test("A finished study has figures, networks and tables, the same bytes every time")
    func study() throws {
        let folder = try TemporaryFolder()
        let output = folder("run")
        let study = packageRoot + "/datasets/small-cohort/study.yaml"
        try #require(try modicum("run", study, "--out", output).status == 0)
        let identity = try Data(contentsOf: URL(filePath: output + "/modicum.h5"))
        #expect(try modicum("report", output).status == 0)
        let first = try contents(of: output)
        #expect(
            Set(first.keys).isSuperset(of: [
                "figures/figure1_exposures.svg", "figures/figure2a_ma_stir_volume.svg", "figures/figure3_venn.svg",
                "figures/figure4_network.svg", "figures/figureS1_cells.svg", "figures/figureS3_pca.svg",
                "network/main.stir_volume.cyjs", "network/main.stir_volume.graphml", "network/all.cx2",
                "network/all.nodes.tsv", "tables/cohort.tsv", "tables/genes.main.stir_volume.tsv",
                "tables/sets_by_analysis.tsv", "tables/empirical_null.tsv",
            ]))
        let page = try String(contentsOfFile: output + "/report.html", encoding: .utf8)
        #expect(page.utf8.count < 5_000_000)
        // Nothing in the page asks for anything outside it.
        for reference in ["src=", "href=\"http", "@import", "url(http"] { #expect(!page.contains(reference)) }
        #expect(try modicum("report", output, "--out", folder("again")).status == 0)
        #expect(try contents(of: folder("again")) == first)
        #expect(try Data(contentsOf: URL(filePath: output + "/modicum.h5")) == identity)
    }

    /// The files in the three folders of a report, by relative path.
    private func contents(of folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for part in ["figures", "network", "tables"] {
            for name in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/\(part)") {
                found["\(part)/\(name)"] = try Data(contentsOf: URL(filePath: "\(folder)/\(part)/\(name)"))
            }
        }
        return found
    }
}
