/// The gene sets of one analysis under two nulls, set by set.
package struct SetsUnderBothNulls: Equatable, Sendable {
    /// What the sets of one run came to; one element per set that it tested.
    package struct Numbers: Equatable, Sendable {
        /// The sets' rows in the collection, which both runs were given.
        package var rows: [Int]
        package var normalizedEnrichmentScore: [Double]
        package var pvalue: [Double]
        package var fdr: [Double]

        package init(rows: [Int], normalizedEnrichmentScore: [Double], pvalue: [Double], fdr: [Double]) {
            self.rows = rows
            self.normalizedEnrichmentScore = normalizedEnrichmentScore
            (self.pvalue, self.fdr) = (pvalue, fdr)
        }
    }

    /// Under which null a set is significant.
    package enum Verdict: UInt8, Sendable {
        case neither, here, there, both
    }

    /// The rows of all sets that either run tested, ascending.
    package let rows: [Int]

    /// Of each of `rows`; NaN where the run did not test it, whose list may lack the set's genes.
    package let here: Numbers
    package let there: Numbers
    package let verdicts: [Verdict]

    /// - Parameter isSignificant: The rule for p and q, the same for both runs; false for missing numbers.
    package init(here: Numbers, there: Numbers, isSignificant: (_ p: Double, _ q: Double) -> Bool) {
        let rows = Set(here.rows).union(there.rows).sorted()
        let (here, there) = (Self.numbers(here, of: rows), Self.numbers(there, of: rows))
        self.rows = rows
        (self.here, self.there) = (here, there)
        verdicts = rows.indices.map { place in
            switch (
                isSignificant(here.pvalue[place], here.fdr[place]), isSignificant(there.pvalue[place], there.fdr[place])
            ) {
            case (true, true): .both
            case (true, false): .here
            case (false, true): .there
            case (false, false): .neither
            }
        }
    }

    package func count(_ verdict: Verdict) -> Int { verdicts.count { $0 == verdict } }

    /// Sets that one of the runs alone tested.
    package var testedOnce: Int {
        rows.indices.count { here.normalizedEnrichmentScore[$0].isNaN != there.normalizedEnrichmentScore[$0].isNaN }
    }

    /// Places in `rows`, by q here, then there; missing ones last.
    package var strongestFirst: [Int] {
        func rank(_ q: Double) -> Double { q.isNaN ? .infinity : q }
        return rows.indices.sorted {
            (rank(here.fdr[$0]), rank(there.fdr[$0]), $0) < (rank(here.fdr[$1]), rank(there.fdr[$1]), $1)
        }
    }

    private static func numbers(_ numbers: Numbers, of rows: [Int]) -> Numbers {
        let places = Dictionary(uniqueKeysWithValues: numbers.rows.enumerated().map { ($1, $0) })
        func column(_ values: [Double]) -> [Double] { rows.map { places[$0].map { values[$0] } ?? .nan } }
        return Numbers(
            rows: rows, normalizedEnrichmentScore: column(numbers.normalizedEnrichmentScore),
            pvalue: column(numbers.pvalue), fdr: column(numbers.fdr))
    }
}
