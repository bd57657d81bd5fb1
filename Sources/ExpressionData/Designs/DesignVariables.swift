/// The checks of a design's variables, one by one, before they meet in a matrix.
enum DesignVariables {
    /// Returns the samples with the unused levels of the design's factors dropped.
    static func checked(
        _ samples: SampleTable, for formula: DesignFormula, warnings: inout [InputWarning]
    ) throws -> SampleTable {
        if formula.terms.isEmpty {
            guard formula.hasIntercept else {
                throw InputError(
                    "the design \(formula) has no coefficient", remedy: "Name at least one column of the sample sheet.")
            }
            warnings.append(InputWarning(.warning, "the design ~ 1 has an intercept only: nothing is compared"))
        }
        var columns = samples.columns
        for name in formula.columns {
            guard let position = columns.firstIndex(where: { $0.name == name }) else {
                let nearest = nearestName(to: name, among: columns.map(\.name)).map { "Did you mean \($0)? " } ?? ""
                throw InputError(
                    file: samples.fileName, "the design names \(name), which is not a column",
                    remedy: "\(nearest)The columns are \(listed(columns.map(\.name))).")
            }
            columns[position] = try checked(
                columns[position], of: samples, isVariable: formula.variables.contains(name), warnings: &warnings)
        }
        return SampleTable(
            fileName: samples.fileName, sampleNames: samples.sampleNames, columns: columns, idName: samples.idName)
    }

    /// The values of all variables of the formula: of columns as they are, of calls as computed.
    static func values(
        of formula: DesignFormula, _ samples: SampleTable, warnings: inout [InputWarning]
    ) throws -> [String: DesignVariable] {
        var values: [String: DesignVariable] = [:]
        var evaluation = FormulaEvaluation(samples: samples)
        for name in formula.variables {
            guard let call = formula.calls[name] else {
                values[name] = DesignVariable(samples.column(named: name)!.values)
                continue
            }
            let variable = try evaluation.variable(of: call)
            values[name] = variable
            switch variable {
            case .covariate(let numbers):
                guard Set(numbers).count > 1 else { throw singleValue(name, decimal(numbers.first ?? 0), samples) }
                warnings += scaleNotes(
                    on: numbers, InputPlace(file: samples.fileName, column: name), scaled: "scale(\(name))")
            case .factor(let factor):
                guard factor.levels.count > 1 else { throw singleValue(name, factor.levels.first ?? "", samples) }
            case .basis: break
            }
        }
        warnings += evaluation.warnings
        for offset in formula.offsets {
            warnings.append(
                InputWarning(
                    .warning, place: InputPlace(file: samples.fileName),
                    "\(offset) has no effect: as in DESeq2, whose model has no offsets, it has no column; "
                        + "what counts are divided by is given per sample with --size-factors, "
                        + "or per gene and sample with --normalization-factors"))
        }
        return values
    }

    private static func checked(
        _ column: SampleTable.Column, of samples: SampleTable, isVariable: Bool, warnings: inout [InputWarning]
    ) throws -> SampleTable.Column {
        let place = InputPlace(file: samples.fileName, column: column.name)
        if let objection = column.reading.objection { throw objection }
        warnings += column.reading.remarks
        let missing = column.missing
        if !missing.isEmpty {
            throw InputError(
                file: samples.fileName, column: column.name,
                "the design uses it and \(counted(missing.count, "sample")) \(missing.count == 1 ? "has" : "have") "
                    + "no value"
                    + (column.reading.missingSpellings.isEmpty
                        ? "" : " (\(listed(column.reading.missingSpellings.map { "\"\($0)\"" })))")
                    + ": \(listed(missing.map { samples.sampleNames[$0] }))",
                remedy: "Fill in the values, or leave these samples out of both files.")
        }
        switch column.values {
        case .numeric(let numbers):
            guard Set(numbers).count > 1 else { throw singleValue(column.name, decimal(numbers.first ?? 0), samples) }
            // Of a column inside calls only these have the say.
            if isVariable {
                warnings += scaleNotes(on: numbers, place, scaled: "scale(\(DesignFormula.quoted(column.name)))")
                warnings += labelNotes(on: numbers, place)
            }
            return column
        case .factor(let factor):
            let used = factor.droppingUnusedLevels()
            guard used.levels.count > 1 else { throw singleValue(column.name, used.levels.first ?? "", samples) }
            if used.levels.count < factor.levels.count {
                let dropped = factor.levels.filter { !used.levels.contains($0) }
                let text = "levels without samples were dropped: \(listed(dropped))"
                warnings.append(InputWarning(.note, place: place, text))
            }
            if !column.isDeclared, let text = try mixture(of: used, in: column.name, of: samples) {
                warnings.append(InputWarning(.warning, place: place, text))
            }
            if !column.isDeclared, let text = try numbersWithUnit(in: used, column.name, of: samples) {
                warnings.append(InputWarning(.note, place: place, text))
            }
            if let control = used.levels.dropFirst().first(where: { $0.lowercased() == "control" }) {
                warnings.append(
                    InputWarning(
                        .note, place: place,
                        "it has the level \(control), and what others are compared with is \(used.levels[0]), its first "
                            + "level; declare the reference if it should be \(control) (--reference \(column.name)=\(control); "
                            + "in a study file name the levels, the reference first)"))
            }
            let single = used.levels.indices.filter { used.levelCounts[$0] == 1 }.map {
                VisibleText.shown(used.levels[$0])
            }
            if !single.isEmpty {
                warnings.append(
                    InputWarning(
                        .warning, place: place,
                        single.count == 1
                            ? "the level \(single[0]) has one sample, which says nothing about dispersion; "
                                + "merge it with another level, or leave the sample out"
                            : "the levels \(listed(single)) have one sample each, which says nothing about dispersion; "
                                + "merge levels, or leave the samples out"))
            }
            return column.with(.factor(used))
        }
    }

    /// What to say of a factor that looks like a column of numbers with some words among them; nil of any other.
    ///
    /// - Throws: `InputError` where most samples would have a level of their own, so that nobody can mean a factor.
    private static func mixture(of factor: Factor, in column: String, of samples: SampleTable) throws -> String? {
        let words = factor.levels.filter { Double($0) == nil }
        let wordCount = factor.levels.indices.reduce(0) {
            $0 + (Double(factor.levels[$1]) == nil ? factor.levelCounts[$1] : 0)
        }
        guard !words.isEmpty, wordCount * 5 <= factor.codes.count else { return nil }
        let example = factor.codes.firstIndex { Double(factor.levels[Int($0)]) == nil }!
        let found =
            "\(listed(words)) \(words.count == 1 ? "is" : "are") among numbers (sample \(samples.sampleNames[example]))"
        guard factor.levelCounts.count(where: { $0 == 1 }) * 2 <= factor.codes.count else {
            throw InputError(
                file: samples.fileName, column: column,
                found + ", and as a factor the column would have \(factor.levels.count) levels",
                remedy: "Write a number, or NA and leave the sample out; or declare the column a factor.")
        }
        return found + ", so the column is taken for a factor; correct it, or declare the column a factor"
    }

    /// What to say of a factor whose levels are numbers with one unit behind them, such as `30y`; nil of any other.
    ///
    /// - Throws: `InputError` where most samples would have a level of their own, so that nobody can mean a factor.
    private static func numbersWithUnit(
        in factor: Factor, _ column: String, of samples: SampleTable
    ) throws -> String? {
        let units = factor.levels.map { level -> Substring? in
            let unit = level.drop { ("0"..."9").contains($0) || $0 == "." }
            let isNumber = Double(level.dropLast(unit.count)) != nil
            return isNumber && unit.first.map { $0.isLetter || $0 == " " } ?? false ? unit : nil
        }
        guard factor.levels.count > 2, let unit = units[0], units.allSatisfy({ $0 == unit }) else { return nil }
        let found = "its values, such as \(factor.levels[0]), are numbers with \"\(unit)\" behind them"
        guard factor.levelCounts.count(where: { $0 == 1 }) * 2 <= factor.codes.count else {
            throw InputError(
                file: samples.fileName, column: column,
                found + ", and as a factor the column would have \(factor.levels.count) levels",
                remedy: "Write the numbers alone, or declare the column a factor.")
        }
        return found + ", and it is taken for a factor; write the numbers alone if it is to be a number"
    }

    private static func singleValue(_ name: String, _ value: String, _ samples: SampleTable) -> InputError {
        InputError(
            file: samples.fileName, column: name, "all samples have the same value, \(value)",
            remedy: "Remove the variable from the design.")
    }

    /// DESeq2's messages on numeric covariates, with its arbitrary limit of 5,
    /// and a warning where the covariate lies so far from zero that it is hard
    /// to tell from the intercept.
    ///
    /// The limit is that of near collinearity, a condition index of 30 (Belsley,
    /// Kuh & Welsch, 1980), which a mean of 15 standard deviations reaches.
    /// Iteratively reweighted least squares then ends at its limits for genes
    /// with low counts, and DESeq2's fallback stops before the maximum. From a mean
    /// of 100 standard deviations on, an index of 200, other genes join them: z of
    /// 300 well-expressed genes was off by 0.02 in the median and by up to 2.2 at 120
    /// deviations, by 0.3 in the median at 450.
    private static func scaleNotes(
        on numbers: [Double], _ place: InputPlace, scaled: String
    ) -> [InputWarning] {
        let count = Double(numbers.count)
        let mean = numbers.reduce(0, +) / count
        let squares = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = (squares / max(count - 1, 1)).squareRoot()
        var notes: [InputWarning] = []
        let size = (mean * mean + squares / count).squareRoot()
        let condition = ((size + mean.magnitude) / (size - mean.magnitude)).squareRoot()
        let moments = "its mean is \(rounded(mean)) and its standard deviation \(rounded(deviation))"
        if condition > 30 {
            notes.append(
                InputWarning(
                    .warning, place: place,
                    "\(moments): it is hard to tell from the intercept (condition number \(rounded(condition))), and "
                        + "DESeq2's method stops early for "
                        + (condition > 200 ? "many genes, with a z that may be off by 2" : "genes with low counts")
                        + "; subtract \(rounded(mean)) from it, which changes the intercept alone, or write \(scaled) "
                        + "in the design"))
        } else if mean.magnitude > 5 || deviation > 5 {
            notes.append(
                InputWarning(
                    .note, place: place,
                    "\(moments); values this large slow the fit and can tie it to the intercept; "
                        + "centre and scale it, by \(scaled) in the design, if genes fail to converge"))
        }
        return notes
    }

    /// Whole numbers with few values may be meant as names of groups.
    private static func labelNotes(on numbers: [Double], _ place: InputPlace) -> [InputWarning] {
        var notes: [InputWarning] = []
        if numbers.allSatisfy({ $0 == $0.rounded() }), Set(numbers).count <= 6 {
            notes.append(
                InputWarning(
                    .note, place: place,
                    "it has \(Set(numbers).count) different whole numbers and is used as a number: one fold change per "
                        + "unit; declare it a factor if the numbers are labels"))
        }
        return notes
    }

    /// Three significant digits.
    static func rounded(_ value: Double) -> String {
        var scale = 1.0
        while value.magnitude * scale < 100, value != 0, scale < 1e9 { scale *= 10 }
        return decimal((value * scale).rounded() / scale)
    }
}
