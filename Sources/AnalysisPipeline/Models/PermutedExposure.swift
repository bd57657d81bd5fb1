import DifferentialExpression
import ExpressionData
import SamplePermutation

/// An exposure whose values are shuffled among the samples, and the covariates that stay.
package struct PermutedExposure: Sendable {
    /// The coefficient's name, or that of the term whose columns are tested together.
    package let name: String

    /// The design without the exposure.
    package let covariates: DesignMatrix

    /// By sample; the first column where there are several.
    package let values: [Double]

    /// The other columns, whose rows are shuffled together with it: the further levels of a factor, or a spline's.
    package let furtherColumns: [[Double]]
    package let scheme: PermutationScheme

    /// By sample, the values of the scheme's columns put together; empty where it names none.
    package let labels: [String]

    /// How many distinct shuffles there are, as a power of ten, and the smallest p that they allow.
    package let log10DistinctCount: Double
    package let smallestPossibleP: Double

    /// - Parameters:
    ///   - coefficients: The exposure's columns of the design.
    ///   - name: What they are called; nil: the coefficient's name.
    ///   - sign: −1 where the test asks about the opposite of the coefficient.
    ///   - columns: Those of the sample sheet.
    /// - Throws: `InputError` where the exposure, the scheme or the number of samples allows no permutation.
    package init(
        coefficients: [Int], named name: String? = nil, sign: Double = 1, of design: DesignMatrix,
        columns: [StudyInputs.SampleColumn], settings: SamplePermutationSettings
    ) throws {
        let name = name ?? design.columnNames[coefficients[0]]
        try Self.check(coefficients.map { design.columnNames[$0] }, columns: columns)
        let samples = design.sampleCount
        let others = (0..<design.columnCount).filter { !coefficients.contains($0) }
        guard !others.isEmpty else {
            throw InputError(
                "\(name) is the whole design, so that nothing is left where its samples are permuted",
                remedy: "Give the design an intercept.")
        }
        guard coefficients.count == 1 || settings.statistic == .score else {
            throw InputError("\(name): \(ShuffleProblem.jointWald)", remedy: "")
        }
        let covariates = DesignMatrix(
            columnNames: others.map { design.columnNames[$0] },
            values: (0..<samples).flatMap { sample in others.map { design[sample, $0] } }, sampleCount: samples)
        guard samples > others.count + coefficients.count else {
            throw InputError(
                "\(samples) samples are too few to permute \(name) among them beside "
                    + "\(counted(others.count, "other coefficient"))",
                remedy: "Give at least \(others.count + coefficients.count + 1) samples, or fewer covariates.")
        }
        let hasCovariates = others.contains { design.columnNames[$0] != "Intercept" }
        let scheme = settings.scheme(hasCovariates: hasCovariates)
        let labels = try Self.labels(of: scheme, columns: columns, sampleCount: samples)
        let values = coefficients.map { column in (0..<samples).map { sign * design[$0, column] } }
        let shuffles: SampleShuffles
        do throws(ShuffleProblem) {
            shuffles = try SampleShuffles(
                scheme, exposure: values[0], furtherColumns: Array(values.dropFirst()), design: covariates,
                labels: labels, seed: 0)
        } catch {
            throw InputError("\(name): \(error)", remedy: "")
        }
        guard shuffles.distinctCount != 1 else {
            throw InputError("\(name): \(ShuffleProblem.nothingToShuffle(scheme))", remedy: "")
        }
        self.name = name
        self.covariates = covariates
        self.values = values[0]
        furtherColumns = Array(values.dropFirst())
        self.scheme = scheme
        self.labels = labels
        log10DistinctCount = shuffles.log10DistinctCount
        smallestPossibleP = shuffles.smallestPossibleP
    }

    /// Whether another one has the same columns, shuffled in the same way.
    func asksTheSame(as other: PermutedExposure) -> Bool {
        values == other.values && furtherColumns == other.furtherColumns && scheme == other.scheme
    }

    /// How many columns are tested.
    package var columnCount: Int { 1 + furtherColumns.count }

    /// - Throws: `InputError` for the intercept, and for some of a factor's coefficients without the others.
    private static func check(_ coefficients: [String], columns: [StudyInputs.SampleColumn]) throws {
        if coefficients.contains("Intercept") {
            throw InputError("the intercept is the same in all samples", remedy: "Name an exposure of the design.")
        }
        guard coefficients.count == 1, let coefficient = coefficients.first else { return }
        for column in columns {
            guard case .factor(_, let levels) = column.values, levels.count > 2, let base = levels.first,
                levels.dropFirst().contains(where: { "\(column.name)_\($0)_vs_\(base)" == coefficient })
            else { continue }
            throw InputError(
                "\(coefficient) is one of \(levels.count - 1) coefficients of the factor \(column.name), whose "
                    + "samples cannot be permuted for it alone",
                remedy: "Give the design as a formula, with --design: then all of them are tested together.")
        }
    }

    private static func labels(
        of scheme: PermutationScheme, columns: [StudyInputs.SampleColumn], sampleCount: Int
    ) throws -> [String] {
        guard !scheme.columns.isEmpty else { return [] }
        let texts = try scheme.columns.map { name in
            guard let column = columns.first(where: { $0.name == name }) else {
                let names = columns.map(\.name)
                let nearest = nearestName(to: name, among: names).map { " Did you mean \($0)?" } ?? ""
                throw InputError(
                    "scheme \(scheme) names the column `\(name)`, which the sample sheet does not have",
                    remedy: "Its columns are \(listed(names, limit: 12)).\(nearest)")
            }
            return column.texts
        }
        // A character that no sheet has, so that no two pairs of values read alike.
        return (0..<sampleCount).map { sample in texts.map { $0[sample] }.joined(separator: "\u{1F}") }
    }
}

extension StudyInputs.SampleColumn {
    /// By sample, the value as text; empty for a missing one.
    fileprivate var texts: [String] {
        switch values {
        case .numeric(let numbers): numbers.map { $0.isNaN ? "" : decimal($0) }
        case .factor(let codes, let levels): codes.map { $0 < 0 ? "" : levels[Int($0)] }
        }
    }
}

/// An exposure of a finished run, with what of its models is gone on with.
package struct ExposureOfRun: Sendable {
    package let exposure: PermutedExposure

    /// The run's, by which dispersions of the covariates' design are estimated.
    package let settings: AnalysisSettings

    package init(exposure: PermutedExposure, settings: AnalysisSettings) {
        self.exposure = exposure
        self.settings = settings
    }
}

extension StudyInputs {
    /// The exposure of a test, where its samples are permuted: the coefficient with all columns of its term, or the
    /// columns that the reduced design of a likelihood-ratio test lacks.
    ///
    /// - Throws: `InputError` for a combination of coefficients, and for one whose samples cannot be permuted.
    package func permutedExposure(
        of test: NamedTest, in analysis: AnalysisInput, settings: SamplePermutationSettings
    ) throws -> PermutedExposure {
        guard observationWeights.isEmpty else {
            throw InputError(
                "samples are not permuted where counts have weights",
                remedy: "Leave out the weights, or permute gene sets.")
        }
        let terms = DesignTerms(
            formula: analysis.formula, coefficients: analysis.design.columnNames,
            sampleNames: counts?.sampleNames ?? [], columns: sampleColumns)
        if let reduced = analysis.reducedDesign {
            guard let columns = DesignTerms.columns(of: analysis.design, lackingIn: reduced) else {
                throw PermutedExposure.notWithin(test.name)
            }
            return try PermutedExposure(
                coefficients: columns, named: terms?.name(ofColumns: columns) ?? test.name, of: analysis.design,
                columns: sampleColumns, settings: settings)
        }
        guard let (coefficient, sign) = test.signedCoefficient else { throw PermutedExposure.noCoefficient(test.name) }
        let columns = terms?.columns(withCoefficient: coefficient) ?? [coefficient]
        return try PermutedExposure(
            coefficients: columns, named: columns.count > 1 ? terms?.name(ofColumns: columns) : nil,
            sign: columns.count > 1 ? 1 : sign, of: analysis.design, columns: sampleColumns, settings: settings)
    }

    /// Throws where dispersions are given and were to be estimated for every shuffle.
    package func checkRefit(_ settings: SamplePermutationSettings) throws {
        guard settings.refitDispersion == true, !givenDispersions.isEmpty else { return }
        throw InputError(
            "dispersions are given, and were to be estimated anew for every shuffle",
            remedy: "Leave out either the dispersions or the refit of them.")
    }

    /// Throws unless the samples of every test can be permuted, where that is asked for.
    package func checkPermutations() throws {
        guard let settings = configuration.samplePermutation else { return }
        try checkRefit(settings)
        for analysis in analyses {
            for test in analysis.tests { _ = try permutedExposure(of: test, in: analysis, settings: settings) }
        }
    }
}

extension PermutedExposure {
    /// A test of several coefficients by one number.
    package static func noCoefficient(_ test: String) -> InputError {
        InputError(
            "samples are permuted for the coefficients of one term, and \(test) combines several",
            remedy: "Test a coefficient of the design, or several by --test lrt.")
    }

    /// A likelihood-ratio test whose reduced design is written in other columns.
    package static func notWithin(_ test: String) -> InputError {
        InputError(
            "\(test): the columns of the reduced design are not some of the full design's, so that none are left to permute",
            remedy: "Write the reduced design as the full one without the terms that are tested.")
    }
}
