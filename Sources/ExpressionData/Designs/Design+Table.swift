extension Design {
    /// The design whose model matrix is given as it stands, as `design(dds) <- matrix` has it.
    ///
    /// Each column is a coefficient under its own name, made syntactic; `(Intercept)` is `Intercept`, as in DESeq2's
    /// `resultsNames`. The first column of ones is the intercept, wherever it stands and whatever it is called.
    ///
    /// - Parameter table: The matrix, in the order of the counts' samples.
    /// - Throws: `InputError` for a column that is no number, a missing value, two names that become one, and whatever
    ///   cannot be fitted: collinear columns, which it names, and as many coefficients as samples.
    package init(matrix table: SampleTable) throws {
        let columns = try table.columns.map { ($0.name, try Self.numbers(of: $0, in: table)) }
        let names = try Self.coefficientNames(of: columns.map(\.0), in: table)
        let intercept = columns.firstIndex { $0.1.allSatisfy { $0 == 1 } }
        let variables = names.indices.filter { $0 != intercept }
        let samples = SampleTable(
            fileName: table.fileName, sampleNames: table.sampleNames,
            columns: zip(names, columns).map { .init(name: $0, values: .numeric($1.1), isDeclared: true) },
            idName: table.idName)
        let formula = DesignFormula(columns: variables.map { names[$0] }, hasIntercept: intercept != nil)
        let model = ModelMatrix(
            columns: names.indices.map { position in
                .init(
                    term: variables.firstIndex(of: position), levels: position == intercept ? [] : [nil],
                    rawName: names[position], values: columns[position].1)
            })
        try DesignRank.check(model, names: names, formula: formula, samples: samples)

        self.formula = formula
        self.samples = samples
        self.variables = Dictionary(
            uniqueKeysWithValues: variables.map { (names[$0], .covariate(columns[$0].1)) })
        warnings = NearCollinearity.warnings(for: model, names: names, formula: formula, samples: samples)
        coefficients = zip(model.columns, names).map { Coefficient(name: $1, term: $0.term, levels: $0.levels) }
        matrix = DesignMatrix(
            columnNames: names,
            values: samples.sampleNames.indices.flatMap { sample in columns.map { $0.1[sample] } },
            sampleCount: samples.sampleCount)
    }

    private static func numbers(of column: SampleTable.Column, in table: SampleTable) throws -> [Double] {
        guard case .numeric(let numbers) = column.values else {
            throw InputError(
                file: table.fileName, column: column.name, "a column of the design matrix holds words",
                remedy: "Every column but the first, of the samples' names, is a coefficient's and holds numbers.")
        }
        if let sample = numbers.firstIndex(where: { !$0.isFinite }) {
            throw InputError(
                file: table.fileName, sample: table.sampleNames[sample], column: column.name,
                "the design matrix has no number here", remedy: "Every sample needs one for each coefficient.")
        }
        if numbers.allSatisfy({ $0 == 0 }) {
            throw InputError(
                file: table.fileName, column: column.name,
                "the column is 0 in all samples, so that its coefficient cannot be estimated", remedy: "Leave it out.")
        }
        return numbers
    }

    private static func coefficientNames(of columns: [String], in table: SampleTable) throws -> [String] {
        guard !columns.isEmpty else {
            throw InputError(
                file: table.fileName, "the design matrix has no columns",
                remedy: "Expected the samples' names and a column for each coefficient.")
        }
        let names = columns.map { $0 == "(Intercept)" ? "Intercept" : syntacticName($0) }
        for (position, name) in names.enumerated() {
            guard let first = names[..<position].firstIndex(of: name) else { continue }
            throw InputError(
                file: table.fileName, column: columns[position],
                "two coefficients would be named \(name): \(columns[first]) and \(columns[position])",
                remedy: "Rename one; characters other than letters, digits, . and _ become dots.")
        }
        return names
    }
}
