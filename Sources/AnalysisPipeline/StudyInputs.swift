import ExpressionData
import GeneSetEnrichment

/// A study, read and validated: everything a run needs, and nothing that must still be looked up.
package struct StudyInputs: Sendable {
    package var configuration: StudyConfiguration

    /// All genes of the count table, before the gene filter. Nil for a run from a ranked list.
    package var counts: CountMatrix?

    /// One entry per gene of `counts`, or empty.
    package var annotation: [GeneAnnotation]

    /// Why a gene is left out, one entry per gene of `counts`; nil: it is analysed.
    package var exclusions: [String?]

    /// Size factors that were given; nil: they are estimated.
    package var sizeFactors: [Double]?

    /// What each count of `counts` is divided by, in the place of size factors; empty where size factors apply.
    package var normalizationFactors: [Double] = []

    /// How much each count of `counts` weighs; empty for none.
    package var observationWeights: [Double] = []

    /// The length of each gene of `counts` in bases, NaN where unknown; empty where nobody asks for it.
    package var geneLengths: [Double] = []

    /// In the place of these the average length of each gene's transcripts in each sample, as `counts`, of estimated counts.
    package var transcriptLengths: [Double] = []

    /// The rows of `counts` that size factors are estimated from; nil: all.
    package var controlGenes: [Int]?

    /// The sample sheet's columns for the store, in sheet order.
    package var sampleColumns: [SampleColumn]

    /// What became of each sample's reads, the samples' names first; empty where counts were given.
    package var readQuality: [SampleColumn] = []

    package var analyses: [AnalysisInput]
    package var geneSets: [GeneSet]

    /// The list of `modicum gsea --ranks`.
    package var rankedList: RankedGeneList?

    /// What the user should read, in order.
    package var warnings: [InputWarning]

    /// The samples whose labels are permuted, where that is the null of `rankedList`.
    package var phenotype: PhenotypeInputs?

    /// The samples and what they are, where `rankedList` comes from expression data, whatever is permuted.
    package var comparison: PhenotypeComparison?

    /// The exposure of a finished run whose samples are permuted, where `counts` are that run's.
    package var exposureOfRun: ExposureOfRun?

    /// Dispersions that were given, one per gene of `counts`, NaN for a gene without; empty where they are estimated.
    package var givenDispersions: [Double] = []

    /// Null distributions to go on from.
    package var priorNulls: [PriorNull] = []

    /// Whether permutations are added until every set is settled.
    package var settling: SettlingRule?

    package var files = FileChoice()

    /// By input of the configuration, what its file is called; empty where inputs were made otherwise.
    package var inputNames: [String] = []

    /// Whether a folder as the GSEA desktop leaves it is asked for.
    package var writesGSEAFolder: Bool

    package init(
        configuration: StudyConfiguration, counts: CountMatrix? = nil, annotation: [GeneAnnotation] = [],
        exclusions: [String?] = [], sizeFactors: [Double]? = nil, sampleColumns: [SampleColumn] = [],
        analyses: [AnalysisInput] = [], geneSets: [GeneSet] = [], rankedList: RankedGeneList? = nil,
        warnings: [InputWarning] = [], writesGSEAFolder: Bool = false
    ) {
        self.configuration = configuration
        self.counts = counts
        self.annotation = annotation
        self.exclusions = exclusions
        self.sizeFactors = sizeFactors
        self.sampleColumns = sampleColumns
        self.analyses = analyses
        self.geneSets = geneSets
        self.rankedList = rankedList
        self.warnings = warnings
        self.writesGSEAFolder = writesGSEAFolder
    }

    /// A column of the sample sheet, in the order of the counts' samples.
    package struct SampleColumn: Sendable {
        package enum Values: Sendable {
            case numeric([Double])
            case factor(codes: [Int32], levels: [String])
        }
        package let name: String
        package let values: Values

        package init(name: String, values: Values) {
            self.name = name
            self.values = values
        }

        /// Words, in the order in which they first occur.
        package init(name: String, texts: [String]) {
            var codes: [String: Int32] = [:]
            var levels: [String] = []
            let rows = texts.map { text -> Int32 in
                if let code = codes[text] { return code }
                let code = Int32(levels.count)
                codes[text] = code
                levels.append(text)
                return code
            }
            self.init(name: name, values: .factor(codes: rows, levels: levels))
        }
    }

    /// One design, and what is tested in it.
    package struct AnalysisInput: Sendable {
        /// Such as `main/stir_volume`; empty for the only analysis of `modicum de`.
        package let name: String
        package let formula: String
        package let design: DesignMatrix
        package let tests: [NamedTest]

        /// The model that a likelihood-ratio test compares with; nil for Wald tests.
        package let reducedFormula: String?
        package let reducedDesign: DesignMatrix?

        /// The design with a column for every level, for normal priors on all of them; nil where none is needed.
        package let expandedDesign: ExpandedDesign?

        package init(
            name: String, formula: String, design: DesignMatrix, tests: [NamedTest],
            reducedFormula: String? = nil, reducedDesign: DesignMatrix? = nil, expandedDesign: ExpandedDesign? = nil
        ) {
            self.name = name
            self.formula = formula
            self.design = design
            self.tests = tests
            self.reducedFormula = reducedFormula
            self.reducedDesign = reducedDesign
            self.expandedDesign = expandedDesign
        }
    }

    /// A coefficient or a contrast, as it is named in files.
    package struct NamedTest: Sendable {
        package let contrast: Contrast

        /// Such as `condition_treated_vs_untreated`, `stir_volume`, `contrast1`, `lrt`.
        package let name: String

        /// The same over the columns of the expanded design, and the samples of its all-zero rule.
        package var expandedWeights: [Double]?
        package var expandedAllZeroSamples: [Int]?

        /// What its fold changes are, such as `treated over untreated`; nil where nobody can say.
        package var meaning: String?

        /// - Parameter name: The contrast's own unless given.
        package init(_ contrast: Contrast, name: String? = nil) {
            self.contrast = contrast
            self.name = name ?? contrast.name
        }

        /// Whether a coefficient was asked for by its name.
        package var isCoefficientByName: Bool { signedCoefficient != nil && contrast.allZeroSamples == nil }

        /// The coefficient that is tested, and 1 or −1; nil for a combination.
        package var signedCoefficient: (coefficient: Int, sign: Double)? {
            guard case .coefficient(let position, let isNegated) = contrast.estimate else { return nil }
            return (position, isNegated ? -1 : 1)
        }
    }
}
