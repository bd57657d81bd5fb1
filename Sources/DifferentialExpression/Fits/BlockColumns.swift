// The columns of what shards of genes come to: another one is a property and a line here.

extension GeneWiseDispersions: GeneColumns {
    package static var columns: [GeneColumn<Self>] {
        [
            GeneColumn("baseMean", .doubles(\.baseMean), refit: .ofCounts),
            GeneColumn("baseVar", .doubles(\.baseVar), refit: .ofCounts),
            GeneColumn("allZero", .booleans(\.allZero), refit: .ofCounts),
            GeneColumn("dispGeneEst", .doubles(\.dispGeneEst)),
            GeneColumn("dispGeneIter", .integers(\.dispGeneIter)),
            GeneColumn("meanIterations", .integers(\.meanIterations)),
            GeneColumn(
                "meanCoefficients", .doubles(\.meanCoefficients), .perCoefficient, refit: .none, mayBeEmpty: true),
        ]
    }
}

extension ModelFits: GeneColumns {
    package static var columns: [GeneColumn<Self>] {
        [
            GeneColumn("dispersion", .doubles(\.dispersion)),
            GeneColumn("dispMAP", .doubles(\.dispMAP)),
            GeneColumn("dispIter", .integers(\.dispIter)),
            GeneColumn("dispOutlier", .booleans(\.dispOutlier)),
            GeneColumn("beta", .doubles(\.beta), .perCoefficient),
            GeneColumn("SE", .doubles(\.standardError), .perCoefficient),
            GeneColumn("betaConv", .booleans(\.betaConv)),
            GeneColumn("betaIter", .integers(\.betaIter)),
            GeneColumn("deviance", .doubles(\.deviance)),
            GeneColumn("maxCooks", .doubles(\.maxCooks), refit: .none),
            GeneColumn("maxCooksOfNonReplaceable", .doubles(\.maxCooksOfNonReplaceable), refit: .none),
            GeneColumn("worstCooksExempt", .booleans(\.worstCooksExempt), refit: .none),
            GeneColumn("replace", .booleans(\.replace), refit: .none),
            GeneColumn("contrastEstimate", .doubles(\.contrastEstimate), .perContrast),
            GeneColumn("contrastStandardError", .doubles(\.contrastStandardError), .perContrast),
            GeneColumn("contrastAllZero", .booleans(\.contrastAllZero), .perContrast, refit: .none),
        ]
    }

    package mutating func joinRest(of other: ModelFits, at offset: Int) {
        replacedCounts += other.replacedCounts.map { ReplacedCounts(gene: $0.gene + offset, counts: $0.counts) }
    }
}

extension FixedDispersionFits: GeneColumns {
    package static var columns: [GeneColumn<Self>] {
        [
            GeneColumn("deviance", .doubles(\.deviance)),
            GeneColumn("beta", .doubles(\.beta), .perCoefficient),
            GeneColumn("SE", .doubles(\.standardError), .perCoefficient),
            GeneColumn("betaConv", .booleans(\.betaConv)),
            GeneColumn("betaIter", .integers(\.betaIter)),
            GeneColumn("contrastEstimate", .doubles(\.contrastEstimate), .perContrast),
            GeneColumn("contrastStandardError", .doubles(\.contrastStandardError), .perContrast),
            GeneColumn("contrastAllZero", .booleans(\.contrastAllZero), .perContrast, refit: .none),
        ]
    }
}
