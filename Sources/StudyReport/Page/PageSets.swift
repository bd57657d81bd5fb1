import NetworkFormats
import StoredRuns

/// The gene sets of all analyses of a page, each of whose members stand there once.
///
/// Each analysis adds the order of its list and which sets it tested: of a set's genes it has those that are in its list.
struct PageSets {
    /// The genes that the page shows, and behind them those that are in lists alone.
    private let genes: [String]
    private let others: [String]

    /// The rows that any analysis tested in the collection that the run was given.
    private let rows: [Int]
    private let names: [String]

    /// By set: its genes as places in `genes`, ascending.
    private let members: [[Int32]]

    /// - Parameters:
    ///   - labels: What the page calls its genes.
    ///   - furtherRows: Rows of further sets, which no analysis of the page tested.
    init(
        of enrichments: [StoredEnrichment], in collection: GeneSetCollection, beside labels: [String],
        and furtherRows: [Int] = []
    ) {
        var known = Set(labels)
        others = enrichments.flatMap { $0.rankedGenes.filter { known.insert($0).inserted } }
        genes = labels + others
        rows = Set(enrichments.flatMap(\.rows)).union(furtherRows).sorted()
        names = rows.map { collection.names[$0] }
        members = collection.members(ofRows: rows, among: genes)
    }

    func content(_ payload: inout PagePayload) -> JSONValue {
        var steps: [Int32] = []
        for places in members {
            var previous: Int32 = -1
            for place in places {
                steps.append(place - previous)
                previous = place
            }
        }
        return .object([
            "names": ReportPage.texts(names), "others": ReportPage.texts(others),
            "sizes": payload.add(places: members.map { Int32($0.count) }), "steps": payload.add(places: steps),
        ])
    }

    /// By rank of an analysis's list: how far the gene stands, among the page's genes by their falling statistic, from there;
    /// twice the distance, less one where it stands before.
    ///
    /// Most lists follow the statistic, and all that is left are ties of three digits.
    ///
    /// - Parameter statistics: By gene of the page; empty for a list alone.
    func order(of enrichment: StoredEnrichment, by statistics: [Double]) -> [Int32] {
        // Missing ones are last, as is what is too far below zero for a code.
        let codes = statistics.map { max(ThreeDigits.code($0), -.max) }
        let guess = codes.indices.sorted { (codes[$1], $0) < (codes[$0], $1) } + Array(codes.count..<genes.count)
        let found = Self.places(of: enrichment.rankedGenes, in: guess.map { genes[$0] })
        return found.enumerated().map { rank, place in
            let shift = place - Int32(rank)
            return shift >= 0 ? 2 * shift : -2 * shift - 1
        }
    }

    /// By set of an analysis: its place among the page's sets.
    func sets(of enrichment: StoredEnrichment) -> [Int32] { places(ofRows: enrichment.rows) }

    /// Of rows of the collection: their places among the page's sets.
    func places(ofRows chosen: [Int]) -> [Int32] { Self.places(of: chosen, in: rows) }

    private static func places<Item: Hashable>(of items: [Item], in list: [Item]) -> [Int32] {
        let places = Dictionary(list.enumerated().map { ($1, Int32($0)) }) { first, _ in first }
        return items.compactMap { places[$0] }
    }
}
