import GeneEvidence
import Testing

@Suite("Look-up of significant genes in a table")
struct EvidenceLookUpTests {
    private static func entry(
        _ gene: String, _ category: String, _ direction: Direction, _ foldChange: Double? = 3
    ) -> EvidenceTable.Entry {
        EvidenceTable.Entry(
            gene: gene, category: category, direction: direction, foldChange: foldChange, tissue: "blood")
    }

    /// The study's nine genes: seven agree, of them one that the table has in both directions.
    private static let study = EvidenceTable(entries: [
        entry("HSD17B12", "alpha", .down), entry("MAP1B", "alpha", .down), entry("MET", "gamma", .up),
        entry("MET", "gamma", .down), entry("IFI27", "alpha", .up), entry("IFI44L", "beta", .up),
        entry("MYL9", "gamma", .down), entry("OTOF", "alpha", .up), entry("RSAD2", "alpha", .up),
        entry("RSAD2", "gamma", .up), entry("SASH1", "beta", .up), entry("OTHER", "alpha", .up),
    ])

    private static let significant: [String: Direction?] = [
        "HSD17B12": .up, "MAP1B": .up, "MET": .up, "IFI27": .up, "IFI44L": .up, "MYL9": .down, "OTOF": .up,
        "RSAD2": .up, "SASH1": .up, "GLYATL2": .down,
    ]

    @Test("A gene that the table has in both directions agrees: seven of nine, as in the study")
    func sevenOfNine() {
        let tested = Self.significant.compactMapValues { $0 }.merging(["OTHER": .down]) { first, _ in first }
        let found = EvidenceLookUp(significant: Self.significant, tested: tested, in: Self.study)
        #expect(found.genes.count == 9 && found.significantCount == 10)
        #expect(found.agreement == (7, 9))
        #expect(found.genes.filter(\.isMixed).map(\.name) == ["MET"])
        #expect(found.categories == ["alpha", "beta", "gamma"])
        // Ten tested genes in the table, of which seven agree: nine drawn of ten have 6 with probability 7/10, else 7.
        #expect(abs(found.expectedAgreement - 6.3) < 1e-12)
        #expect(abs(found.pValue - 0.3) < 1e-12)
    }

    @Test("A gene whose analyses disagree is shown and not counted")
    func mixedAnalyses() {
        let found = EvidenceLookUp(
            significant: ["IFI27": Direction?.none, "OTOF": .up], tested: ["IFI27": .up, "OTOF": .up], in: Self.study)
        #expect(found.agreement == (1, 1) && found.genes.count == 2)
    }

    @Test("The p-value is the share of all draws, counted one by one")
    func enumerated() {
        let table = EvidenceTable(entries: (0..<8).map { Self.entry("g\($0)", "a", .up) })
        let tested = Dictionary(uniqueKeysWithValues: (0..<8).map { ("g\($0)", $0 < 5 ? Direction.up : .down) })
        let found = EvidenceLookUp(significant: ["g0": .up, "g1": .up, "g5": .down], tested: tested, in: table)
        var (atLeast, all) = (0, 0)
        for draw in 0..<256 where draw.nonzeroBitCount == 3 {
            all += 1
            if (draw & 0b11111).nonzeroBitCount >= 2 { atLeast += 1 }
        }
        #expect(abs(found.pValue - Double(atLeast) / Double(all)) < 1e-12)
    }

    @Test("Without a gene in the table there is nothing to compare")
    func nothingFound() {
        let found = EvidenceLookUp(significant: ["X": .up], tested: ["X": .up], in: Self.study)
        #expect(found.genes.isEmpty && found.pValue.isNaN)
    }

    @Test("Fold changes are filtered by their size, whichever way a table writes them")
    func foldChanges() {
        let table = EvidenceTable(entries: [
            Self.entry("a", "", .up, EvidenceTable.ratio(of: 2.5)),
            Self.entry("b", "", .down, EvidenceTable.ratio(of: 0.4)),
            Self.entry("c", "", .down, EvidenceTable.ratio(of: -3)),
            Self.entry("d", "", .up, EvidenceTable.ratio(of: 1.5)),
            Self.entry("e", "", .up, nil),
        ])
        #expect(table.filtered(foldChangeAtLeast: 2).entries.map(\.gene) == ["a", "b", "c"])
        #expect(table.filtered(foldChangeAtLeast: nil) == table)
        #expect(EvidenceTable.ratio(of: 0) == nil && EvidenceTable.ratio(of: .nan) == nil)
    }

    @Test(
        "Directions are read in the usual spellings",
        arguments: [
            ("Up", Direction.up), ("DOWN", .down), ("-1", .down), ("up-regulated", .up), ("sideways", nil),
        ])
    func spellings(word: String, direction: Direction?) {
        #expect(Direction(spelled: word) == direction)
    }
}
