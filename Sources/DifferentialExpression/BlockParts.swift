// Blocks of genes are fitted on their own and put together at the barriers, in gene order.

extension GeneWiseDispersions {
    /// Puts blocks together, in their order.
    package init(joining blocks: [GeneWiseDispersions]) {
        self.init(
            baseMean: blocks.flatMap(\.baseMean), baseVar: blocks.flatMap(\.baseVar),
            allZero: blocks.flatMap(\.allZero), dispGeneEst: blocks.flatMap(\.dispGeneEst),
            dispGeneIter: blocks.flatMap(\.dispGeneIter), meanIterations: blocks.flatMap(\.meanIterations),
            meanCoefficients: blocks.flatMap(\.meanCoefficients))
    }
}

extension ModelFits {
    /// Takes columns that were computed elsewhere.
    package init(
        dispMAP: [Double], dispersion: [Double], dispIter: [Int32], dispOutlier: [Bool], beta: [Double],
        standardError: [Double], betaConv: [Bool], betaIter: [Int32], deviance: [Double], maxCooks: [Double],
        maxCooksOfNonReplaceable: [Double], worstCooksExempt: [Bool], replace: [Bool],
        replacedCounts: [ReplacedCounts], contrastEstimate: [Double], contrastStandardError: [Double],
        contrastAllZero: [Bool]
    ) {
        self.dispMAP = dispMAP
        self.dispersion = dispersion
        self.dispIter = dispIter
        self.dispOutlier = dispOutlier
        self.beta = beta
        self.standardError = standardError
        self.betaConv = betaConv
        self.betaIter = betaIter
        self.deviance = deviance
        self.maxCooks = maxCooks
        self.maxCooksOfNonReplaceable = maxCooksOfNonReplaceable
        self.worstCooksExempt = worstCooksExempt
        self.replace = replace
        self.replacedCounts = replacedCounts
        self.contrastEstimate = contrastEstimate
        self.contrastStandardError = contrastStandardError
        self.contrastAllZero = contrastAllZero
    }

    /// Puts blocks together, in their order; the positions of replaced counts are shifted along.
    package init(joining blocks: [ModelFits]) {
        var replaced: [ReplacedCounts] = []
        var offset = 0
        for block in blocks {
            replaced += block.replacedCounts.map { ReplacedCounts(gene: $0.gene + offset, counts: $0.counts) }
            offset += block.dispersion.count
        }
        self.init(
            dispMAP: blocks.flatMap(\.dispMAP), dispersion: blocks.flatMap(\.dispersion),
            dispIter: blocks.flatMap(\.dispIter), dispOutlier: blocks.flatMap(\.dispOutlier),
            beta: blocks.flatMap(\.beta), standardError: blocks.flatMap(\.standardError),
            betaConv: blocks.flatMap(\.betaConv), betaIter: blocks.flatMap(\.betaIter),
            deviance: blocks.flatMap(\.deviance), maxCooks: blocks.flatMap(\.maxCooks),
            maxCooksOfNonReplaceable: blocks.flatMap(\.maxCooksOfNonReplaceable),
            worstCooksExempt: blocks.flatMap(\.worstCooksExempt), replace: blocks.flatMap(\.replace),
            replacedCounts: replaced, contrastEstimate: blocks.flatMap(\.contrastEstimate),
            contrastStandardError: blocks.flatMap(\.contrastStandardError),
            contrastAllZero: blocks.flatMap(\.contrastAllZero))
    }
}
