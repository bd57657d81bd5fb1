import AnalysisPipeline
import ExpressionData
import ExpressionFormats

/// What `modicum gsea --ranks` is asked for, under the names of its options.
package struct GeneSetRequest: Codable, Equatable, Sendable {
    package var ranks: String
    package var sets: [String]
    package var minSize = 15
    package var maxSize = 500
    package var weight = 1.0
    package var permutations = 1000
    package var seed: UInt64 = 42
    package var fdrThreshold = 0.05

    package init(ranks: String, sets: [String]) {
        self.ranks = ranks
        self.sets = sets
    }

    /// Reads and checks everything.
    package func load(open: @escaping StudyLoader.FileSource) throws -> StudyInputs {
        var loader = StudyLoader(open: open)
        let ranked = try RankedListFile.read(try loader.file(ranks, role: "ranks"))
        loader.note(ranked.warnings)
        let geneSets = try loader.geneSets(sets)
        let settings = StudyConfiguration.GeneSets(
            minSize: minSize, maxSize: maxSize, weight: weight, permutations: permutations, seed: seed,
            fdrThreshold: fdrThreshold, ranking: "file")
        try loader.checkMatches(genes: ranked.list.genes, sets: geneSets, settings: settings)
        let configuration = StudyConfiguration(
            inputs: loader.digests, geneFilter: nil, differentialExpression: nil, analyses: [], geneSets: settings)
        return StudyInputs(
            configuration: configuration, geneSets: geneSets, rankedList: ranked.list, warnings: loader.warnings)
    }
}
