/// What is known of every sample: exposures, batches, covariates.
package struct SampleTable: Equatable, Sendable {
    /// One variable, for all samples.
    package struct Column: Equatable, Sendable {
        package enum Values: Equatable, Sendable {
            /// NaN where it is missing.
            case numeric([Double])
            case factor(Factor)
        }

        package let name: String
        package let values: Values

        /// Whether the user said what it is; otherwise its values did.
        package let isDeclared: Bool

        /// Whether the user said which level of a factor the others are compared with.
        package let hasReference: Bool

        /// What reading it found.
        package let reading: ColumnReading

        package init(
            name: String, values: Values, isDeclared: Bool = false, hasReference: Bool = false,
            reading: ColumnReading = ColumnReading()
        ) {
            self.name = name
            self.values = values
            self.isDeclared = isDeclared
            self.hasReference = hasReference
            self.reading = reading
        }

        /// The same column with other values.
        package func with(_ values: Values) -> Column {
            Column(name: name, values: values, isDeclared: isDeclared, hasReference: hasReference, reading: reading)
        }

        /// What the column was taken for, as `check` prints it:
        /// `factor: untreated (reference, 4), treated (3)` or
        /// `numeric: 27 to 63, mean 45.3`, and how many values are missing.
        package var summary: String {
            let rest = missing.isEmpty ? "" : "; \(missing.count) missing"
            switch values {
            case .factor(let factor):
                let levels = zip(factor.levels, factor.levelCounts).enumerated().map { position, level in
                    "\(level.0) (\(position == 0 ? "reference, " : "")\(level.1))"
                }
                return "factor: " + levels.joined(separator: ", ") + rest
            case .numeric(let numbers):
                let present = numbers.filter { !$0.isNaN }
                guard let low = present.min(), let high = present.max() else { return "numeric" + rest }
                let mean = present.reduce(0, +) / Double(present.count)
                return "numeric: \(decimal(low)) to \(decimal(high)), mean \(decimal((mean * 1000).rounded() / 1000))"
                    + rest
            }
        }

        /// The samples without a value.
        package var missing: [Int] {
            switch values {
            case .numeric(let numbers): numbers.indices.filter { numbers[$0].isNaN }
            case .factor(let factor): factor.codes.indices.filter { factor.codes[$0] < 0 }
            }
        }
    }

    /// Where the table was read, for messages.
    package let fileName: String

    /// What the column of the samples' names is called; nil where the table is of no file.
    package let idName: String?

    /// Without duplicates.
    package let sampleNames: [String]

    package let columns: [Column]

    /// - Precondition: Sample and column names are distinct, and every column has one value per sample.
    package init(fileName: String = "samples", sampleNames: [String], columns: [Column], idName: String? = nil) {
        precondition(Set(sampleNames).count == sampleNames.count)
        precondition(Set(columns.map(\.name)).count == columns.count)
        for column in columns {
            switch column.values {
            case .numeric(let numbers): precondition(numbers.count == sampleNames.count)
            case .factor(let factor): precondition(factor.codes.count == sampleNames.count)
            }
        }
        self.fileName = fileName
        self.idName = idName
        self.sampleNames = sampleNames
        self.columns = columns
    }

    package var sampleCount: Int { sampleNames.count }

    package func column(named name: String) -> Column? {
        columns.first { $0.name == name }
    }

    /// The rows of the given samples, in that order. Levels without samples stay.
    package func selecting(samples: [Int]) -> SampleTable {
        SampleTable(
            fileName: fileName, sampleNames: samples.map { sampleNames[$0] },
            columns: columns.map { column in
                switch column.values {
                case .numeric(let numbers): column.with(.numeric(samples.map { numbers[$0] }))
                case .factor(let factor): column.with(.factor(factor.selecting(samples: samples)))
                }
            }, idName: idName)
    }

    /// The rows in the order of a count table's samples.
    ///
    /// - Throws: `InputError` when a sample is in one of the two files only.
    package func matched(toSamples names: [String], ofCounts countsFile: String) throws -> SampleTable {
        let positions = Dictionary(uniqueKeysWithValues: sampleNames.enumerated().map { ($1, $0) })
        let withoutRow = names.filter { positions[$0] == nil }
        let counted = Set(names)
        let withoutCounts = sampleNames.filter { !counted.contains($0) }
        if Set(sampleNames.map(syntacticName)) == counted.union(names.map(syntacticName)), !withoutRow.isEmpty {
            throw InputError(
                file: countsFile,
                "its sample names were changed by R: \(listed(withoutRow, limit: 3)) instead of "
                    + listed(withoutCounts, limit: 3),
                remedy: "Read the counts into R with check.names = FALSE before writing them, or correct the header.")
        }
        if let cause = SampleNameCause.sentence(counts: withoutRow, sheet: withoutCounts) {
            throw InputError(
                file: countsFile, "its samples are not called as in \(fileName): \(cause)",
                remedy: "Use the same names in both files.")
        }
        if let idName, let first = names.first(where: { $0 == idName }) ?? names.first(where: hasColumn) {
            throw InputError(
                file: fileName, line: 1,
                first == idName
                    ? "the first line is that of the sample \(first) and not a header"
                    : "its columns are samples, such as \(first), where its rows should be",
                remedy: first == idName
                    ? "Put a line with the columns' names above it, such as sample and condition."
                    : "Exchange rows and columns: one line per sample, one column per variable.")
        }
        if withoutRow.count == names.count {
            throw InputError(
                file: countsFile,
                "none of its samples is in \(fileName): the counts have \(listed(names, limit: 5)), "
                    + "the sample sheet has \(listed(sampleNames, limit: 5))",
                remedy: "Use the same sample names in both files, in the counts' header and in the sheet's first "
                    + "column or the one called sample.")
        }
        if !withoutRow.isEmpty {
            throw InputError(
                file: countsFile,
                "\(ExpressionData.counted(withoutRow.count, "sample")) not in \(fileName): \(listed(withoutRow))",
                remedy: "Add their rows to the sample sheet, or remove their columns from the counts.")
        }
        if !withoutCounts.isEmpty {
            throw InputError(
                file: fileName,
                "\(ExpressionData.counted(withoutCounts.count, "sample")) not in \(countsFile): \(listed(withoutCounts))",
                remedy: "Add their columns to the counts, or remove their rows from the sample sheet.")
        }
        return selecting(samples: names.map { positions[$0]! })
    }

    private func hasColumn(_ name: String) -> Bool { column(named: name) != nil }

    /// The same table with the samples called as in a column, where one column alone has exactly these names.
    package func renamed(toSamples names: [String]) -> (table: SampleTable, column: String)? {
        let wanted = Set(names)
        let candidates = columns.compactMap { column -> (column: Column, names: [String])? in
            let texts: [String]
            switch column.values {
            case .numeric(let numbers): texts = numbers.map { decimal($0) }
            case .factor(let factor): texts = factor.codes.map { $0 < 0 ? "" : factor.levels[$0] }
            }
            return texts.count == wanted.count && Set(texts) == wanted ? (column, texts) : nil
        }
        guard candidates.count == 1, let (column, names) = candidates.first,
            !wanted.contains(where: sampleNames.contains)
        else { return nil }
        var others = columns.filter { $0.name != column.name }
        if let idName, !idName.isEmpty { others.append(Column(name: idName, values: .factor(Factor(sampleNames)))) }
        return (
            SampleTable(fileName: fileName, sampleNames: names, columns: others, idName: column.name), column.name
        )
    }
}
