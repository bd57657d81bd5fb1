import AnalysisPipeline
import struct DifferentialExpression.AnalysisSettings
import struct DifferentialExpression.ModelSettings
import ExpressionData

/// What a design's tests are fitted by: checked against the method, with the expanded form that priors need, and the tests
/// over its columns.
struct DesignExpansion {
    let expanded: ExpandedDesign?
    let tests: [StudyInputs.NamedTest]

    /// - Throws: `InputError` for columns that cannot be told apart in double precision, and for what has no such prior: interactions, combinations and first coefficients under apeglm, a mere intercept.
    init(of design: Design, tests: [StudyInputs.NamedTest], settings: AnalysisSettings) throws {
        var tests = tests
        for position in tests.indices { tests[position].meaning = design.meaning(of: tests[position].contrast) }
        // The exact optimiser centres and scales columns inside; priors are fitted in the given ones.
        if settings.optimizer != .exact || settings.betaPrior || settings.shrink != .off {
            try design.checkSolvable(ridge: ModelSettings().ridge)
        }
        if settings.shrink == .apeglm {
            for test in tests where test.signedCoefficient?.sign != 1 || test.signedCoefficient?.coefficient == nil {
                throw InputError(
                    "apeglm shrinks single coefficients, and \(test.name) is not one of the design's",
                    remedy: "Ask for coefficients by name, make another level the reference, or shrink by normal.")
            }
            for test in tests where test.signedCoefficient?.coefficient == 0 {
                throw InputError(
                    "apeglm does not shrink \(test.name), the design's first coefficient",
                    remedy: "Ask for other coefficients.")
            }
        }
        guard settings.betaPrior || settings.shrink == .normal else {
            expanded = nil
            self.tests = tests
            return
        }
        guard !design.formula.terms.isEmpty else {
            throw InputError(
                "the design \(design.formula) has nothing but an intercept, which has no prior",
                remedy: "Leave out the prior, or add a variable.")
        }
        let expanded = try ExpandedDesign(of: design)
        self.expanded = expanded
        self.tests = try tests.map { test in
            var test = test
            if test.expandedWeights != nil { return test }
            test.expandedWeights = expanded.weights(of: test.contrast.weights, in: design)
            test.expandedAllZeroSamples = test.contrast.allZeroSamples
            // DESeq2 has no such coefficient under a prior: what it reports is the contrast of two levels.
            if settings.betaPrior, let (column, _) = test.signedCoefficient,
                let term = design.coefficients[column].term, let level = design.coefficients[column].levels[0]
            {
                let variable = design.formula.terms[term].variables[0]
                if case .factor(let factor)? = design.variables[variable], level > 0 {
                    test.expandedAllZeroSamples =
                        try design.contrast(of: variable, level: factor.levels[level], against: factor.levels[0])
                        .allZeroSamples
                }
            }
            return test
        }
    }
}

extension StudyInputs.NamedTest {
    /// A test over the columns of an expanded design, of which the design's own coefficients know nothing.
    init(_ contrast: Contrast, over expanded: ExpandedDesign, of design: Design) {
        self.init(contrast.unweighted(over: design))
        expandedWeights = contrast.weights
        expandedAllZeroSamples = contrast.allZeroSamples
    }
}

extension ExpandedDesign {
    /// A combination of the design's coefficients over the columns of its expanded form.
    ///
    /// A level against the reference is the difference of two columns there; the intercept is that of the reference
    /// levels.
    fileprivate func weights(of weights: [Double], in design: Design) -> [Double] {
        var expanded = [Double](repeating: 0, count: matrix.columnCount)
        for (column, weight) in weights.enumerated() where weight != 0 {
            let coefficient = design.coefficients[column]
            guard let term = coefficient.term else {
                for position in referenceColumns { expanded[position] += weight }
                continue
            }
            let columns = priorSources.indices.filter { position in
                switch priorSources[position] {
                case .intercept: false
                case .coefficient(let own): own == column
                case .factor(let own): own.contains(column)
                }
            }
            guard let level = coefficient.levels[0] else {
                expanded[columns[0]] += weight
                continue
            }
            expanded[columns[level]] += weight
            let hasReference = design.coefficients.count { $0.term == term } < columns.count
            if hasReference { expanded[columns[0]] -= weight }
        }
        return expanded
    }

    /// The intercept and, of every factor, the first column.
    private var referenceColumns: [Int] {
        priorSources.indices.filter { position in
            switch priorSources[position] {
            case .intercept: true
            case .coefficient: false
            case .factor: position == 0 || priorSources[position] != priorSources[position - 1]
            }
        }
    }
}
