import CohortSimulation
import Foundation
import JobEngine
import SamplePermutation

/// A request that cannot be measured, with the option's name and what may be given.
package struct CalibrationRefusal: InputRefusal, Equatable, CustomStringConvertible {
    package let description: String
}

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

    /// Refuses what cannot be measured, whoever asks for it.
    ///
    /// - Throws: `CalibrationRefusal`, which begins with the option's name and says what may be given.
    package func check() throws {
        func check(_ value: Int, _ range: ClosedRange<Int>, _ option: String) throws {
            guard !range.contains(value) else { return }
            throw CalibrationRefusal(description: "\(option) must be \(range.lowerBound) to \(range.upperBound)")
        }
        func check(_ names: [String], among known: [String], _ option: String) throws {
            guard !names.isEmpty, Set(names).count == names.count, names.allSatisfy(known.contains) else {
                throw CalibrationRefusal(
                    description: "\(option) must be one or more of \(known.joined(separator: ", ")), each once")
            }
        }
        try check(cells, among: CalibrationCell.all.map(\.name), "--cells")
        // An interval needs two cohorts.
        try check(cohorts, 2...CalibrationCohort.limit, "--cohorts")
        try check(geneCount, CalibrationCohort.fewestGenes...100_000, "--genes")
        // With fewer no p-value is as small as 0.05.
        try check(permutations, 19...1_000_000, "--permutations")
        try check(schemes.map(\.rawValue), among: CalibrationScheme.allCases.map(\.rawValue), "--schemes")
        try check(setStatistics, among: SetStatistic.allCases.map(\.rawValue), "--set-statistic")
        guard effect > 0, effect <= 5 else {
            throw CalibrationRefusal(description: "--effect must be above 0 and at most 5 (log2 units)")
        }
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
