import AnalysisPipeline
import ExpressionFormats
import Foundation
import GeneSetEnrichment

/// The files of `edb/`, from which other programs read a GSEA desktop's results.
struct GSEADatabase {
    private let folder: GSEAFolder

    init(_ folder: GSEAFolder) {
        self.folder = folder
    }

    private var enrichment: EnrichmentResults { folder.enrichment }
    private var phenotype: PhenotypeSettings? { folder.settings.phenotype }

    /// Writes `results.edb`: one element per set, by ascending NES.
    func writeResults(to path: String) throws {
        let table = enrichment.table
        let weights = enrichment.weights(folder.settings.weight)
        let keys = table.normalizedEnrichmentScore.map { $0.isNaN ? .infinity : $0 }
        let order = keys.indices.sorted { (keys[$0], $0) < (keys[$1], $1) }
        var file = try AtomicFile(path: path)
        try file.append(
            Array(
                """
                <?xml version="1.0" encoding="UTF-8"?>

                <EDB LC_PROC="none" SORT_MODE="\((phenotype ?? .init()).sort.rawValue)" \
                ORDER="\((phenotype ?? .init()).order.rawValue)" METRIC="\(phenotype?.metric.rawValue ?? "None")" \
                NUM_PERMS="\(folder.settings.permutations)">

                """.utf8))
        for row in order {
            let set = enrichment.matching.matched[row]
            let rank = enrichment.enrichments[row].rank
            let sums = RunningSum(ofMembers: set.members, weights: weights).atMembers
            // Element by element: the null scores of all sets are too much for one text.
            var text = TextBuffer()
            func append(_ attributes: [(String, String)]) {
                for (name, value) in attributes { text.append(" \(name)=\"\(value)\"") }
            }
            text.append("  <DTG")
            append([
                ("RANKED_LIST", GSEAFolder.escaped(folder.listName)), ("TEMPLATE", GSEAFolder.escaped(folder.template)),
                ("GENESET", "gene_sets.gmt#" + GSEAFolder.escaped(folder.names.set(ofRow: row))),
                ("ES", decimals(table.enrichmentScore[row])), ("NES", decimals(table.normalizedEnrichmentScore[row])),
                ("NP", decimals(table.pValue[row])), ("FDR", decimals(table.fdr[row])),
                ("FWER", decimals(table.fwer[row])),
            ])
            if case .bySet(let null) = enrichment.null {
                text.append(" RND_ES=\"")
                for (position, score) in null.scores(ofSets: row..<row + 1).enumerated() {
                    if position > 0 { text.append(byte: UInt8(ascii: " ")) }
                    text.append(fourDecimalsOf: score)
                }
                text.append("\"")
            }
            append([
                ("HIT_INDICES", set.members.map { String($0) }.joined(separator: " ")),
                ("ES_PROFILE", sums.map(decimals).joined(separator: " ")), ("RANK_AT_ES", decimals(Double(rank))),
                ("RANK_SCORE_AT_ES", decimals(enrichment.list.scores[rank])),
            ])
            text.append("/>\n")
            try file.append(text.bytes)
        }
        try file.append(Array("</EDB>\n".utf8))
        try file.finish()
    }

    /// Four decimals, as the program writes them.
    private func decimals(_ value: Double) -> String {
        value.isFinite ? String(format: "%.4f", value) : "NaN"
    }

    /// `gene_sets.gmt`: the sets that took part, cut to the list.
    var geneSets: String {
        enrichment.matching.matched.map { matched in
            let set = enrichment.sets[matched.index]
            // The reader merges runs of tabs, and would take the first gene for an empty description.
            let description = set.description.isEmpty ? "na" : GSEANames.shown(set.description)
            return
                ([folder.names.sets[matched.index], description] + matched.members.map { folder.names.genes[Int($0)] })
                .joined(separator: "\t") + "\n"
        }.joined()
    }

    /// The class file of the samples that are compared, those of the first class first; nil for a ranked list.
    var classes: String? {
        guard let comparison = folder.comparison else { return nil }
        switch comparison.phenotype {
        case .classes(let sizeOfFirst):
            let (first, second) = (folder.names.phenotypes[0], folder.names.phenotypes[1])
            let labels = (0..<comparison.sampleCount).map { $0 < sizeOfFirst ? first : second }
            return "\(labels.count) 2 1\n# \(first) \(second)\n\(labels.joined(separator: " "))\n"
        case .profile(let values):
            let numbers = values.map { GSEAFolder.text($0) }.joined(separator: " ")
            return "#numeric\n#\(folder.names.comparison(called: phenotype?.comparison ?? ""))\n\(numbers)\n"
        }
    }

    /// The list, sorted.
    var rankedList: String {
        zip(folder.names.genes, enrichment.list.scores).map { "\($0)\t\(GSEAFolder.text($1))\n" }.joined()
    }
}

extension TextBuffer {
    /// Appends a number with four decimals, rounded as `printf` does.
    ///
    /// - Precondition: Its magnitude is below 100,000: ten thousand times a float of that size is exact in a double.
    fileprivate mutating func append(fourDecimalsOf value: Float) {
        guard value.isFinite else { return append("NaN") }
        let tenThousandths = Int((Double(value.magnitude) * 10_000).rounded(.toNearestOrEven))
        if value.sign == .minus { append(byte: UInt8(ascii: "-")) }
        append(tenThousandths / 10_000)
        append(byte: UInt8(ascii: "."))
        var unit = 1_000
        while unit > 0 {
            append(byte: UInt8(ascii: "0") + UInt8(tenThousandths / unit % 10))
            unit /= 10
        }
    }
}
