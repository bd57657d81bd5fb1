import StatisticalKernels

/// A group of related genes that follow all exposures a little.
package enum Theme: Int, CaseIterable, Sendable {
    case interferon, mitochondrion, virusDefence

    package var name: String {
        switch self {
        case .interferon: "interferon-signalling"
        case .mitochondrion: "mitochondrial-metabolism"
        case .virusDefence: "defence-response-to-virus"
        }
    }
}

/// Why a gene follows the exposures.
package enum Planting: Equatable, Sendable {
    /// Strongly: significant in an analysis of exactly these exposures.
    case region([Exposure])

    /// Weakly, with the other genes of these themes.
    case themes([Theme])

    /// As the truth table has it, such as `volume+composite`.
    package var name: String {
        switch self {
        case .region(let exposures): exposures.map { "\($0)" }.joined(separator: "+")
        case .themes(let themes): themes.map(\.name).joined(separator: "+")
        }
    }
}

/// Chooses the genes that follow the exposures, and how much.
///
/// An analysis of one exposure at a time estimates *marginal* effects: with
/// exposures that are correlated, a gene that truly depends on the volume alone
/// would show in the analysis of the composite, too. So effects are planned
/// marginally, as `m` per standard deviation of each exposure, and the joint
/// effects that bring them about are `R⁻¹·m`, with `R` the exposures'
/// correlations in this cohort.
struct PlantedEffects {
    private let patients: Patients
    private let inverseCorrelations: [[Double]]

    init(for patients: Patients) {
        self.patients = patients
        let exposures = patients.exposures
        inverseCorrelations = inverse(exposures.map { row in exposures.map { correlation(row, $0) } })
    }

    /// The Venn regions of three exposures: how many genes of which direction each holds at full size.
    ///
    /// The numbers are those of the study; the first directions of each region
    /// are the ones it prints, the others alternate.
    private static let regions: [(exposures: [Exposure], count: Int, printedSigns: [Double])] = [
        ([.volume, .intensity, .composite], 1, [-1]),
        ([.volume, .composite], 4, [1, 1, 1, 1]),
        ([.composite], 5, [-1, -1]),
        ([.volume], 32, [1, 1, -1]),
    ]

    /// Of 42 genes: 19 protein coding, 12 long non-coding, 6 other non-coding, 4 pseudogenes, 1 other.
    private static let biotypeSequence: [Set<String>] = {
        let coding: Set = ["protein_coding"]
        let long: Set = ["lncRNA"]
        let short: Set = ["misc_RNA", "snRNA", "snoRNA", "miRNA"]
        let pseudogene: Set = [
            "processed_pseudogene", "unprocessed_pseudogene", "transcribed_unprocessed_pseudogene",
            "unitary_pseudogene",
        ]
        // Dealt so that every region gets a mixture.
        let round = [coding, long, coding, short, coding, long, pseudogene]
        return (0..<42).map { $0 == 41 ? ["TEC"] : round[$0 % 7] }
    }()

    /// Sets `planting` and the effects of the chosen genes.
    ///
    /// - Parameter plantsEffects: False leaves every effect zero but keeps the
    ///   themes, so that the null version has the same gene sets.
    func plant(in genes: inout [SimulatedGene], plantsEffects: Bool, seed: UInt64) {
        let order = genes.indices.sorted { (genes[$0].lottery, $0) < (genes[$1].lottery, $1) }
        plantRegions(in: &genes, drawing: order, plantsEffects: plantsEffects, seed: seed)
        plantThemes(in: &genes, drawing: order, plantsEffects: plantsEffects, seed: seed)
    }

    private func plantRegions(
        in genes: inout [SimulatedGene], drawing order: [Int], plantsEffects: Bool, seed: UInt64
    ) {
        // Strong effects need genes whose counts can show them.
        var eligible = order.filter {
            genes[$0].isAutosomal && genes[$0].baseMean >= 30 && genes[$0].dispersion <= 0.5
        }
        // Small cohorts get the same regions with fewer genes.
        let share = min(1, Double(genes.count) / 6_000)
        var planted = 0
        for region in Self.regions {
            for member in 0..<max(1, Int((Double(region.count) * share).rounded())) {
                let wanted = Self.biotypeSequence[planted]
                guard
                    let position = eligible.firstIndex(where: { wanted.contains(genes[$0].biotype) })
                        ?? eligible.indices.first
                else { return }
                let gene = eligible.remove(at: position)
                planted += 1
                genes[gene].planting = .region(region.exposures)
                guard plantsEffects else { continue }
                var stream = DrawStream(seed: seed, purpose: .plantedEffect, index: gene)
                let sign = member < region.printedSigns.count ? region.printedSigns[member] : member % 2 == 0 ? 1 : -1
                let z = sign * stream.uniform(in: 9...12)
                setEffects(of: &genes[gene], z: Exposure.allCases.map { region.exposures.contains($0) ? z : 0 })
            }
        }
    }

    private func plantThemes(in genes: inout [SimulatedGene], drawing order: [Int], plantsEffects: Bool, seed: UInt64) {
        let eligible = order.filter {
            genes[$0].planting == nil && genes[$0].isAutosomal && genes[$0].biotype == "protein_coding"
                && genes[$0].baseMean >= 5
        }
        // Of the expressed protein-coding genes: interferon 2.2 per cent, a third of
        // them in the defence against viruses too, which has 2.2 per cent, and
        // mitochondria 4 per cent. Small cohorts need sets of fifteen genes all the same.
        func poolSize(_ share: Double) -> Int { min(eligible.count / 5, max(60, Int(share * Double(eligible.count)))) }
        let interferon = poolSize(0.022)
        let shared = interferon / 3
        let virusOnly = poolSize(0.022) - shared
        let mitochondrion = poolSize(0.04)
        // Small cohorts have few themed sets and lose more to the covariates: twice
        // the lean gives them something to find, too.
        let lean = min(1.6, max(0.8, 0.8 * (96 / Double(patients.count)).squareRoot()))
        for (position, gene) in eligible.prefix(interferon + virusOnly + mitochondrion).enumerated() {
            let themes: [Theme] =
                switch position {
                case ..<shared: [.interferon, .virusDefence]
                case ..<interferon: [.interferon]
                case ..<(interferon + virusOnly): [.virusDefence]
                default: [.mitochondrion]
                }
            genes[gene].planting = .themes(themes)
            guard plantsEffects else { continue }
            var stream = DrawStream(seed: seed, purpose: .plantedEffect, index: gene)
            setEffects(of: &genes[gene], z: Exposure.allCases.map { _ in lean + 0.3 * stream.normal() })
        }
    }

    /// Gives a gene the effects that an analysis of each exposure would see with about these Wald statistics.
    private func setEffects(of gene: inout SimulatedGene, z: [Double]) {
        // The standard error of a log2 fold change per standard deviation, other covariates aside.
        let error =
            ((gene.dispersion + 1 / gene.baseMean) / Double(patients.count - 1)).squareRoot() / 0.6931471805599453
        gene.marginalEffects = z.map { $0 * error }
        gene.exposureEffects = inverseCorrelations.map { sumOfProducts($0, gene.marginalEffects) }
    }
}

/// The inverse of a symmetric 3 × 3 matrix, by cofactors.
private func inverse(_ m: [[Double]]) -> [[Double]] {
    func cofactor(_ row: Int, _ column: Int) -> Double {
        let (r, s) = ((row + 1) % 3, (row + 2) % 3)
        let (c, d) = ((column + 1) % 3, (column + 2) % 3)
        return m[r][c] * m[s][d] - m[r][d] * m[s][c]
    }
    let determinant = (0..<3).reduce(0.0) { $0 + m[0][$1] * cofactor(0, $1) }
    return (0..<3).map { row in (0..<3).map { cofactor($0, row) / determinant } }
}
