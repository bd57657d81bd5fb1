import CohortSimulation
import Foundation
import SamplePermutation

/// What is to be measured.
package struct CalibrationRequest: Codable, Equatable, Sendable {
    package var cells: [String]

    /// Null cohorts of each cell, and as many with an effect.
    package var cohorts: Int
    package var geneCount: Int
    package var permutations: Int
    package var schemes: [CalibrationScheme]
    package var setStatistics: [String]

    /// Log2 units per standard deviation of the exposure.
    package var effect: Double
    package var seed: UInt64

    package init(
        cells: [CalibrationCell] = CalibrationCell.all, cohorts: Int = 1000, geneCount: Int = 1500,
        permutations: Int = 199, schemes: [CalibrationScheme] = CalibrationScheme.allCases,
        setStatistics: [SetStatistic] = [.ks], effect: Double = 0.2, seed: UInt64 = 1
    ) {
        self.cells = cells.map(\.name)
        self.cohorts = cohorts
        self.geneCount = geneCount
        self.permutations = permutations
        self.schemes = schemes
        self.setStatistics = setStatistics.map(\.rawValue)
        self.effect = effect
        self.seed = seed
    }

    /// By cell, the null cohorts' task and that of those with an effect.
    package var tasks: [CalibrationTask] {
        cells.flatMap { cell in
            [0, effect].map {
                CalibrationTask(
                    cell: cell, effect: $0, geneCount: geneCount, permutations: permutations, schemes: schemes,
                    setStatistics: setStatistics, seed: seed)
            }
        }
    }

    /// The same bytes for the same request.
    package func encoded() throws -> [UInt8] { try canonical(self) }
}

/// JSON with its keys in order.
func canonical(_ value: some Encodable) throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value))
}
