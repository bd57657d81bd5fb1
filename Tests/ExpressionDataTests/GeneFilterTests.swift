import ExpressionData
import Testing

@Suite("Gene filters")
struct GeneFilterTests {
    static let matrix = CountMatrix(
        geneIDs: ["g1", "g2", "g3", "g4", "g5"], sampleNames: ["s1", "s2", "s3"],
        counts: [4, 4, 0, 3, 3, 3, 9, 9, 9, 5, 6, 7, 4, 0, 4])
    static let annotations = ["1", "2", "X", "chr22", nil].map { GeneAnnotation(chromosome: $0) }

    @Test(
        "The expression reads minimum counts and samples",
        arguments: [("count > 3 in >= 5", 4, 5), ("count>=3 in>4", 3, 5), (" count  >  0 in >= 1 ", 1, 1)])
    func parsing(text: String, count: Int, samples: Int) throws {
        #expect(try GeneFilter.Expression(parsing: text) == GeneFilter.Expression(count: count, samples: samples))
    }

    @Test(
        "Other expressions are refused",
        arguments: [
            "", "count", "count > x in >= 2", "count < 3 in >= 2", "count > 3 in >= 5 x", "count > 99999999999 in >= 1",
        ])
    func refusals(text: String) {
        #expect(throws: InputError.self) { try GeneFilter.Expression(parsing: text) }
    }

    @Test("Every rule counts the genes it takes, of those the rules before it left")
    func outcome() throws {
        let filter = GeneFilter(expression: .init(count: 4, samples: 2), chromosomes: .autosomes)
        let outcome = try filter.apply(to: Self.matrix, annotations: Self.annotations)
        #expect(outcome.matrix.geneIDs == ["g1", "g4"])
        #expect(outcome.matrix.counts == [4, 4, 0, 5, 6, 7])
        #expect(outcome.keptGenes == [0, 3])
        #expect(outcome.removedByExpression == 1)
        #expect(outcome.removedByChromosome == 2)
        #expect(outcome.withoutChromosome == 1)
    }

    @Test("Chromosomes are chosen by name, with or without chr")
    func chromosomes() throws {
        let filter = GeneFilter(chromosomes: try .init(parsing: "chrX, 22"))
        #expect(try filter.apply(to: Self.matrix, annotations: Self.annotations).matrix.geneIDs == ["g3", "g4"])
        #expect(try GeneFilter.Chromosomes(parsing: "all") == .all)
        #expect(try GeneFilter().apply(to: Self.matrix, annotations: nil).matrix == Self.matrix)
    }

    @Test("Choosing chromosomes without annotation, and leaving no gene, are errors")
    func errors() {
        #expect(throws: InputError.self) {
            try GeneFilter(chromosomes: .autosomes).apply(to: Self.matrix, annotations: nil)
        }
        #expect(throws: InputError.self) {
            try GeneFilter(expression: .init(count: 100, samples: 1)).apply(to: Self.matrix, annotations: nil)
        }
    }

    @Test("A sample without counts is named")
    func emptyLibrary() {
        let matrix = CountMatrix(geneIDs: ["g"], sampleNames: ["s1", "s2"], counts: [3, 0])
        let error = #expect(throws: InputError.self) { try matrix.checkLibraries(file: "c.tsv") }
        #expect(error?.place == InputPlace(file: "c.tsv", sample: "s2"))
    }
}
