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
        for variable in formula.variables {
            guard let position = columns.firstIndex(where: { $0.name == variable }) else {
                throw InputError(
                    file: samples.fileName, "the design names \(variable), which is not a column",
                    remedy: "The columns are \(listed(columns.map(\.name))).")
            }
            columns[position] = try checked(columns[position], of: samples, warnings: &warnings)
        }
        return SampleTable(fileName: samples.fileName, sampleNames: samples.sampleNames, columns: columns)
    }

    private static func checked(
        _ column: SampleTable.Column, of samples: SampleTable, warnings: inout [InputWarning]
    ) throws -> SampleTable.Column {
        let place = InputPlace(file: samples.fileName, column: column.name)
        let missing = column.missing
        if !missing.isEmpty {
            throw InputError(
                file: samples.fileName, column: column.name,
                "the design uses it and \(counted(missing.count, "sample")) \(missing.count == 1 ? "has" : "have") "
                    + "no value: \(listed(missing.map { samples.sampleNames[$0] }))",
                remedy: "Fill in the values, or leave these samples out of both files.")
        }
        switch column.values {
        case .numeric(let numbers):
            guard Set(numbers).count > 1 else { throw singleValue(column.name, decimal(numbers.first ?? 0), samples) }
            warnings += notes(on: numbers, place)
            return column
        case .factor(let factor):
            let used = factor.droppingUnusedLevels()
            guard used.levels.count > 1 else { throw singleValue(column.name, used.levels.first ?? "", samples) }
            if used.levels.count < factor.levels.count {
                let dropped = factor.levels.filter { !used.levels.contains($0) }
                let text = "levels without samples were dropped: \(listed(dropped))"
                warnings.append(InputWarning(.note, place: place, text))
            }
            let single = used.levels.indices.filter { used.levelCounts[$0] == 1 }.map { used.levels[$0] }
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
            return SampleTable.Column(name: column.name, values: .factor(used))
        }
    }

    private static func singleValue(_ name: String, _ value: String, _ samples: SampleTable) -> InputError {
        InputError(
            file: samples.fileName, column: name, "all samples have the same value, \(value)",
            remedy: "Remove the variable from the design.")
    }

    /// DESeq2's messages on numeric covariates, with its arbitrary limit of 5.
    private static func notes(on numbers: [Double], _ place: InputPlace) -> [InputWarning] {
        let count = Double(numbers.count)
        let mean = numbers.reduce(0, +) / count
        let variance = numbers.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / max(count - 1, 1)
        var notes: [InputWarning] = []
        if mean.magnitude > 5 || variance > 25 {
            notes.append(
                InputWarning(
                    .note, place: place,
                    "its mean or standard deviation is above 5, which slows the fit and can tie it to the intercept; "
                        + "centre and scale it if genes fail to converge"))
        }
        if numbers.allSatisfy({ $0 == $0.rounded() }), Set(numbers).count <= 6 {
            notes.append(
                InputWarning(
                    .note, place: place,
                    "it has \(Set(numbers).count) different whole numbers and is used as a number: one fold change per "
                        + "unit; declare it a factor if the numbers are labels"))
        }
        return notes
    }
}
