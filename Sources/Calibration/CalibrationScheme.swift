import ExpressionData
import SamplePermutation

/// A way to come to p-values whose error rates are measured.
package enum CalibrationScheme: String, CaseIterable, Codable, Sendable {
    /// Random gene sets on the observed list, as preranked GSEA has them. Of sets only.
    case genePermutation = "gene-permutation"

    /// The normal distribution of the score statistic. Of genes only.
    case asymptotic

    /// The exposure shuffled, and the covariates in no model.
    case naive
    case free

    /// Inside batches.
    case within
    case residual
    case flip

    /// The scheme `residual` with the robust variance.
    case robust

    /// What stands under the root in z.
    package var variance: String {
        switch self {
        case .flip: "flip"
        case .robust: "robust"
        default: "model"
        }
    }

    var testsGenes: Bool { self != .genePermutation }
    var testsSets: Bool { self != .asymptotic }
}

/// One number that every cohort has, between 0 and 1.
package struct CalibrationMeasure: Hashable, Sendable {
    package enum Subject: String, CaseIterable, Sendable {
        case genes
        case coregulatedSets = "co-regulated sets"
        case randomSets = "random sets"
    }

    package enum Quantity: String, Sendable {
        /// The share that is called at the level, where nothing is there to be found.
        case typeIError = "type1"

        /// The share of what was shifted that is called at the level.
        case power

        /// The share of false ones among those whose adjusted p, or q, is at most the level; 0 where there are none.
        case falseDiscoveries = "fdr"
    }

    package let scheme: CalibrationScheme
    package let subject: Subject

    /// Nil for genes.
    package let setStatistic: SetStatistic?
    package let quantity: Quantity
}

/// What a shard needs to know besides its range of cohorts.
package struct CalibrationTask: Codable, Equatable, Sendable {
    package var cell: String

    /// Log2 units per standard deviation of the exposure; 0: null cohorts.
    package var effect: Double
    package var geneCount: Int
    package var permutations: Int
    package var schemes: [CalibrationScheme]
    package var setStatistics: [String]
    package var seed: UInt64

    /// The level of all tests.
    package static let level = 0.05

    /// What each cohort has, in the order of its numbers.
    package var measures: [CalibrationMeasure] {
        let quantities: [CalibrationMeasure.Quantity] = effect == 0 ? [.typeIError] : [.power, .falseDiscoveries]
        return schemes.flatMap { scheme -> [CalibrationMeasure] in
            var tested: [(CalibrationMeasure.Subject, SetStatistic?)] = []
            if scheme.testsGenes { tested.append((.genes, nil)) }
            for statistic in scheme.testsSets ? (scheme == .genePermutation ? [.ks] : statisticsOfSets) : [] {
                tested += [(.coregulatedSets, statistic), (.randomSets, statistic)]
            }
            return tested.flatMap { subject, statistic in
                quantities.map {
                    CalibrationMeasure(scheme: scheme, subject: subject, setStatistic: statistic, quantity: $0)
                }
            }
        }
    }

    var statisticsOfSets: [SetStatistic] { setStatistics.compactMap(SetStatistic.init(rawValue:)) }
}
