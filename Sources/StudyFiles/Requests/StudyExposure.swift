import ExpressionData
import ExpressionFormats
import Yams

/// What a study asks about with every adjustment set.
///
/// ```yaml
/// exposures:
///   - stir_volume                      # numeric: its coefficient; a factor: every level against the reference
///   - condition: all-pairs             # a factor: every level against every one before it
///   - response:                        # tests of a design of one's own, beside the covariates
///       terms: [genotype, condition, "genotype:condition"]
///       tests:
///         in_wild_type: condition:treated:untreated
///         difference: genotypeKO.conditiontreated
///         in_knock_out: condition_treated_vs_untreated + genotypeKO.conditiontreated
/// ```
package struct StudyExposure: Sendable, Equatable {
    /// What is tested in the exposure's design.
    package enum Question: Sendable, Equatable {
        /// The coefficient of a numeric column, or a factor's levels against its reference.
        case column
        case allPairs

        /// Coefficients, `factor:level:base`, or coefficients added up and taken away; none under a likelihood-ratio test.
        case tests([Test])
    }

    package struct Test: Sendable, Equatable {
        package var name: String
        package var contrast: String
    }

    /// A column of the sample sheet, or the name of the tests.
    package var name: String

    /// The terms of the design behind the covariates.
    package var terms: [String]

    /// Those of `terms` that the reduced design of a likelihood-ratio test keeps.
    package var keptTerms: [String] = []
    package var question = Question.column

    package init(_ column: String) {
        name = column
        terms = [column]
    }
}

extension StudyExposure {
    /// Reads the value of `exposures`: a name, a list of names and mappings, or a mapping.
    static func exposures(_ value: StudyValue) throws -> [StudyExposure] {
        switch value.node {
        case .sequence(let items):
            try items.flatMap { try exposures(StudyValue(node: $0, key: value.key, file: value.file)) }
        case .mapping:
            try StudyMapping(value.node, file: value.file, path: value.key).entries.map(exposure)
        default: [StudyExposure(try value.string())]
        }
    }

    /// What the levels of a factor are compared with.
    private enum Comparison: String, CaseIterable {
        case allPairs = "all-pairs"
        case reference
    }

    private static func exposure(_ name: String, _ value: StudyValue) throws -> StudyExposure {
        var exposure = StudyExposure(name)
        if value.isNull { return exposure }
        guard case .mapping = value.node else {
            let comparison: Comparison = try value.word()
            switch comparison {
            case .allPairs: exposure.question = .allPairs
            case .reference: exposure.question = .column
            }
            return exposure
        }
        var mapping = try StudyMapping(value.node, file: value.file, path: name)
        let terms = mapping.optional("terms")
        let reduced = mapping.optional("reduced")
        let tests = mapping.optional("tests")
        try mapping.finish()
        exposure.terms = try mapping.required(terms, "terms").strings()
        exposure.keptTerms = try reduced?.strings() ?? []
        if let other = exposure.keptTerms.first(where: { !exposure.terms.contains($0) }) {
            throw InputError(
                file: value.file, line: value.line, column: "reduced", "`\(other)` is none of the terms of `\(name)`",
                remedy: "The reduced design keeps some of the terms: \(exposure.terms.joined(separator: ", ")).")
        }
        let entries = try tests.map { try StudyMapping($0.node, file: value.file, path: "tests").entries } ?? []
        exposure.question = .tests(try entries.map { Test(name: $0.name, contrast: try $0.value.string()) })
        return exposure
    }
}
