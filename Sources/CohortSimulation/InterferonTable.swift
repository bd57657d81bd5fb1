import StatisticalKernels

extension SimulatedCohort {
    /// A look-up table of interferon-regulated genes, one row per gene and type of interferon.
    ///
    /// Holds the genes of the interferon theme, all upwards; nine of the strongly
    /// planted genes, of which seven move in the direction of the exposures; and
    /// one in a hundred other named genes, in either direction.
    func interferonTable() -> [UInt8] {
        var text = TabSeparatedText()
        text.append(row: ["symbol", "interferon", "type", "direction", "fold_change", "log2_fold_change"])
        var strong = 0
        for (index, gene) in genes.enumerated() {
            guard let symbol = gene.symbol else { continue }
            var stream = DrawStream(seed: options.seed, purpose: .interferonTable, index: index)
            let isUp: Bool
            switch gene.planting {
            case .themes(let themes) where themes.contains(.interferon):
                isUp = true
            case .region where strong < 9:
                // The second and the sixth disagree with the study.
                let agrees = strong != 1 && strong != 5
                isUp = (gene.marginalEffects.reduce(0, +) >= 0) == agrees
                strong += 1
            default:
                guard stream.happens(0.01) else { continue }
                isUp = stream.happens(0.5)
            }
            for (name, type, share) in [("alpha", "I", 0.7), ("beta", "I", 1), ("gamma", "II", 0.6)] {
                guard stream.happens(share) else { continue }
                let magnitude = 0.6 + 2.2 * stream.uniform() * stream.uniform()
                let log2Fold = roundedToTenth(isUp ? 10 * magnitude : -10 * magnitude) / 10
                let fold = (exp(0.6931471805599453 * abs(log2Fold)) * 100).rounded() / 100
                text.append(row: [symbol, name, type, isUp ? "up" : "down", "\(fold)", "\(log2Fold)"])
            }
        }
        return text.bytes
    }
}
