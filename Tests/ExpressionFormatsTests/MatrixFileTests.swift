import ExpressionData
import ExpressionFormats
import Testing

@Suite("Factors and weights")
struct GeneBySampleTableTests {
    static let counts = CountMatrix(geneIDs: ["g1", "g2"], sampleNames: ["s1", "s2"], counts: [1, 2, 3, 4])

    static func read(_ text: String, _ requirement: GeneBySampleTable.Requirement = .positive) throws -> [Double] {
        try GeneBySampleTable.read(InputFile(name: "n.tsv", text: text), for: counts, requiring: requirement)
    }

    @Test("Genes and samples are found by name, whatever their order")
    func order() throws {
        #expect(try Self.read("gene\ts2\tother\ts1\ng3\t9\t9\t9\ng2\t4\t0\t3\ng1\t2\t0\t1\n") == [1, 2, 3, 4])
    }

    @Test("Missing genes and samples and numbers out of range are refused with their place")
    func errors() {
        #expect(#expect(throws: InputError.self) { try Self.read("g\ts1\ng1\t1\ng2\t1\n") }?.place.sample == "s2")
        #expect(#expect(throws: InputError.self) { try Self.read("g\ts1\ts2\ng1\t1\t1\n") }?.place.gene == "g2")
        let zero = "g\ts1\ts2\ng1\t1\t0\ng2\t1\t1\n"
        #expect(
            #expect(throws: InputError.self) { try Self.read(zero) }?.place
                == InputPlace(file: "n.tsv", line: 2, gene: "g1", sample: "s2"))
        #expect((try? Self.read(zero, .nonNegative)) == [1, 0, 1, 1])
        #expect(throws: InputError.self) { try Self.read("g\ts1\ts2\ng1\t1\tNA\ng2\t1\t1\n", .nonNegative) }
        #expect(throws: InputError.self) { try Self.read("g\ts1\ts2\ng1\t1\t1\ng1\t1\t1\ng2\t1\t1\n") }
    }

    @Test("Size factors are found by sample")
    func sizeFactors() throws {
        func read(_ text: String) throws -> [Double] {
            try GeneBySampleTable.readSizeFactors(InputFile(name: "f.tsv", text: text), samples: ["s1", "s2"])
        }
        #expect(try read("sample\tx\tsizeFactor\ns2\t9\t1.5\ns1\t9\t0.5\n") == [0.5, 1.5])
        #expect(try read("sample\tfactor\ns1\t1\ns2\t2\n") == [1, 2])
        for text in ["sample\tf\ns1\t1\n", "sample\tf\ns1\t1\ns2\t-1\n", "sample\ns1\n"] {
            #expect(throws: InputError.self) { try read(text) }
        }
    }

    @Test("Reference factors are read", .enabled(if: ReferenceData.isPresent))
    func reference() throws {
        let counts = try CountTable.read(path: ReferenceData.path("de/pasilla_type_condition/counts.tsv.gz"))
        let factors = try GeneBySampleTable.read(
            InputFile(path: ReferenceData.path("de/pasilla_normfactors/normalization_factors.tsv.gz")), for: counts,
            requiring: .positive)
        #expect(factors.count == counts.counts.count)
    }
}

@Suite("Expression data and phenotypes")
struct ExpressionFileTests {
    static let gct = "#1.2\n2\t3\nName\tDescription\ts1\ts2\ts3\ng1\tfirst\t1.5\t-2\tNA\ng2\t\t0\t1e3\t4\n"

    @Test("A GCT file gives its matrix")
    func matrix() throws {
        let matrix = try ExpressionFile.read(InputFile(name: "x.gct", text: Self.gct))
        #expect(matrix.geneNames == ["g1", "g2"])
        #expect(matrix.descriptions == ["first", ""])
        #expect(matrix.sampleNames == ["s1", "s2", "s3"])
        #expect(matrix.values[0] == 1.5 && matrix.values[2].isNaN)
        #expect(Array(matrix.values(ofGene: 1)) == [0, 1000, 4])
    }

    @Test(
        "A GCT file that is none is refused",
        arguments: [
            "", "#1.3\n", "#1.2\n1\n", "#1.2\n1\t1\nName\tDescription\ts1\ts2\n",
            "#1.2\n2\t1\nName\tDescription\ts1\ng1\tx\t1\n",
            "#1.2\n1\t1\nName\tDescription\ts1\ng1\tx\ty\n", "#1.2\n1\t1\nName\tDescription\ts1\ng1\tx\n",
            "#1.2\n2\t1\nName\tDescription\ts1\ng1\tx\t1\ng1\tx\t1\n",
            "#1.2\n1\t2\nName\tDescription\ts1\ts1\ng1\tx\t1\t1\n",
        ])
    func badMatrix(text: String) {
        #expect(throws: InputError.self) { try ExpressionFile.read(InputFile(name: "x.gct", text: text)) }
    }

    static func phenotypes(_ text: String, samples: Int) throws -> Phenotypes {
        try PhenotypeFile.read(InputFile(name: "x.cls", text: text), sampleCount: samples)
    }

    @Test("Labels belong to classes in the order they are met")
    func classes() throws {
        let expected = Phenotypes.classes(["ALL", "AML"], labels: [0, 0, 1])
        #expect(try Self.phenotypes("3 2 1\n# ALL AML\nALL ALL AML\n", samples: 3) == expected)
        #expect(try Self.phenotypes("3\t2\t1\n#ALL AML\n1 1 0\n", samples: 3) == expected)
        #expect(try Self.phenotypes("3\t2\t1\n#\tALL\tAML\n1\t1\t0\n", samples: 3) == expected)
    }

    @Test("Tabs between the names of classes allow blanks within them", arguments: ["#\t", "# ", "#"])
    func blanksInNames(mark: String) throws {
        let text = "3\t2\t1\n\(mark)acute \"myeloid\"\tit's none\n1\t1\t0\n"
        #expect(
            try Self.phenotypes(text, samples: 3)
                == .classes(["acute \"myeloid\"", "it's none"], labels: [0, 0, 1]))
    }

    @Test("Numeric phenotypes are named profiles")
    func profiles() throws {
        let phenotypes = try Self.phenotypes("#numeric\n#dose one\n1 2.5 -3\n#b\n0 0 1\n", samples: 3)
        #expect(
            phenotypes
                == .profiles([.init(name: "dose one", values: [1, 2.5, -3]), .init(name: "b", values: [0, 0, 1])]))
    }

    @Test(
        "Phenotypes that do not fit are refused",
        arguments: [
            "", "3 2 1\n", "3 2 1\n# A B\nA A\n", "3 2 1\n# A\nA A B\n", "3 2 1\nA B\nA A B\n", "3 1 1\n# A\nA A A\n",
            "#numeric\n#a\n1 2\n", "#numeric\n#a\n1 2 x\n", "#numeric\n1 2 3\n1 2 3\n", "#numeric\n#a\n",
            "3 2 1\n# A A\nA A B\n",
        ])
    func badPhenotypes(text: String) {
        #expect(throws: InputError.self) { try Self.phenotypes(text, samples: 3) }
    }

    @Test("Reference expression data are read", .enabled(if: ReferenceData.isPresent))
    func reference() throws {
        let matrix = try ExpressionFile.read(
            InputFile(path: ReferenceData.path("gsea/data/Leukemia_collapsed_symbols.gct")))
        #expect(matrix.sampleCount == 48)
        let file = try InputFile(path: ReferenceData.path("gsea/data/Leukemia.cls"))
        guard case .classes(let names, let labels) = try PhenotypeFile.read(file, sampleCount: 48) else {
            return #expect(Bool(false), "the file is categorical")
        }
        #expect(names == ["ALL", "AML"])
        #expect(labels.filter { $0 == 0 }.count == 24)
    }
}
