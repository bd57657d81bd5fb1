import struct DifferentialExpression.AnalysisSettings
import struct GeneSetEnrichment.GeneSetSettings
import struct SamplePermutation.SamplePermutationSettings

/// Changes whenever any released result could change in any bit.
///
/// It is in the handshake between coordinator and workers, in the result file
/// and in `--version`. `docs/numeric-contract.md` keeps its history.
package let numericContract = 2

/// Everything that decides a run's results, resolved: no default is left open.
///
/// Its canonical JSON is stored with the results and is part of their identity.
/// Workers, threads, paths and hosts do not occur in it.
package struct StudyConfiguration: Codable, Equatable, Sendable {
    package var numericContract: Int

    /// The inputs by role, such as `counts`, and the SHA-256 of each file's bytes.
    package var inputs: [Input]

    /// What was done to genes and samples when the inputs were read; nil where they are as their files have them.
    package var reading: Reading?

    package var geneFilter: GeneFilter?
    package var differentialExpression: DifferentialExpression?
    package var analyses: [Analysis]
    package var geneSets: GeneSets?

    /// How samples are permuted; nil where they are not.
    package var samplePermutation: SamplePermutationSettings?

    package init(
        inputs: [Input], geneFilter: GeneFilter?, differentialExpression: DifferentialExpression?,
        analyses: [Analysis], geneSets: GeneSets?
    ) {
        self.numericContract = AnalysisPipeline.numericContract
        self.inputs = inputs
        self.geneFilter = geneFilter
        self.differentialExpression = differentialExpression
        self.analyses = analyses
        self.geneSets = geneSets
    }

    package struct Input: Codable, Equatable, Sendable {
        package var role: String
        package var name: String
        package var sha256: String

        package init(role: String, name: String, sha256: String) {
            self.role = role
            self.name = name
            self.sha256 = sha256
        }
    }

    /// How genes and samples differ from those of the files. What was not done has no key, so that runs without it are
    /// the same as before there was such an option.
    package struct Reading: Codable, Equatable, Sendable {
        /// Whether identifiers of genes lost their versions.
        package var strippedVersions: Bool?

        /// The column that says which sample each run is of, where the counts of runs were added up.
        package var collapsedReplicates: String?

        /// - Returns: Nil where nothing is done.
        package init?(stripsVersions: Bool, collapsedReplicates: String? = nil) {
            guard stripsVersions || collapsedReplicates != nil else { return nil }
            self.collapsedReplicates = collapsedReplicates
            strippedVersions = stripsVersions ? true : nil
        }
    }

    /// Which genes are analysed.
    package struct GeneFilter: Codable, Equatable, Sendable {
        /// Such as `count > 3 in >= 5`; nil keeps every gene.
        package var counts: String?

        /// `autosomes`, `all`, or a list of chromosomes separated by commas.
        package var chromosomes: String

        package init(counts: String?, chromosomes: String) {
            self.counts = counts
            self.chromosomes = chromosomes
        }
    }

    package typealias DifferentialExpression = AnalysisSettings
    package typealias GeneSets = GeneSetSettings

    /// One design and what is tested in it.
    package struct Analysis: Codable, Equatable, Sendable {
        /// Such as `main/stir_volume`; empty for the only analysis of `modicum de`.
        package var name: String
        package var design: String
        package var coefficients: [String]
        package var tests: [String]

        /// The weights of what is tested, one per coefficient.
        package var contrasts: [[Double]]

        /// The reduced design of a likelihood-ratio test.
        package var reduced: String?

        package init(
            name: String, design: String, coefficients: [String], tests: [String], contrasts: [[Double]] = [],
            reduced: String? = nil
        ) {
            self.name = name
            self.design = design
            self.coefficients = coefficients
            self.tests = tests
            self.contrasts = contrasts
            self.reduced = reduced
        }
    }
}
