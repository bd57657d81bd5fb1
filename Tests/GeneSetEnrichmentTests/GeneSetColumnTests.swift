import Testing

import GeneSetEnrichment

@Suite("Columns of gene sets")
struct GeneSetColumnTests {
    @Test("Every property of the table is a column, and every column has a name of its own")
    func complete() {
        var table = GeneSetResults()
        for column in GeneSetResults.columns {
            switch column.values {
            case .names(let path), .words(let path): table[keyPath: path] = ["a"]
            case .whole(let path): table[keyPath: path] = [1]
            case .doubles(let path), .finite(let path): table[keyPath: path] = [1]
            case .logicals(let path): table[keyPath: path] = [true]
            case .genes(let path): table[keyPath: path] = [[0]]
            }
        }
        for property in Mirror(reflecting: table).children {
            let count = (property.value as? [Any])?.count
            #expect(count == 1, "\(property.label ?? "") has no column in GeneSetResults.columns")
        }
        #expect(Mirror(reflecting: table).children.count == GeneSetResults.columns.count)
        #expect(Set(GeneSetResults.columns.map(\.name)).count == GeneSetResults.columns.count)
    }

    @Test("What p and NES are depends on what was permuted")
    func meanings() throws {
        func meaning(_ name: String, _ origin: NullOrigin) throws -> String {
            try #require(GeneSetResults.columns.first { $0.name == name }).meaning(origin)
        }
        #expect(try meaning("NES", .setsOrPhenotypes).hasSuffix("its size"))
        #expect(try meaning("NES", .permutedSamples).hasSuffix("the set"))
        #expect(try meaning("pvalue", .permutedSamples) == meaning("pvalue", .setsOrPhenotypes))
        #expect(try meaning("pvalue", .enumeratedSamples).hasPrefix("exact p"))
    }
}
