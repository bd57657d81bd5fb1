/// A situation in which the error rates of a test are measured.
///
/// Genes follow batch and age in every cell, and every cohort has sets of co-regulated genes and sets of unrelated ones.
package struct CalibrationCell: Hashable, Sendable {
    package let sampleCount: Int

    /// Whether half of the exposure's variance comes from batch and age.
    package var isTied = false

    /// Whether the exposure is log-normal instead of normal.
    package var isSkewed = false

    /// Whether the genes' dispersions grow with the exposure.
    package var isUneven = false

    init(_ sampleCount: Int, tied: Bool = false, skewed: Bool = false, uneven: Bool = false) {
        self.sampleCount = sampleCount
        isTied = tied
        isSkewed = skewed
        isUneven = uneven
    }

    /// The grid: well-behaved exposures and tied ones at all sizes, what is wrong by itself at the largest, and together.
    package static let all: [CalibrationCell] = [
        CalibrationCell(12), CalibrationCell(24), CalibrationCell(48), CalibrationCell(96),
        CalibrationCell(12, tied: true), CalibrationCell(24, tied: true), CalibrationCell(48, tied: true),
        CalibrationCell(96, tied: true),
        CalibrationCell(96, skewed: true), CalibrationCell(96, uneven: true),
        CalibrationCell(12, skewed: true, uneven: true), CalibrationCell(24, skewed: true, uneven: true),
        CalibrationCell(48, skewed: true, uneven: true), CalibrationCell(96, skewed: true, uneven: true),
        CalibrationCell(24, tied: true, skewed: true, uneven: true),
        CalibrationCell(96, tied: true, skewed: true, uneven: true),
    ]

    /// Such as `n96-tied-skewed-uneven`; `n96-plain` where nothing is wrong.
    package var name: String {
        let words = [(isTied, "tied"), (isSkewed, "skewed"), (isUneven, "uneven")].filter(\.0).map(\.1)
        return (["n\(sampleCount)"] + (words.isEmpty ? ["plain"] : words)).joined(separator: "-")
    }

    /// The cell of a name; nil for one that is not in the grid.
    package init?(name: String) {
        guard let cell = Self.all.first(where: { $0.name == name }) else { return nil }
        self = cell
    }

    /// What the cell is in the counter of random numbers: of its properties alone, so that a longer grid keeps its cohorts.
    var number: Int {
        sampleCount << 3 | (isTied ? 4 : 0) | (isSkewed ? 2 : 0) | (isUneven ? 1 : 0)
    }
}
