import AnalysisPipeline
import GeneSetEnrichment

extension ResultColumn {
    /// The columns of `gene_sets.tsv`, one row per set that passed the size filter, in input order.
    package static func geneSets(_ enrichment: EnrichmentResults) -> [ResultColumn] {
        GeneSetResults.columns.compactMap { $0.shown(of: enrichment.table, in: enrichment) }
    }

    /// Those that the store has as columns: the names are its rows' index, and genes are lists beside it.
    package static func storedGeneSets(_ enrichment: EnrichmentResults) -> [ResultColumn] {
        GeneSetResults.columns.filter(\.isStoredAsColumn).compactMap { $0.shown(of: enrichment.table, in: enrichment) }
    }
}

extension GeneSetColumn {
    package var isStoredAsColumn: Bool {
        switch values {
        case .names, .genes: false
        case .words, .whole, .doubles, .finite, .logicals: true
        }
    }

    /// The column of a table; nil where that does not have it.
    ///
    /// - Parameter enrichment: Whose list the table's ranks are of.
    package func shown(of table: GeneSetResults, in enrichment: EnrichmentResults) -> ResultColumn? {
        let isThere =
            switch presence {
            case .always: true
            case .whereFilled: isFilled(in: table)
            case .underPermutedSamples: enrichment.samples?.results.sets.isEmpty == false
            }
        guard isThere else { return nil }
        return column(of: table, genes: enrichment.list.genes, origin: enrichment.nullOrigin)
    }

    private func isFilled(in table: GeneSetResults) -> Bool {
        switch values {
        case .names(let path), .words(let path): !table[keyPath: path].isEmpty
        case .whole(let path): !table[keyPath: path].isEmpty
        case .doubles(let path), .finite(let path): !table[keyPath: path].isEmpty
        case .logicals(let path): !table[keyPath: path].isEmpty
        case .genes(let path): !table[keyPath: path].isEmpty
        }
    }

    private func column(of table: GeneSetResults, genes: [String], origin: NullOrigin) -> ResultColumn {
        let values: ResultColumn.Values =
            switch values {
            case .names(let path): .texts(table[keyPath: path])
            case .words(let path): .words(table[keyPath: path])
            case .whole(let path): .integers(table[keyPath: path].map { Int32($0) })
            case .doubles(let path): .doubles(table[keyPath: path])
            case .finite(let path): .doubles(table[keyPath: path].map { $0.isFinite ? $0 : .nan })
            case .logicals(let path): .logicals(table[keyPath: path])
            case .genes(let path):
                .texts(table[keyPath: path].map { ranks in ranks.map { genes[Int($0)] }.joined(separator: ",") })
            }
        return ResultColumn(name, values, meaning(origin), unit: unit)
    }
}

extension EnrichmentResults {
    package var nullOrigin: NullOrigin {
        guard let samples else { return .setsOrPhenotypes }
        return samples.isEnumerated ? .enumeratedSamples : .permutedSamples
    }

    package var rankedGenes: [String] { list.genes }
    package var rankedScores: [Double] { list.scores }

    /// The leading edge of a matched set, as positions in the ranked list.
    package func leadingEdge(ofSet row: Int) -> [Int32] {
        LeadingEdge(ofMembers: matching.matched[row].members, score: enrichments[row], geneCount: list.count).members
    }
}
