import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import GeneSetEnrichment
import SamplePermutation

/// Small studies, computed from nothing but a formula.
enum ExampleStudy {
    static let geneNames = (0..<120).map { "gene\($0)" }

    /// What of the method a study asks for.
    enum Kind: String, CaseIterable {
        case plain
        case shrunken
        case normalPrior
        case likelihoodRatio
        case randomSets
        case desktopSets
        case phenotypes
        case permutedSamples
        case permutedTogether
    }

    static func inputs(_ kind: Kind) throws -> StudyInputs {
        switch kind {
        case .plain: try expression()
        case .shrunken: try expression { ($0.shrink, $0.transform) = (.apeglm, .varianceStabilization) }
        case .normalPrior: try expression { ($0.betaPrior, $0.transform) = (true, .regularizedLogarithm) }
        case .likelihoodRatio: try expression(reduced: "~ 1")
        case .randomSets: try enrichment { $0.nominal = .multilevel }
        case .desktopSets: try enrichment { $0.compatibility = .gseaDesktop }
        case .phenotypes: try phenotypes()
        case .permutedSamples: try permutedSamples()
        case .permutedTogether: try permutedTogether()
        }
    }

    /// 120 genes in 8 samples of two groups; every tenth gene differs, and gene 7 has an outlier.
    static func expression(
        analyses: Int = 1, reduced: String? = nil, geneSets: StudyConfiguration.GeneSets? = nil,
        _ change: (inout StudyConfiguration.DifferentialExpression) -> Void = { _ in }
    ) throws -> StudyInputs {
        var settings = AnalysisSettings()
        settings.dispersionTrend = .mean
        settings.minReplicatesForReplace = LeastReplicates(stored: 3)!
        settings.test = reduced == nil ? .wald : .lrt
        settings.transformGenes = TrendGenes(text: "all")!
        change(&settings)
        let samples = (0..<8).map { "s\($0)" }
        let group = Factor(samples.indices.map { $0 < 4 ? "control" : "treated" }, levels: ["control", "treated"])
        let table = SampleTable(
            sampleNames: samples, columns: [SampleTable.Column(name: "group", values: .factor(group))])
        let design = try Design(DesignFormula(parsing: "~ group"), samples: table)
        let reducedDesign = try reduced.map { try Design(DesignFormula(parsing: $0), samples: table) }
        let expanded = settings.betaPrior ? try ExpandedDesign(of: design) : nil
        var test = StudyInputs.NamedTest(design.lastCoefficient)
        if let expanded {
            let contrast = try expanded.contrast(weights: [0, -1, 1], name: "group")
            test.expandedWeights = contrast.weights
        }
        return StudyInputs(
            configuration: StudyConfiguration(
                inputs: [], geneFilter: nil, differentialExpression: settings, analyses: [], geneSets: geneSets),
            counts: CountMatrix(geneIDs: geneNames, sampleNames: samples, counts: counts()),
            analyses: (0..<analyses).map { index in
                StudyInputs.AnalysisInput(
                    name: analyses > 1 ? "analysis\(index)" : "", formula: "~ group", design: design.matrix,
                    tests: [test], reducedFormula: reduced, reducedDesign: reducedDesign?.matrix,
                    expandedDesign: expanded)
            }, geneSets: sets)
    }

    static func enrichment(_ change: (inout StudyConfiguration.GeneSets) -> Void = { _ in }) throws -> StudyInputs {
        var settings = GeneSetSettings()
        settings.minSize = 3
        settings.permutations = 10_000
        settings.ranking = .file
        change(&settings)
        if settings.isDesktop { settings.permutations = 100 }
        return StudyInputs(
            configuration: StudyConfiguration(
                inputs: [], geneFilter: nil, differentialExpression: nil, analyses: [], geneSets: settings),
            geneSets: sets,
            rankedList: RankedGeneList(
                genes: geneNames, scores: geneNames.indices.map { 60.5 - Double($0) + 0.001 * Double($0 * $0 % 17) }))
    }

    static func phenotypes() throws -> StudyInputs {
        let samples = PhenotypeInputs(
            comparison: PhenotypeComparison(
                values: counts().map(Double.init), sampleCount: 8, phenotype: .classes(sizeOfFirst: 4),
                metric: .difference, usesMedian: false, order: .init()),
            geneNames: geneNames, shuffles: .free(seed: 5))
        var inputs = try enrichment { $0.permutations = 300 }
        inputs.rankedList = samples.rankedList()
        inputs.phenotype = samples
        return inputs
    }

    /// Fewer draws than the 70 distinct shuffles of two groups of four.
    static func permutedSamples(permutations: Int = 60) throws -> StudyInputs {
        var settings = GeneSetSettings()
        settings.minSize = 3
        settings.permutations = permutations
        settings.ranking = .permutedScore
        var inputs = try expression(geneSets: settings)
        var samples = SamplePermutationSettings()
        samples.setStatistics = SetStatistics(text: "ks,mean")!
        inputs.configuration.samplePermutation = samples
        return inputs
    }

    /// The group, a number that goes with it, and a factor of three levels, one analysis each.
    static func permutedTogether(permutations: Int = 60) throws -> StudyInputs {
        var inputs = try permutedSamples(permutations: permutations)
        let names = (0..<8).map { "s\($0)" }
        let group = Factor(names.indices.map { $0 < 4 ? "control" : "treated" }, levels: ["control", "treated"])
        let kind = Factor(names.indices.map { ["x", "y", "z"][$0 % 3] }, levels: ["x", "y", "z"])
        let table = SampleTable(
            sampleNames: names,
            columns: [
                .init(name: "group", values: .factor(group)),
                .init(name: "dose", values: .numeric([0.5, -1, 0.25, 0.75, 1.5, 2, 1.25, 3])),
                .init(name: "kind", values: .factor(kind)),
            ])
        inputs.sampleColumns = [
            .init(name: "group", values: .factor(codes: group.codes.map { Int32($0) }, levels: group.levels)),
            .init(name: "dose", values: .numeric([0.5, -1, 0.25, 0.75, 1.5, 2, 1.25, 3])),
            .init(name: "kind", values: .factor(codes: kind.codes.map { Int32($0) }, levels: kind.levels)),
        ]
        inputs.analyses = try ["group", "dose", "kind"].map { exposure in
            let design = try Design(DesignFormula(parsing: "~ \(exposure)"), samples: table)
            return StudyInputs.AnalysisInput(
                name: "main/\(exposure)", formula: "~ \(exposure)", design: design.matrix,
                tests: [.init(design.lastCoefficient)])
        }
        return inputs
    }

    /// The first and the last genes, every third, and some without an order.
    static var sets: [GeneSet] {
        [
            ("first", Array(geneNames[..<12])), ("last", Array(geneNames[105...])),
            ("third", geneNames.indices.filter { $0 % 3 == 0 }.map { geneNames[$0] }),
            ("mixed", (0..<15).map { geneNames[$0 * 53 % 120] }),
        ].map { GeneSet(name: $0.0, description: "", source: "", genes: $0.1) }
    }

    private static func counts() -> [Int32] {
        (0..<120 * 8).map { position in
            let (gene, sample) = (position / 8, position % 8)
            if (gene, sample) == (7, 6) { return 90_000 }
            let level = 40 + gene * gene % 700
            let noise = (position * 7919 + gene * 104_729) % 101 - 50
            let effect = gene % 10 == 0 && sample >= 4 ? 3 : 1
            return Int32(max(0, level * effect + level * noise / 160))
        }
    }
}
