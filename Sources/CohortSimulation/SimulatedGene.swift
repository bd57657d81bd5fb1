import StatisticalKernels

/// One gene of a simulated cohort, with the truth about it.
///
/// All effects are on the log2 scale of the mean count.
package struct SimulatedGene: Equatable, Sendable {
    package let id: String

    /// Nil for genes that nobody has named.
    package let symbol: String?

    package let chromosome: String
    package let biotype: String

    /// The mean count of a woman of 45 with typical cells, library kit A and a sample of average depth.
    package let baseMean: Double

    /// `α` in `Var = μ + α·μ²`.
    package let dispersion: Double

    /// Kit B against kit A.
    package let kitEffect: Double

    /// Per flow cell, beside the kit's effect; empty where there is none.
    package let batchEffects: [Double]

    package let effectPerDecade: Double

    /// Men against women.
    package let maleEffect: Double

    /// Per standard deviation of each cell's percentage.
    package let cellEffects: [Double]

    /// Per unit of the unmeasured nuisance.
    package let hiddenEffect: Double

    /// Why the gene follows the exposures, if it does.
    package internal(set) var planting: Planting?

    /// The exposures' joint effects per standard deviation, in the order of `Exposure`; zero unless planted.
    package internal(set) var exposureEffects: [Double] = [0, 0, 0]

    /// What an analysis of one exposure at a time estimates, per standard deviation of that exposure.
    package internal(set) var marginalEffects: [Double] = [0, 0, 0]

    /// Uniform; decides which eligible genes are planted.
    let lottery: Double

    /// Uniform; genes with small values are in more gene sets.
    let obscurity: Double

    package var isAutosomal: Bool { Int(chromosome) != nil }

    /// Draws everything but planted effects from the gene's own stream.
    ///
    /// - Parameter batchCount: The number of flow cells. Nothing but `batchEffects` depends on it.
    init(index: Int, seed: UInt64, batchCount: Int) {
        var stream = DrawStream(seed: seed, purpose: .geneProfile, index: index)
        id = "SIMG" + zeroPadded(index + 1, to: 8)
        let chromosome = Chromosome.genes[stream.choice(weights: Chromosome.genes.map(\.share))].name
        let biotype = Biotype.all[stream.choice(weights: Biotype.all.map(\.share))]
        self.chromosome = chromosome
        self.biotype = biotype.name
        lottery = stream.uniform()
        obscurity = stream.uniform()
        symbol = Self.symbol(ofGene: index, biotype, isNamed: stream.happens(biotype.name == "lncRNA" ? 0.7 : 1))

        let isExpressed = stream.happens(biotype.expressedShare)
        var logMean = stream.normal()
        logMean = isExpressed ? biotype.logMean + biotype.logMeanSD * logMean : -3.5 + 1.5 * logMean
        // Mitochondrial transcripts are the most abundant ones in blood.
        if chromosome == "MT" { logMean = 8 + 0.5 * logMean }
        // Genes of the Y are silent in women, whose mean this is; see `maleEffect`.
        if chromosome == "Y" { logMean -= 8 }
        baseMean = exp(logMean)

        // The trend and the scatter around it that cohorts of unrelated people show.
        let trend = 0.06 + 1.6 / exp(chromosome == "Y" ? logMean + 8 : logMean)
        dispersion = min(20, trend * exp(0.55 * stream.normal()))

        kitEffect = stream.happens(0.5) ? 0.35 * stream.normal() : 0
        effectPerDecade = stream.happens(0.15) ? 0.06 * stream.normal() : 0
        let sex = stream.normal()
        switch chromosome {
        case "Y": maleEffect = 8 / 0.6931471805599453
        case "X": maleEffect = stream.happens(0.15) ? 0.3 * sex - 0.2 : 0
        default: maleEffect = stream.happens(0.05) ? 0.12 * sex : 0
        }
        cellEffects = Patients.cellColumns.map { _ in stream.happens(0.3) ? 0.12 * stream.normal() : 0 }
        hiddenEffect = stream.happens(0.3) ? 0.06 * stream.normal() : 0
        batchEffects = stream.happens(0.35) ? (0..<batchCount).map { _ in 0.12 * stream.normal() } : []
    }

    /// A symbol that no other gene of the cohort has and no gene of an organism.
    ///
    /// Protein-coding genes come in families of up to twenty with a common stem
    /// and a number, as in human nomenclature.
    private static func symbol(ofGene index: Int, _ biotype: Biotype, isNamed: Bool) -> String? {
        guard isNamed, let stem = biotype.symbolStem else { return nil }
        guard biotype.name == "protein_coding" else { return stem + zeroPadded(index + 1, to: 5) }
        // 7919 shares no factor with 26, so stems of up to three letters are a permutation of 0..<26³.
        let (cycle, family) = (index / 20).quotientAndRemainder(dividingBy: 17_576)
        var remaining = family * 7_919 % 17_576
        var letters = ""
        for _ in 0..<3 {
            letters.unicodeScalars.append(Unicode.Scalar(UInt8(ascii: "A") + UInt8(remaining % 26)))
            remaining /= 26
        }
        return stem + letters + String(repeating: "X", count: cycle) + String(index % 20 + 1)
    }
}
