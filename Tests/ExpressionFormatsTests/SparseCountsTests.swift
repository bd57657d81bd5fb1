import ExpressionData
import ExpressionFormats
import Testing

@Suite("AnnData and 10x folders")
struct SparseCountsTests {
    static func annData(_ name: String) throws -> AnnDataFile.Content {
        try AnnDataFile.read(path: Goldens.path(name), name: name)
    }

    @Test(
        "Dense and sparse matrices and layers give the counts they were made of",
        arguments: [("dense.h5ad", "X"), ("csr.h5ad", "X"), ("csc.h5ad", "X"), ("layer.h5ad", "layers/counts")])
    func matrices(name: String, matrix: String) throws {
        let content = try Self.annData(name)
        #expect(content.counts == (try CountTable.read(Goldens.file("counts.tsv"))))
        #expect(content.matrix == matrix)
    }

    @Test("The columns of obs serve as a sample sheet")
    func samples() throws {
        let content = try Self.annData("dense.h5ad")
        let sheet = try SampleSheet.read(content.samples, declaring: content.declarations)
        #expect(sheet.sampleNames == ["S1", "S2", "S3", "S4", "S5", "S6"])
        #expect(sheet.columns.map(\.name) == ["condition", "batch", "age", "purity", "passed", "stage"])
        #expect(sheet.column(named: "age")?.values == .numeric([30, 41, 35, 52, 47, 38]))
        #expect(sheet.column(named: "purity")?.values == .numeric([0.5, 0.75, 0.625, 0.5, 0.875, 1]))
        #expect(
            sheet.column(named: "condition")?.values
                == .factor(Factor(levels: ["control", "treated"], codes: [0, 0, 0, 1, 1, 1])))
        #expect(
            sheet.column(named: "stage")?.values
                == .factor(Factor(levels: ["I", "II", "III"], codes: [1, 0, 2, 0, 1, 2])))
    }

    @Test("Normalised values are refused with gene and sample")
    func normalised() {
        let error = #expect(throws: InputError.self) { try Self.annData("normalised.h5ad") }
        #expect(error?.place.gene != nil && error?.place.sample != nil)
        #expect(error?.remedy.contains("layer counts") == true)
    }

    @Test("A file that is no AnnData, or cut short, is refused")
    func damaged() throws {
        try withTemporaryFolder { folder in
            let whole = try Goldens.file("dense.h5ad").content
            for length in [0, 100, whole.count / 2, whole.count - 1] {
                let path = folder + "/cut.h5ad"
                try AtomicFile.write(Array(whole.prefix(length)), to: path)
                #expect(throws: InputError.self) { try AnnDataFile.read(path: path, name: "cut.h5ad") }
            }
        }
    }

    @Test("A 10x folder gives the counts it was made of")
    func matrixMarket() throws {
        let folder = try Goldens.file("mtx")
        let members = try MatrixMarketFolder.Members(folder.members(), folder: "mtx")
        let counts = try MatrixMarketFolder.read(
            matrix: Goldens.file("mtx/" + members.matrix), features: Goldens.file("mtx/" + members.features),
            barcodes: Goldens.file("mtx/" + members.barcodes))
        #expect(counts == (try CountTable.read(Goldens.file("counts.tsv"))))
    }

    static func read(
        _ matrix: String,
        features: String = "g1\tA\tGene Expression\nab\tB\tAntibody Capture\ng2\tC\tGene Expression\n",
        barcodes: String = "c1\nc2\n"
    ) throws -> CountMatrix {
        try MatrixMarketFolder.read(
            matrix: InputFile(name: "m.mtx", text: matrix), features: InputFile(name: "f.tsv", text: features),
            barcodes: InputFile(name: "b.tsv", text: barcodes))
    }

    static func read(_ features: InputFile) throws -> CountMatrix {
        try MatrixMarketFolder.read(
            matrix: InputFile(name: "m.mtx", text: banner + "3 2 1\n1 1 4\n"), features: features,
            barcodes: InputFile(name: "b.tsv", text: "c1\nc2\n"))
    }

    static let banner = "%%MatrixMarket matrix coordinate integer general\n%comment\n"

    @Test("Other features than genes are left out, and entries of one place added up")
    func entries() throws {
        let counts = try Self.read(Self.banner + "3 2 5\n1 1 4\n2 1 99\n3 2 1\r\n3 2 2\n1 2 7")
        #expect(counts == CountMatrix(geneIDs: ["g1", "g2"], sampleNames: ["c1", "c2"], counts: [4, 7, 0, 3]))
    }

    @Test(
        "A damaged matrix is refused with its line",
        arguments: [
            ("3 2 1\n1 1 1\n", 1), (banner + "3 3 1\n1 1 1\n", 3), (banner + "3 2 1\n4 1 1\n", 4),
            (banner + "3 2 1\n0 1 1\n", 4), (banner + "3 2 1\n1 1 -1\n", 4), (banner + "3 2 1\n1 1 1.5\n", 4),
            (banner + "3 2 1\n1 1\n", 4), (banner + "3 2 2\n1 1 1\n", nil), (banner + "3 2 0\n1 1 1\n", nil),
            (banner, nil), ("", nil), (banner + "3 2 2\n1 1 2147483647\n1 1 1\n", 5),
            ("%%MatrixMarket matrix array real general\n3 2\n", 1),
            (banner + "99999999999999999999 2 1\n", 3),
        ] as [(String, Int?)])
    func damagedMatrix(text: String, line: Int?) {
        let error = #expect(throws: InputError.self) { try Self.read(text) }
        #expect(error?.place.line == line, "\(String(describing: error))")
    }

    @Test("Names that occur twice, and features without genes, are refused")
    func names() {
        #expect(throws: InputError.self) { try Self.read(Self.banner + "2 2 0\n", features: "g\tA\ng\tB\n") }
        #expect(throws: InputError.self) {
            try Self.read(Self.banner + "1 2 0\n", features: "g\tA\n", barcodes: "c\nc\n")
        }
        #expect(throws: InputError.self) { try Self.read(Self.banner + "1 2 0\n", features: "g\tA\tPeaks\n") }
        #expect(throws: InputError.self) { try MatrixMarketFolder.Members(["matrix.mtx", "genes.tsv"], folder: "d") }
    }
}
