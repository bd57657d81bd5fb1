import DifferentialExpression
import ExpressionData

/// The empirical nulls of a run's tests, and what to say of them.
package struct EmpiricalNulls: Sendable {
    package struct Entry: Sendable, Equatable {
        package let analysis: String
        package let test: String

        /// How many statistics the null was fitted to.
        package let geneCount: Int
        package let parameters: EmpiricalNull.Parameters

        /// What messages call it.
        fileprivate let label: String
    }

    /// In the order of the analyses and their tests; empty where no empirical null was asked for.
    package let entries: [Entry]

    /// So many fits are told one by one.
    private static let shownEntries = 4

    package init(_ results: StudyResults) {
        self.init(of: results.analyses.map { ($0.input.name, $0.tests) })
    }

    init(of analyses: [(name: String, tests: [TestResults])]) {
        entries = analyses.flatMap { analysis in
            analysis.tests.compactMap { test in
                test.table.empiricalNull.map { null in
                    Entry(
                        analysis: analysis.name, test: test.name,
                        geneCount: null.pValues.count { !$0.isNaN }, parameters: null.parameters,
                        label: [analysis.name, analysis.tests.count == 1 && !analysis.name.isEmpty ? "" : test.name]
                            .filter { !$0.isEmpty }.joined(separator: ", "))
                }
            }
        }
    }

    /// The fits that should not be believed as they are, one sentence for each kind of doubt.
    var warnings: [String] {
        EmpiricalNull.Doubt.allCases.compactMap { doubt in
            let doubtful = entries.filter { $0.parameters.doubts.contains(doubt) }
            guard !doubtful.isEmpty else { return nil }
            let usual = EmpiricalNull.usualStandardDeviations
            let found =
                doubt == .fewNulls
                ? "share of null genes (eta0) is \(Self.range(of: doubtful.map(\.parameters.eta0))), below "
                    + "\(EmpiricalNull.leastShareOfNulls)"
                : "standard deviation is \(Self.range(of: doubtful.map(\.parameters.standardDeviation))), far from 1 "
                    + "(\(usual.lowerBound) to \(usual.upperBound) is usual)"
            return "\(listed(doubtful.map(\.label), limit: Self.shownEntries)): the empirical null's \(found), "
                + doubt.advice
        }
    }

    /// Standard deviation and share of nulls of every fit, or their ranges; nil without fits.
    var note: String? {
        guard !entries.isEmpty else { return nil }
        guard entries.count > Self.shownEntries else {
            return "empirical null: "
                + entries.map {
                    "\($0.label) sd \(Self.rounded($0.parameters.standardDeviation)), eta0 \(Self.rounded($0.parameters.eta0))"
                }.joined(separator: "; ")
        }
        return
            "empirical nulls of \(entries.count) tests: sd \(Self.range(of: entries.map(\.parameters.standardDeviation))), "
            + "eta0 \(Self.range(of: entries.map(\.parameters.eta0))); each is in empirical_null.tsv"
    }

    private static func range(of values: [Double]) -> String {
        let (low, high) = (rounded(values.min() ?? .nan), rounded(values.max() ?? .nan))
        return low == high ? low : "\(low) to \(high)"
    }

    /// Three decimals.
    private static func rounded(_ value: Double) -> String { decimal((value * 1000).rounded() / 1000) }
}
