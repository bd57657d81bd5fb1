import ExpressionData

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

    /// The sample sheet's columns for the store, in sheet order.
    package var sampleColumns: [SampleColumn]

    package var analyses: [AnalysisInput]
    package var geneSets: [GeneSet]

    /// The list of `modicum gsea --ranks`.
    package var rankedList: RankedGeneList?

    /// What the user should read, in order.
    package var warnings: [String]

    package init(
        configuration: StudyConfiguration, counts: CountMatrix? = nil, annotation: [GeneAnnotation] = [],
        exclusions: [String?] = [], sizeFactors: [Double]? = nil, sampleColumns: [SampleColumn] = [],
        analyses: [AnalysisInput] = [], geneSets: [GeneSet] = [], rankedList: RankedGeneList? = nil,
        warnings: [String] = []
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
    }

    /// One design, and what is tested in it.
    package struct AnalysisInput: Sendable {
        /// Such as `main/stir_volume`; empty for the only analysis of `modicum de`.
        package let name: String
        package let formula: String
        package let design: DesignMatrix
        package let tests: [NamedTest]

        package init(name: String, formula: String, design: DesignMatrix, tests: [NamedTest]) {
            self.name = name
            self.formula = formula
            self.design = design
            self.tests = tests
        }
    }

    /// A coefficient or a contrast, as it is named in files.
    package struct NamedTest: Sendable {
        /// Such as `condition_treated_vs_untreated`, `stir_volume`, `contrast1`.
        package let name: String

        /// One weight per coefficient, on the scale of the coefficients.
        package let weights: [Double]

        /// The samples whose counts must all be zero for the all-zero rule; nil: the rule does not apply.
        package let allZeroSamples: [Int]?

        package init(name: String, weights: [Double], allZeroSamples: [Int]?) {
            self.name = name
            self.weights = weights
            self.allZeroSamples = allZeroSamples
        }

        /// The coefficient that is tested, and 1 or −1, when exactly one weight is used and is that.
        package var signedCoefficient: (coefficient: Int, sign: Double)? {
            let used = weights.indices.filter { weights[$0] != 0 }
            guard used.count == 1, abs(weights[used[0]]) == 1 else { return nil }
            return (used[0], weights[used[0]])
        }
    }
}
