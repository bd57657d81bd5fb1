import Payloads

/// Why summaries of permutations cannot be put together.
package enum SummaryProblem: Error, Equatable, CustomStringConvertible {
    case overlapping(Range<Int>, Range<Int>)
    case otherAnalysis
    case incomplete(expected: Range<Int>)

    package var description: String {
        switch self {
        case .overlapping(let first, let second):
            "permutations \(first) and \(second) overlap, so that some would count twice"
        case .otherAnalysis: "the summaries are of different sets, genes or statistics"
        case .incomplete(let expected): "not all of the permutations \(expected) have been counted"
        }
    }
}

extension PayloadError {
    /// A summary, or a problem, that does not fit together.
    static let misfit = PayloadError(
        description: "the summary of permutations is damaged or of another version; run the shard again")
}

extension PayloadWriter {
    mutating func write(_ sum: WideSum) {
        write(sum.high)
        write(sum.low)
    }
}

extension PayloadReader {
    mutating func readSum() throws(PayloadError) -> WideSum { WideSum(high: try readNumber(), low: try readNumber()) }
}
