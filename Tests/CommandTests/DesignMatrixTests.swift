import Foundation
import Testing

@Suite("A design matrix in the place of a formula")
struct DesignMatrixTests {
    private let folder: TemporaryFolder
    private let place = packageRoot + "/datasets/goldens/de/batch_exposure/"

    init() throws { folder = try TemporaryFolder() }

    private func de(_ out: String, _ arguments: [String]) throws {
        let result = try ModicumProcess(
            ["de", "--counts", place + "counts.tsv", "--out", folder(out), "--quiet", "--report", "off"] + arguments
        ).finish()
        try #require(result.status == 0, "\(result.errors)")
    }

    private func expectSame(_ names: [String], in first: String, and second: String) {
        for name in names {
            #expect(
                FileManager.default.contentsEqual(
                    atPath: folder("\(first)/\(name)"), andPath: folder("\(second)/\(name)")), "\(name)")
        }
    }

    @Test("Its numbers are those of the formula, to the last digit")
    func sameNumbers() throws {
        let formula = ["--samples", place + "samples.tsv", "--design", "~ batch + age + exposure"]
        let tests = ["--coefficient", "exposure", "--contrast", "batch_b3_vs_b1 - batch_b2_vs_b1"]
        try de("formula", formula + tests)
        let matrix = ["--design-matrix", folder("formula/model_matrix.tsv")]
        try de("matrix", matrix + tests)
        expectSame(
            ["results.exposure.tsv", "results.contrast1.tsv", "genes.tsv", "model_matrix.tsv", "size_factors.tsv"],
            in: "formula", and: "matrix")

        let ratio = ["--test", "lrt", "--reduced"]
        try de("formula-lrt", formula + ratio + ["~ age + exposure"])
        try de("matrix-lrt", matrix + ratio + ["~ age + exposure"])
        expectSame(["results.lrt.tsv", "genes.tsv"], in: "formula-lrt", and: "matrix-lrt")
    }

    @Test("Columns that are combinations of others are refused by name, before anything is computed")
    func collinear() throws {
        let samples = try String(contentsOfFile: place + "samples.tsv", encoding: .utf8).split(separator: "\n")
        let rows = samples.dropFirst().enumerated().map { position, line in
            "\(line.split(separator: "\t")[0])\t1\t\(position % 2)\t\(1 - position % 2)"
        }
        let matrix = try folder.write(
            "sample\tIntercept\tleft\tright\n" + rows.joined(separator: "\n") + "\n", as: "matrix.tsv")
        let result = try ModicumProcess([
            "check", "--counts", place + "counts.tsv", "--design-matrix", matrix,
        ]).finish()
        #expect(result.status == 3 && result.errors.contains("right is a combination of"), "\(result.errors)")
        #expect(result.errors.contains("Intercept") && result.errors.contains("left"), "\(result.errors)")
    }
}
