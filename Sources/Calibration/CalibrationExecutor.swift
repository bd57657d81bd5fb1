import CohortSimulation
import Foundation
import JobEngine
import Payloads
import SamplePermutation

/// What a shard or its result is not.
package struct CalibrationError: Error, Equatable, CustomStringConvertible {
    package let description: String
}

/// Simulates and analyses the cohorts of a shard in a worker.
package struct CalibrationExecutor: ShardExecutor {
    /// The name of the one stage.
    package static let stage = "calibration-cohorts"

    package init() {}

    package func execute(_ shard: Shard, inputs: [Blob], control: any ShardControl) throws -> [UInt8] {
        guard inputs.count == 1 else { throw CalibrationError(description: "a shard of cohorts has one input") }
        let task = try JSONDecoder().decode(CalibrationTask.self, from: Data(inputs[0].content))
        guard let cell = CalibrationCell(name: task.cell), task.geneCount >= CalibrationCohort.fewestGenes,
            task.permutations > 0, shard.range.lowerBound >= 0, shard.range.upperBound <= CalibrationCohort.limit
        else { throw CalibrationError(description: "there are no such cohorts of `\(task.cell)`") }
        var values: [Double] = []
        for number in shard.range {
            let cohort = CalibrationCohort(
                CalibrationCohort.Key(cell: cell, effect: task.effect, number: number), geneCount: task.geneCount,
                seed: task.seed)
            values += try CohortAnalysis(cohort, task, proceed: { try proceed(control) }).measures()
        }
        var writer = PayloadWriter()
        for value in values { writer.write(value) }
        return writer.bytes
    }

    private func proceed(_ control: any ShardControl) throws {
        control.madeProgress()
        if control.isCancelled { throw ShardCancelled() }
    }
}

/// The measures of a shard's cohorts, cohort after cohort.
func shares(decoding bytes: [UInt8], count: Int) throws -> [Double] {
    guard bytes.count == 8 * count else {
        throw CalibrationError(description: "\(bytes.count) bytes are not the \(count) shares of a shard")
    }
    var reader = PayloadReader(bytes)
    let values = try (0..<count).map { _ in try reader.readDouble() }
    guard values.allSatisfy({ (0...1).contains($0) }) else {
        throw CalibrationError(description: "a share lies between 0 and 1")
    }
    return values
}
