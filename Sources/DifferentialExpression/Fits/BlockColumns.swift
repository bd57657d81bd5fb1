// The columns of what shards of genes come to: another one is a property and a line here. What a line shows at a place
// stands in `genes.tsv`, in the store and in `docs/columns.md`.

extension GeneWiseDispersions: GeneColumns {
    package static var columns: [GeneColumn<Self>] {
        [
            GeneColumn(
                "baseMean", .doubles(\.baseMean), refit: .ofCounts,
                shown: .at(1, "mean of normalized counts", unit: .counts)),
            GeneColumn(
                "baseVar", .doubles(\.baseVar), refit: .ofCounts,
                shown: .at(2, "sample variance of normalized counts", unit: .squaredCounts)),
            GeneColumn(
                "allZero", .booleans(\.allZero), refit: .ofCounts,
                shown: .at(3, "no sample has a count", known: .always)),
            GeneColumn("dispGeneEst", .doubles(\.dispGeneEst), shown: .at(4, "gene-wise dispersion")),
            GeneColumn("dispGeneIter", .integers(\.dispGeneIter), shown: .at(5, "steps of its search", unit: .steps)),
            GeneColumn("meanIterations", .integers(\.meanIterations)),
            GeneColumn(
                "meanCoefficients", .doubles(\.meanCoefficients), .perCoefficient, refit: .none, mayBeEmpty: true),
        ]
    }
}

extension ModelFits: GeneColumns {
    package static var columns: [GeneColumn<Self>] {
        [
            GeneColumn(
                "dispersion", .doubles(\.dispersion), shown: .at(10, "dispersion used in the model", inResults: true)),
            GeneColumn("dispMAP", .doubles(\.dispMAP), shown: .at(7, "maximum a posteriori dispersion")),
            GeneColumn("dispIter", .integers(\.dispIter), shown: .at(8, "steps of its search", unit: .steps)),
            GeneColumn(
                "dispOutlier", .booleans(\.dispOutlier),
                shown: .at(9, "whether the gene keeps its gene-wise dispersion")),
            GeneColumn("beta", .doubles(\.beta), .perCoefficient),
            GeneColumn("SE", .doubles(\.standardError), .perCoefficient),
            GeneColumn("betaConv", .booleans(\.betaConv), shown: .convergence),
            GeneColumn("betaIter", .integers(\.betaIter), shown: .iterations),
            GeneColumn("deviance", .doubles(\.deviance), shown: .deviance),
            GeneColumn(
                "maxCooks", .doubles(\.maxCooks), refit: .none,
                shown: .at(12, "largest Cook's distance that counts", inResults: true)),
            GeneColumn("maxCooksOfNonReplaceable", .doubles(\.maxCooksOfNonReplaceable), refit: .none),
            GeneColumn("worstCooksExempt", .booleans(\.worstCooksExempt), refit: .none),
            GeneColumn(
                "replace", .booleans(\.replace), refit: .none,
                shown: .at(11, "whether a count exceeded the Cook's cutoff")),
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
            GeneColumn("deviance", .doubles(\.deviance), shown: .deviance),
            GeneColumn("beta", .doubles(\.beta), .perCoefficient),
            GeneColumn("SE", .doubles(\.standardError), .perCoefficient),
            GeneColumn("betaConv", .booleans(\.betaConv), shown: .convergence),
            GeneColumn("betaIter", .integers(\.betaIter), shown: .iterations),
            GeneColumn("contrastEstimate", .doubles(\.contrastEstimate), .perContrast),
            GeneColumn("contrastStandardError", .doubles(\.contrastStandardError), .perContrast),
            GeneColumn("contrastAllZero", .booleans(\.contrastAllZero), .perContrast, refit: .none),
        ]
    }
}
