import AnalysisPipeline
import ExpressionFormats
import GeneSetEnrichment
import RunStore

/// How names stand in the files of a GSEA folder: the same in all of them, for its readers match them to each other.
///
/// People open its tables in spreadsheets, so names that these would take for something else are defused
/// (`SpreadsheetText`). Characters that XML has not become `_`, and sets of one name are told apart by a number.
struct GSEANames {
    /// By position in the input.
    let sets: [String]

    /// By rank.
    let genes: [String]

    /// The positive end's, and the negative end's.
    let phenotypes: [String]

    private let positions: [Int]

    init(_ enrichment: EnrichmentResults, phenotypes: [String]) {
        sets = uniqueNames(enrichment.sets.map { Self.shown($0.name) })
        genes = uniqueNames(enrichment.list.genes.map(Self.shown))
        positions = enrichment.matching.matched.map(\.index)
        self.phenotypes = uniqueNames(phenotypes.map(Self.shown))
    }

    /// The name of a set in a row of the results.
    func set(ofRow row: Int) -> String { sets[positions[row]] }

    /// A comparison of two classes or with a profile.
    func comparison(called name: String) -> String {
        name.contains("_versus_") ? phenotypes.joined(separator: "_versus_") : Self.shown(name)
    }

    /// A text in a cell.
    static func shown(_ text: String) -> String {
        SpreadsheetText.defused(replacingUnwritable(in: text, by: "_"))
    }

    /// Replaces the characters that XML 1.0 has not, and those that would end a cell or a line.
    static func replacingUnwritable(in text: String, by replacement: Unicode.Scalar) -> String {
        guard text.unicodeScalars.contains(where: isUnwritable) else { return text }
        var replaced = ""
        for scalar in text.unicodeScalars {
            replaced.unicodeScalars.append(isUnwritable(scalar) ? replacement : scalar)
        }
        return replaced
    }

    private static func isUnwritable(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF
    }
}
