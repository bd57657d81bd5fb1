/// What a table from elsewhere says of genes: under which category (an interferon, a drug, a disease) a gene went up or
/// down, and by how much.
package struct EvidenceTable: Equatable, Sendable {
    package struct Entry: Equatable, Sendable {
        package let gene: String

        /// Such as `alpha`; empty for a table without categories.
        package let category: String
        package let direction: Direction

        /// By how much, as a ratio of at least 1 whatever the direction; nil where the table does not say.
        package let foldChange: Double?

        /// Where it was seen, such as a tissue; empty where the table does not say.
        package let tissue: String

        package init(gene: String, category: String, direction: Direction, foldChange: Double?, tissue: String) {
            self.gene = gene
            self.category = category
            self.direction = direction
            self.foldChange = foldChange
            self.tissue = tissue
        }
    }

    package let entries: [Entry]

    package init(entries: [Entry]) { self.entries = entries }

    /// Returns the entries with at least a fold change; those that do not say theirs stay only if nothing is asked for.
    package func filtered(foldChangeAtLeast least: Double?) -> EvidenceTable {
        guard let least else { return self }
        return EvidenceTable(entries: entries.filter { ($0.foldChange ?? 0) >= least })
    }

    /// The size of a fold change as a ratio of at least 1: tables write halving as 0.5, as −2, or as −1 on the log2 scale,
    /// of which the first two are understood here.
    package static func ratio(of foldChange: Double) -> Double? {
        guard foldChange.isFinite, foldChange != 0 else { return nil }
        let size = abs(foldChange)
        return size < 1 ? 1 / size : size
    }
}

/// Up or down with an exposure.
package enum Direction: String, CaseIterable, Codable, Sendable {
    case up, down

    /// A direction as tables spell it, or nil for another word.
    package init?(spelled word: String) {
        switch word.lowercased() {
        case "up", "u", "+", "1", "+1", "increased", "induced", "upregulated", "up-regulated", "positive": self = .up
        case "down", "d", "-", "−", "-1", "decreased", "repressed", "downregulated", "down-regulated", "negative":
            self = .down
        default: return nil
        }
    }

    /// The direction of a number; nil for 0 and NaN.
    package init?(of change: Double) {
        if change > 0 { self = .up } else if change < 0 { self = .down } else { return nil }
    }
}
