import AnalysisPipeline
import GeneSetEnrichment
import RunStore
import SamplePermutation
import StoredRuns

/// The null distributions of a finished run, to go on from.
package enum PriorNulls {
    /// Reads them from a run's file, which is checked against its identity.
    ///
    /// - Throws: `RunStoreError` for a file that is damaged or was changed.
    package static func read(from path: String, configuration: StudyConfiguration) throws -> [PriorNull] {
        let document = try RunDocument.read(from: path)
        var priors: [PriorNull] = []
        if let prior = try prior(in: document, at: "uns", analysis: nil, test: nil) { priors.append(prior) }
        for analysis in configuration.analyses {
            let base = AnalysisPlace.ofAnalysis(analysis.name)
            for test in analysis.tests {
                let place = AnalysisPlace.ofTest(test, in: base, of: analysis.tests.count)
                if let prior = try prior(in: document, at: place, analysis: analysis.name, test: test) {
                    priors.append(prior)
                }
            }
        }
        return priors
    }

    private static func prior(
        in document: RunDocument, at place: String, analysis: String?, test: String?
    ) throws -> PriorNull? {
        guard let stored = try null(in: document, at: place) else { return nil }
        var null = stored.null
        if case .bySamples(let pass, _) = null { null = .bySamples(pass, scores: scores(in: document, at: place)) }
        return PriorNull(analysis: analysis, test: test, planDigest: stored.plan, null: null)
    }

    /// The null scores that `--keep-null` left, by set statistic.
    private static func scores(in document: RunDocument, at place: String) -> [SetStatistic: NullScores] {
        var scores: [SetStatistic: NullScores] = [:]
        for statistic in SetStatistic.allCases {
            guard let stored = document[place + "/" + ResultStore.nullScoresName(statistic)],
                case .floats(let values) = stored.content, let permutations = stored.shape.last, permutations > 0
            else { continue }
            scores[statistic] = nullScores(values, permutations: permutations)
        }
        return scores
    }

    /// - Parameter values: Set after set.
    private static func nullScores(_ values: [Float], permutations: Int) -> NullScores {
        // In parts of some sets, so that they can be given up one after another when they are written again.
        let length = 128 * permutations
        let parts = stride(from: 0, to: values.count, by: length).map {
            ScoreBytes(values[$0..<min($0 + length, values.count)])
        }
        return NullScores(parts: parts, permutations: permutations)
    }

    /// The null of the list whose results stand at `place`, and the digest of the plan it was drawn by; of permuted samples
    /// the counts alone.
    ///
    /// - Returns: Nil where none was drawn.
    static func null(in document: RunDocument, at place: String) throws -> (null: EnrichmentNull, plan: String)? {
        if let stored = document[place + "/" + ResultStore.firstPassName],
            case .string(let plan) = stored.attributes["plan"], case .int8s(let bytes) = stored.content
        {
            return (.bySamples(try PassOne(decoding: bytes.map { UInt8(bitPattern: $0) }), scores: [:]), plan)
        }
        guard let stored = document[place + "/null"], case .string(let plan) = stored.attributes["plan"] else {
            return nil
        }
        switch stored.content {
        case .int8s(let stored):
            let bytes = stored.map { UInt8(bitPattern: $0) }
            return PairedPassOne.isEncoded(in: bytes)
                ? (.byPhenotypes(try PairedPassOne(decoding: bytes)), plan)
                : (.bySize(try GeneSetNull.State(decoding: bytes)), plan)
        case .floats(let scores):
            let count = stored.shape.last ?? 0
            guard count > 0 else { return nil }
            return (.bySet(nullScores(scores, permutations: count)), plan)
        default: return nil
        }
    }
}
