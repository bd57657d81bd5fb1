import StatisticalKernels

/// The three exposures, in the order in which all tables have them.
package enum Exposure: Int, CaseIterable, Sendable {
    case volume, intensity, composite

    /// The column of the sample sheet.
    package var column: String {
        switch self {
        case .volume: "stir_volume"
        case .intensity: "stir_intensity"
        case .composite: "stir_composite"
        }
    }
}

/// The patients of a simulated cohort, one entry per patient in every array.
///
/// The distributions that a reader would check (sexes, kits, the range of age and
/// exposures) are met in every cohort, not only on average: values are dealt out
/// by rank. What remains random is who gets which.
package struct Patients: Equatable, Sendable {
    /// Per cent of white blood cells, in the order of `cellPercentages`.
    package static let cellColumns = ["neutrophils", "lymphocytes", "monocytes", "eosinophils", "basophils"]

    package let sampleNames: [String]

    /// The library kit, `A` or `B`: six in seven patients have `A`.
    package let kit: [String]

    /// The flow cell. Each belongs to one kit.
    package let batch: [String]

    /// `F` or `M`.
    package let gender: [String]

    /// In years, to a tenth.
    package let age: [Double]

    /// `exposures[exposure][sample]`, as the sample sheet gives them.
    package let exposures: [[Double]]

    /// `cellPercentages[cell][sample]`, to a tenth; a patient's five sum to about 100.
    package let cellPercentages: [[Double]]

    /// The natural logarithm of the sequencing depth relative to the others.
    package let logDepth: [Double]

    /// An unmeasured, standard normal nuisance that many genes follow.
    package let hidden: [Double]

    /// `themeActivity[theme][sample]`, standard normal and independent of the exposures.
    package let themeActivity: [[Double]]

    package var count: Int { sampleNames.count }

    init(simulatedWith options: CohortOptions) {
        let count = options.sampleCount
        var stream = DrawStream(seed: options.seed, purpose: .patients)
        let digits = max(3, String(count).count)
        sampleNames = (1...count).map { "P" + zeroPadded($0, to: digits) }

        let cells = Self.dealFlowCells(among: count, from: &stream)
        kit = cells.map(\.kit)
        batch = cells.map { "FC\($0.number)" }
        gender = Self.dealGenders(among: count, from: &stream)
        let age = Self.drawAges(count, from: &stream)
        self.age = age

        // Batch and age pull in the same direction, half and half.
        let pull = standardized(zip(standardized(age), standardized(cells.map { Double($0.number) })).map { $0 + $1 })
        exposures = Self.drawExposures(confounder: options.confoundsExposures ? pull : nil, count, from: &stream)
        cellPercentages = Self.drawCellPercentages(count, from: &stream)
        logDepth = (0..<count).map { _ in 0.25 * stream.normal() }
        hidden = (0..<count).map { _ in stream.normal() }
        themeActivity = Theme.allCases.map { _ in (0..<count).map { _ in stream.normal() } }
    }

    /// Fourteen patients to a flow cell with kit A, seven with kit B.
    private static func dealFlowCells(among count: Int, from stream: inout DrawStream) -> [(kit: String, number: Int)] {
        let withB = (count * 14 + 48) / 96
        let withA = count - withB
        let cellsA = max(2, (withA + 7) / 14)
        let cellsB = max(1, (withB + 3) / 7)
        var dealt =
            (0..<withA).map { (kit: "A", number: 1 + $0 % cellsA) }
            + (0..<withB).map { (kit: "B", number: 1 + cellsA + $0 % cellsB) }
        stream.shuffle(&dealt)
        return dealt
    }

    /// Sixty-one women to thirty-five men.
    private static func dealGenders(among count: Int, from stream: inout DrawStream) -> [String] {
        let women = (count * 61 + 48) / 96
        var dealt = (0..<count).map { $0 < women ? "F" : "M" }
        stream.shuffle(&dealt)
        return dealt
    }

    /// Mean 45.3 and standard deviation 8.7 years, between 27 and 63.
    private static func drawAges(_ count: Int, from stream: inout DrawStream) -> [Double] {
        let drawn = (0..<count).map { _ in
            var z = stream.normal()
            while abs(z) > 2.2 { z = stream.normal() }
            return z
        }
        return standardized(drawn).map { roundedToTenth(min(63, max(27, 45.3 + 8.7 * $0))) }
    }

    /// Volume, intensity and composite, from three normals made exactly uncorrelated in the cohort at hand.
    ///
    /// Volume is the first. Intensity mixes all three and correlates with the
    /// others by about 0.4. Composite mixes the first and the third, with the
    /// share of the first that brings its correlation with the volume closest to
    /// the study's 0.68.
    ///
    /// - Parameter confounder: Takes 60 per cent of each normal, when given.
    private static func drawExposures(
        confounder: [Double]?, _ count: Int, from stream: inout DrawStream
    ) -> [[Double]] {
        var basis: [[Double]] = []
        for _ in 0..<3 {
            basis.append(standardized((0..<count).map { _ in stream.normal() }, uncorrelatedWith: basis))
        }
        func quantiles(mixing weights: [Double]) -> [Double] {
            let latent = (0..<count).map { sample in
                let own = (0..<3).reduce(0.0) { $0 + weights[$1] * basis[$1][sample] }
                return confounder.map { 0.6 * $0[sample] + 0.8 * own } ?? own
            }
            return ranks(of: latent).map { (Double($0) + 0.5) / Double(count) }
        }
        // The last level is open-ended: 8 for volume, 3 for composite.
        func level(_ quantile: Double, _ limits: [Double]) -> Double {
            1 + Double(limits.count { quantile >= $0 })
        }
        let volume = quantiles(mixing: [1, 0, 0]).map { level($0, [0.22, 0.42, 0.59, 0.73, 0.84, 0.92, 0.97]) }

        // A normal shape stretched over the observed range, whose ends are 9 and 73.
        let widest = normalQuantile(1 - 0.5 / Double(count))
        let intensity = quantiles(mixing: [0.38, 0.885, 0.27]).map {
            roundedToTenth(41 + 32 * normalQuantile($0) / widest)
        }

        let candidates = stride(from: 0.2, through: 0.98, by: 0.005).map { share in
            quantiles(mixing: [share, 0, (1 - share * share).squareRoot()]).map { level($0, [0.42, 0.78]) }
        }
        func distance(_ composite: [Double]) -> Double { abs(correlation(volume, composite) - 0.68) }
        return [volume, intensity, candidates.min { distance($0) < distance($1) }!]
    }

    /// Log-normal shares closed to 100 per cent, then rounded to a tenth of a per cent each.
    private static func drawCellPercentages(_ count: Int, from stream: inout DrawStream) -> [[Double]] {
        let typical = [57.5, 30.5, 8.0, 2.7, 0.6]
        let spread = [0.15, 0.22, 0.22, 0.5, 0.35]
        var percentages = typical.map { _ in [Double](repeating: 0, count: count) }
        for sample in 0..<count {
            let shares = zip(typical, spread).map { $0 * exp($1 * stream.normal()) }
            let total = shares.reduce(0, +)
            for cell in typical.indices {
                percentages[cell][sample] = roundedToTenth(100 * shares[cell] / total)
            }
        }
        return percentages
    }
}
