import AnalysisPipeline
import ExpressionData
import Foundation
import GeneSetEnrichment
import SamplePermutation

/// What the null scores take that a run stores with its results (`--keep-null`): four bytes for each gene set, set
/// statistic and permutation.
package struct NullScoreSpace: Equatable, Sendable {
    package let setCount: Int

    /// Of all set statistics of all exposures together, as many as there may be of each.
    let permutations: Double

    /// How many are asked for.
    private let askedPermutations: Int
    private let isUntilSettled: Bool

    /// - Returns: Nil for a run that stores none.
    package init?(_ inputs: StudyInputs) {
        guard let settings = inputs.configuration.samplePermutation, settings.keepNull,
            let sets = inputs.configuration.geneSets, let counts = inputs.counts
        else { return nil }
        let names = analysedNames(of: counts, annotation: inputs.annotation, exclusions: inputs.exclusions)
        setCount =
            GeneSetMatching(
                of: inputs.geneSets, with: names, minimumSize: max(1, sets.minSize), maximumSize: sets.maxSize
            ).matched.count
        let asked = inputs.settling?.limit ?? sets.permutations
        (askedPermutations, isUntilSettled) = (asked, inputs.settling != nil)
        let statistics = Double(settings.setStatistics.all.count)
        var permutations = 0.0
        for exposure in inputs.permutedExposures(settings) {
            // All distinct shuffles are enumerated where they are fewer.
            let distinct = pow(10, exposure.log10DistinctCount)
            permutations += statistics * min(Double(asked), distinct)
        }
        self.permutations = permutations
    }

    var bytes: Double { 4 * Double(setCount) * permutations }

    /// In words, such as `up to 184 MB`.
    var size: String { (isUntilSettled ? "up to " : "") + Self.size(bytes) }

    /// How often the scores are in memory at most: as they were gathered, and in the file that is made of them.
    private static let copiesInMemory = 2.0

    /// How often they are on the disk: in the journal until the run is finished, and in its results.
    private static let copiesOnDisk = 2.0

    /// Why the scores cannot be kept; nil where they can.
    ///
    /// - Parameters:
    ///   - memory: What this process may use, in bytes; nil where nobody says.
    ///   - disk: What is free where the results go.
    package func problem(memory: UInt64?, disk: UInt64?) -> String? {
        let ofMemory = memory.map { Double($0) / Self.copiesInMemory } ?? .infinity
        let ofDisk = disk.map { Double($0) / Self.copiesOnDisk } ?? .infinity
        let room = min(ofMemory, ofDisk)
        guard bytes > room else { return nil }
        let place = ofMemory <= ofDisk ? "half of the memory here" : "half of the free disk space where results go"
        let most = Int(Double(askedPermutations) * room / bytes)
        let option = isUntilSettled ? "--at-most" : "--permutations"
        let remedy = most > 0 ? "Ask for at most \(grouped(most)) by \(option), or leave" : "Leave"
        return "the null scores to keep (keep-null) are \(size): \(grouped(setCount)) gene sets, "
            + "\(grouped(askedPermutations)) permutations. The bound is \(Self.size(room)), \(place). \(remedy) "
            + "keep-null out."
    }

    private static func size(_ bytes: Double) -> String {
        switch bytes {
        case ..<1e6: "\(Int((bytes / 1e3).rounded(.up))) kB"
        case ..<1e9: "\(Int((bytes / 1e6).rounded(.up))) MB"
        default: "\(decimal((bytes / 1e8).rounded() / 10)) GB"
        }
    }
}

extension StudyInputs {
    /// The exposures whose samples are permuted, one for each test, or that of a finished run.
    func permutedExposures(_ settings: SamplePermutationSettings) -> [PermutedExposure] {
        exposureOfRun.map { [$0.exposure] }
            ?? analyses.flatMap { analysis in
                analysis.tests.compactMap { try? permutedExposure(of: $0, in: analysis, settings: settings) }
            }
    }
}
