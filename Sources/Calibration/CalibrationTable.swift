import Foundation
import SamplePermutation
import StatisticalKernels

/// The mean over cohorts, with the interval that Student's t gives with the cohort as unit.
package struct CohortMean: Equatable, Sendable {
    package let mean: Double
    package let low: Double
    package let high: Double

    /// How much the interval covers.
    package static let confidence = 0.99

    /// Limits are kept within 0 and 1, where all shares lie. Cohorts that all agree show no spread, as a few do that have
    /// nothing called: they get Clopper and Pearson's limits of the mean as a share of cohorts, which no spread exceeds.
    ///
    /// - Precondition: At least two values.
    package init(of values: [Double]) {
        precondition(values.count >= 2)
        let count = Double(values.count)
        let mean = values.reduce(0, +) / count
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        self.mean = mean
        guard squares > 0 else {
            let interval = BinomialInterval(
                successes: mean * count, trials: count, confidence: Self.confidence)
            (low, high) = (interval.low, interval.high)
            return
        }
        // t² has the F distribution with one degree of freedom in the numerator.
        let t = fQuantile(Self.confidence, 1, count - 1).squareRoot()
        let margin = t * (squares / (count - 1) / count).squareRoot()
        low = max(0, mean - margin)
        high = min(1, mean + margin)
    }
}

/// `calibration.tsv`: what came out in every cell under every scheme.
package struct CalibrationTable: Sendable {
    package struct Row: Equatable, Sendable {
        package let cell: String
        package let measure: CalibrationMeasure
        package let mean: CohortMean
        package let cohorts: Int
        package let permutations: Int

        /// Of type-I errors whether the interval covers the level; of false discoveries whether it reaches down to it, for a
        /// method may have fewer; nil of power.
        package var holds: Bool? {
            switch measure.quantity {
            case .typeIError: mean.low <= CalibrationTask.level && CalibrationTask.level <= mean.high
            case .falseDiscoveries: mean.low <= CalibrationTask.level
            case .power: nil
            }
        }
    }

    package let rows: [Row]

    package init(_ results: CalibrationResults) {
        let request = results.request
        rows = zip(request.tasks, results.values).flatMap { task, values in
            zip(task.measures, values).map { measure, shares in
                Row(
                    cell: task.cell, measure: measure, mean: CohortMean(of: shares), cohorts: request.cohorts,
                    permutations: request.permutations)
            }
        }
    }

    /// How many type-I errors agree with the level, in words.
    package var conclusion: String {
        let rates = rows.filter { $0.measure.quantity == .typeIError }
        let failing = rates.filter { $0.holds == false }
        return "\(rates.count - failing.count) of \(rates.count) type-I errors agree with 5 %, "
            + "\(failing.count { $0.mean.low > CalibrationTask.level }) are above it and "
            + "\(failing.count { $0.mean.high < CalibrationTask.level }) below"
    }

    package static let columns = [
        "cell", "scheme", "statistic", "variance", "what", "quantity", "estimate", "low", "high", "cohorts",
        "permutations", "holds",
    ]

    package var text: String {
        ([Self.columns] + rows.map(\.fields)).map { $0.joined(separator: "\t") + "\n" }.joined()
    }
}

extension CalibrationTable.Row {
    /// The normal distribution has no permutations.
    private var permutationsField: String { measure.scheme == .asymptotic ? "NA" : "\(permutations)" }

    fileprivate var fields: [String] {
        func number(_ value: Double) -> String { String(format: "%.5f", value) }
        return [
            cell, measure.scheme.rawValue, measure.setStatistic?.rawValue ?? "score", measure.scheme.variance,
            measure.subject.rawValue, measure.quantity.rawValue, number(mean.mean), number(mean.low),
            number(mean.high), "\(cohorts)", permutationsField, holds.map { $0 ? "yes" : "no" } ?? "NA",
        ]
    }
}

/// `cohorts.tsv.gz`: every cohort's shares.
package enum CohortTable {
    package static func text(_ results: CalibrationResults) -> String {
        var text = "cell\teffect\tcohort\tscheme\tstatistic\twhat\tquantity\tvalue\n"
        for (task, values) in zip(results.request.tasks, results.values) {
            for (measure, shares) in zip(task.measures, values) {
                let words = [
                    measure.scheme.rawValue, measure.setStatistic?.rawValue ?? "score", measure.subject.rawValue,
                    measure.quantity.rawValue,
                ].joined(separator: "\t")
                for (cohort, share) in shares.enumerated() {
                    text += "\(task.cell)\t\(task.effect)\t\(cohort)\t\(words)\t\(share)\n"
                }
            }
        }
        return text
    }
}
