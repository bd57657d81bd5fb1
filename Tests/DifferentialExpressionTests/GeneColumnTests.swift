import Testing

import DifferentialExpression

@Suite("Columns of fits")
struct GeneColumnTests {
    private func filled<Block: GeneColumns>(_ block: Block) -> Block {
        var block = block
        for column in Block.columns {
            switch column.values {
            case .doubles(let path): block[keyPath: path] = [1]
            case .integers(let path): block[keyPath: path] = [1]
            case .booleans(let path): block[keyPath: path] = [true]
            }
        }
        return block
    }

    /// What a block would not join, send or check.
    private func forgotten(_ block: some GeneColumns) -> [String] {
        Mirror(reflecting: filled(block)).children.filter { ($0.value as? [Any])?.isEmpty == true }
            .compactMap(\.label)
    }

    @Test("Every property of a block of fits is a column, but for replaced counts, which join in their own way")
    func complete() {
        #expect(forgotten(GeneWiseDispersions()).isEmpty)
        #expect(forgotten(ModelFits()) == ["replacedCounts"])
        #expect(forgotten(FixedDispersionFits()).isEmpty)
    }

    @Test("No two columns of the table of genes have one place or one name")
    func places() {
        let entries =
            GeneWiseDispersions.columns.compactMap { column in column.entry.map { ($0.place, column.name) } }
            + ModelFits.columns.compactMap { column in column.entry.map { ($0.place, column.name) } }
            + [(TableEntry.placeOfTrend, "dispFit")]
        #expect(Set(entries.map(\.0)) == Set(1...entries.count))
        #expect(Set(entries.map(\.1)).count == entries.count)
    }

    @Test("What a fit under a prior says of itself stands where the first fit's is")
    func priors() {
        for column in FixedDispersionFits.columns {
            guard let entry = column.entry else { continue }
            let own = ModelFits.columns.first { $0.name == column.name }?.entry
            #expect(own?.place == entry.place)
            #expect(own?.meaning == entry.meaning)
        }
    }
}
