import ExpressionFormats
import GeneEvidence
import StoredRuns

/// The significant genes of a study, looked up in a table: of each analysis, and of all together.
struct StudyLookUp {
    /// Of all analyses together: a gene's direction is that of the analyses it is significant in, where they agree.
    let all: EvidenceLookUp

    /// By analysis, in the study's order.
    let analyses: [(name: String, found: EvidenceLookUp)]

    init(_ run: StoredRun, in table: EvidenceTable, settings: ReportSettings) {
        let table = table.filtered(foldChangeAtLeast: settings.lookUp?.foldChangeAtLeast)
        let labels = run.genes.analysed.map { run.genes.label($0) }
        var directions: [String: Set<Direction>] = [:]
        // The direction of a tested gene that is significant nowhere is that of its smallest p.
        var tested: [String: (pvalue: Double, direction: Direction)] = [:]
        var analyses: [(name: String, found: EvidenceLookUp)] = []
        for analysis in run.analyses {
            let significant = SignificantGenes(of: analysis, below: settings.significance).rows
            var ownDirections: [String: Direction?] = [:]
            var ownTested: [String: Direction] = [:]
            for row in labels.indices where analysis.pvalue[row].isFinite {
                guard let direction = Direction(of: analysis.log2FoldChange[row]) else { continue }
                ownTested[labels[row]] = direction
                if analysis.pvalue[row] < tested[labels[row]]?.pvalue ?? .infinity {
                    tested[labels[row]] = (analysis.pvalue[row], direction)
                }
            }
            for row in significant {
                guard let direction = Direction(of: analysis.log2FoldChange[row]) else { continue }
                ownDirections[labels[row]] = direction
                directions[labels[row], default: []].insert(direction)
            }
            analyses.append(
                (analysis.name, EvidenceLookUp(significant: ownDirections, tested: ownTested, in: table)))
        }
        self.analyses = analyses
        let agreed = directions.mapValues { $0.count == 1 ? $0.first : nil }
        let pool = tested.mapValues(\.direction).merging(agreed.compactMapValues { $0 }) { $1 }
        all = EvidenceLookUp(significant: agreed, tested: pool, in: table)
    }

    /// One row per gene that the table has: its direction, that of every category, and whether they agree.
    var genes: [TableColumn] {
        let found = all.genes
        func text(_ directions: Set<Direction>) -> String {
            directions.map(\.rawValue).sorted().joined(separator: "/")
        }
        return [
            TableColumn("gene", .strings(found.map(\.name))),
            TableColumn("direction", .strings(found.map { $0.direction?.rawValue ?? "differs" })),
        ]
            + all.categories.map { category in
                TableColumn(
                    category.isEmpty ? "evidence" : category, .strings(found.map { text($0.evidence[category] ?? []) }))
            }
            + [
                TableColumn("mixed", .booleans(found.map { $0.isMixed })),
                TableColumn("agrees", .booleans(found.map(\.agrees))),
            ]
    }

    /// One row per analysis and one for all: how many genes were looked up, found and agree, and what chance would give.
    var summary: [TableColumn] {
        let rows = analyses + [("all", all)]
        return [
            TableColumn("analysis", .strings(rows.map(\.0))),
            TableColumn("significant", .integers(rows.map(\.1.significantCount))),
            TableColumn("found", .integers(rows.map { $0.1.genes.count })),
            TableColumn("agreeing", .integers(rows.map { $0.1.agreement.agreeing })),
            TableColumn("counted", .integers(rows.map { $0.1.agreement.counted })),
            TableColumn("expected", .doubles(rows.map(\.1.expectedAgreement))),
            TableColumn("pvalue", .doubles(rows.map(\.1.pValue))),
        ]
    }

    /// In a sentence, with the rule that was used.
    var sentence: String {
        guard !all.genes.isEmpty else {
            return
                "None of the \(NumberWords.counted(all.significantCount, "significant gene")) is in the look-up table."
        }
        let (agreeing, counted) = all.agreement
        return
            "\(NumberWords.grouped(all.genes.count)) of the \(NumberWords.counted(all.significantCount, "significant gene")) "
            + "are in the look-up table; \(NumberWords.grouped(agreeing)) of \(NumberWords.grouped(counted)) have a direction "
            + "that the table has them in (p \(NumberWords.probability(all.pValue)) among as many tested genes of the table). "
            + "A gene that the table has in both directions agrees."
    }

    /// What the table says of each gene, in words.
    var words: [String: String] {
        Dictionary(
            uniqueKeysWithValues: all.genes.map { gene in
                let parts = gene.evidence.sorted { $0.key < $1.key }.map { category, directions in
                    (category.isEmpty ? "" : category + ": ")
                        + directions.map(\.rawValue).sorted().joined(separator: " and ")
                }
                return (gene.name, parts.joined(separator: "; "))
            })
    }
}
