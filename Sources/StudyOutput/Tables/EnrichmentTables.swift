import AnalysisPipeline
import ExpressionFormats
import GeneSetEnrichment

/// The tables that other programs and figures start from, beside `gene_sets.tsv`.
package struct EnrichmentTables: Sendable {
    /// More sets than these are not compared pair by pair.
    package static let overlapLimit = 500

    /// More sets than these are not asked for their independence.
    package static let independenceLimit = 200

    private let enrichment: EnrichmentResults
    private let settings: StudyConfiguration.GeneSets

    /// Rows of the sets below the threshold of q, by descending NES.
    private let enriched: [Int]

    package init(_ enrichment: EnrichmentResults, settings: StudyConfiguration.GeneSets) {
        self.enrichment = enrichment
        self.settings = settings
        let table = enrichment.table
        enriched = table.fdr.indices.filter { table.fdr[$0] < settings.fdrThreshold }
            .sorted {
                (-table.normalizedEnrichmentScore[$0], $0) < (-table.normalizedEnrichmentScore[$1], $1)
            }
    }

    /// The tables, each with its file's name; their columns are made when they are asked for.
    package var tables: [(name: String, columns: @Sendable () -> [TableColumn])] {
        var tables: [(name: String, columns: @Sendable () -> [TableColumn])] = [
            ("generic_enrichment.txt", { genericEnrichment }), ("leading_edges.tsv", { leadingEdges }),
            ("leading_edge_overlap.tsv", { overlaps }),
        ]
        if case .bySize = enrichment.null { tables.append(("independent_sets.tsv", { independentSets })) }
        return tables
    }

    /// EnrichmentMap's generic format: name, description, p, q, phenotype and genes, by position.
    ///
    /// Sets without a q are left out: the format has no missing values.
    package var genericEnrichment: [TableColumn] {
        let table = enrichment.table
        let rows = table.fdr.indices.filter { !table.fdr[$0].isNaN }
        let sets = enrichment.matching.matched
        return [
            TableColumn("Name", .strings(rows.map { table.name[$0] })),
            TableColumn("Description", .strings(rows.map { description(of: sets[$0]) })),
            TableColumn("p-value", .doubles(rows.map { table.pValue[$0] })),
            TableColumn("FDR", .doubles(rows.map { table.fdr[$0] })),
            TableColumn("Phenotype", .strings(rows.map { table.enrichmentScore[$0] < 0 ? "-1" : "+1" })),
            TableColumn(
                "Genes",
                .strings(
                    rows.map { row in
                        sets[row].members.map { enrichment.list.genes[Int($0)] }.joined(separator: ",")
                    })),
        ]
    }

    private func description(of set: MatchedGeneSet) -> String {
        let set = enrichment.sets[set.index]
        return set.description.isEmpty ? set.name : set.description
    }

    /// One row per set below the threshold and gene of its leading edge.
    package var leadingEdges: [TableColumn] {
        let rows = enriched.flatMap { set in
            enrichment.leadingEdge(ofSet: set).map { (set: set, rank: Int($0)) }
        }
        return [
            TableColumn("name", .strings(rows.map { enrichment.table.name[$0.set] })),
            TableColumn("gene", .strings(rows.map { enrichment.list.genes[$0.rank] })),
            TableColumn("rankInGeneList", .integers(rows.map(\.rank))),
            TableColumn("score", .doubles(rows.map { enrichment.list.scores[$0.rank] })),
            TableColumn("NES", .doubles(rows.map { enrichment.table.normalizedEnrichmentScore[$0.set] })),
        ]
    }

    /// The sets below the threshold by descending |NES|, and for a redundant one the set that has what it has.
    package var independentSets: [TableColumn] {
        let table = enrichment.table
        let sets = IndependentSets(
            rows: enriched, limit: EnrichmentTables.independenceLimit, list: enrichment.list,
            members: enrichment.matching.matched.map(\.members), normalizedScores: table.normalizedEnrichmentScore,
            exponent: settings.weight, seed: settings.seed)
        return [
            TableColumn("name", .strings(sets.rows.map { table.name[$0] })),
            TableColumn("NES", .doubles(sets.rows.map { table.normalizedEnrichmentScore[$0] })),
            TableColumn("fdr", .doubles(sets.rows.map { table.fdr[$0] })),
            TableColumn("independent", .booleans(sets.redundantWith.map { $0 == nil })),
            TableColumn("redundantWith", .strings(sets.redundantWith.map { $0.map { table.name[$0] } ?? "" })),
        ]
    }

    /// The share of two leading edges' genes that both have (Jaccard), of the sets below the threshold.
    ///
    /// Of more than `overlapLimit` those with the largest |NES| are compared.
    package var overlaps: [TableColumn] {
        let scores = enrichment.table.normalizedEnrichmentScore
        let sets =
            enriched.count <= EnrichmentTables.overlapLimit
            ? enriched
            : Array(
                enriched.sorted { (-scores[$0].magnitude, $0) < (-scores[$1].magnitude, $1) }
                    .prefix(EnrichmentTables.overlapLimit)
            ).sorted { (-scores[$0], $0) < (-scores[$1], $1) }
        let edges = sets.map { enrichment.leadingEdge(ofSet: $0) }
        let names = sets.map { enrichment.table.name[$0] }
        var isMember = [Bool](repeating: false, count: enrichment.list.count)
        var columns = [[Double]](repeating: [Double](repeating: 1, count: sets.count), count: sets.count)
        for column in sets.indices {
            for gene in edges[column] { isMember[Int(gene)] = true }
            for row in column + 1..<sets.count {
                let shared = edges[row].count { isMember[Int($0)] }
                let overlap = Double(shared) / Double(edges[row].count + edges[column].count - shared)
                columns[column][row] = overlap
                columns[row][column] = overlap
            }
            for gene in edges[column] { isMember[Int(gene)] = false }
        }
        return [TableColumn("name", .strings(names))]
            + zip(names, columns).map { TableColumn($0, .doubles($1)) }
    }
}
