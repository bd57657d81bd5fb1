import ExpressionData
import ExpressionFormats
import Yams

/// Comparisons of groups, in the files that nf-core/differentialabundance takes.
///
/// A table (tabs or commas) with the columns `id`, `variable`, `reference`,
/// `target` and, if wanted, `blocking`, `exclude_samples_col` and
/// `exclude_samples_values` (several values separated by semicolons); or YAML
/// with a list `contrasts` of `id`, `comparison: [variable, reference, target]`
/// and `blocking_factors: [...]`.
package struct ContrastsFile {
    package struct Comparison: Equatable, Sendable {
        package var id: String
        package var variable: String
        package var reference: String
        package var target: String
        package var blocking: [String] = []
        package var exclusion: SampleExclusion?
    }

    /// The comparisons that one model answers.
    package struct Model: Equatable, Sendable {
        package var variable: String
        package var blocking: [String]
        package var comparisons: [Comparison]

        /// Blocking factors first, so that the variable's coefficients are the last.
        package var formula: String {
            "~ " + (blocking + [variable]).map { isPlainName($0) ? $0 : "`\($0)`" }.joined(separator: " + ")
        }

        /// A folder's name: `condition`, or `condition.batch` with a blocking factor.
        package var name: String { ([variable] + blocking).map(folderName).joined(separator: ".") }
    }

    package let fileName: String
    package let comparisons: [Comparison]

    /// In the order of each one's first comparison.
    package var models: [Model] {
        var models: [Model] = []
        for comparison in comparisons {
            let position = models.firstIndex {
                $0.variable == comparison.variable && $0.blocking == comparison.blocking
            }
            if let position {
                models[position].comparisons.append(comparison)
            } else {
                models.append(
                    Model(variable: comparison.variable, blocking: comparison.blocking, comparisons: [comparison]))
            }
        }
        return models
    }

    /// What the comparisons say of the sample sheet's columns: groups and blocks
    /// are factors, and the reference level is the comparisons' where they agree.
    ///
    /// - Parameter declared: What the user says, which goes first.
    package func declarations(beside declared: [ColumnDeclaration]) -> [ColumnDeclaration] {
        var result: [ColumnDeclaration] = []
        func isDeclared(_ column: String) -> Bool { declared.contains { $0.column == column } }
        for column in comparisons.flatMap({ [$0.variable] + $0.blocking })
        where !isDeclared(column) && !result.contains(where: { $0.column == column }) {
            let references = Set(comparisons.filter { $0.variable == column }.map(\.reference))
            if let reference = references.first, references.count == 1 {
                result.append(.reference(column, level: reference))
            } else {
                result.append(.factor(column))
            }
        }
        return result
    }

    /// The samples that all comparisons leave out.
    ///
    /// - Throws: `InputError` when they leave out different ones, as one run has one set of samples.
    package func exclusion() throws -> SampleExclusion? {
        guard let first = comparisons.first else { return nil }
        if let other = comparisons.first(where: { $0.exclusion != first.exclusion }) {
            throw InputError(
                file: fileName,
                "\(first.id) and \(other.id) leave out different samples, and a run has one set of samples",
                remedy: "Put comparisons with other samples into a file and a run of their own.")
        }
        return first.exclusion
    }

    package init(_ file: InputFile) throws {
        fileName = file.name
        let text = String(decoding: try file.bytes, as: UTF8.self)
        let isYAML = [".yaml", ".yml"].contains { file.baseName.hasSuffix($0) } || text.hasPrefix("contrasts:")
        comparisons = isYAML ? try Self.read(yaml: text, file: file.name) : try Self.read(DelimitedTable(file))
        guard !comparisons.isEmpty else {
            throw InputError(file: file.name, "the file has no comparison", remedy: "Expected one per line.")
        }
        var seen: Set<String> = []
        for comparison in comparisons {
            guard seen.insert(comparison.id).inserted else {
                throw InputError(
                    file: file.name, "two comparisons are called \(comparison.id)", remedy: "Give every one its own id."
                )
            }
            guard !comparison.id.contains("/"), !comparison.id.hasPrefix(".") else {
                throw InputError(
                    file: file.name, "`\(comparison.id)` cannot be part of a file's name",
                    remedy: "Ids name the files of the results.")
            }
            guard comparison.reference != comparison.target else {
                throw InputError(
                    file: file.name, "\(comparison.id) compares \(comparison.target) with itself",
                    remedy: "Name two levels of \(comparison.variable).")
            }
        }
    }

    private static func read(_ table: DelimitedTable) throws -> [Comparison] {
        let ids = try table.strings("id").map(plain)
        let variables = try table.strings("variable").map(plain)
        let references = try table.strings("reference").map(plain)
        let targets = try table.strings("target").map(plain)
        func optional(_ column: String) throws -> [String]? {
            table.position(ofColumn: column) == nil ? nil : try table.strings(column).map(plain)
        }
        let blocking = try optional("blocking")
        let excludedColumns = try optional("exclude_samples_col")
        let excludedValues = try optional("exclude_samples_values")
        return try ids.indices.map { row in
            for (name, value) in [
                ("id", ids[row]), ("variable", variables[row]), ("reference", references[row]),
                ("target", targets[row]),
            ] where value.isEmpty {
                throw InputError(
                    file: table.fileName, line: table.line(ofRow: row), column: name, "the value is missing",
                    remedy: "Every comparison needs id, variable, reference and target.")
            }
            var comparison = Comparison(
                id: ids[row], variable: variables[row], reference: references[row], target: targets[row])
            comparison.blocking = list(blocking?[row])
            comparison.exclusion = SampleExclusion(column: excludedColumns?[row], values: list(excludedValues?[row]))
            return comparison
        }
    }

    private static func read(yaml text: String, file: String) throws -> [Comparison] {
        let root: Node?
        do {
            root = try Yams.compose(yaml: text.withoutMark)
        } catch let error as YamlError {
            throw InputError(error, file: file)
        }
        guard let root else { return [] }
        var mapping = try StudyMapping(root, file: file, path: "")
        let list = try mapping.required(mapping.optional("contrasts"), "contrasts")
        guard case .sequence(let entries) = list.node else {
            throw InputError(
                file: file, line: list.line, "`contrasts` is not a list", remedy: "Begin every comparison with `- id:`."
            )
        }
        return try entries.map { node in
            var entry = try StudyMapping(node, file: file, path: "contrasts")
            let id = entry.optional("id")
            for key in ["formula", "make_contrasts_str"] {
                if let value = entry.optional(key) {
                    throw InputError(
                        file: file, line: value.line, "`\(key)` is not understood here",
                        remedy: "Give the design with --design and the comparison with --contrast.")
                }
            }
            let comparison = entry.optional("comparison")
            let blocking = try entry.optional("blocking_factors")?.strings() ?? []
            let exclusion = SampleExclusion(
                column: try entry.optional("exclude_samples_col")?.string(),
                values: try entry.optional("exclude_samples_values")?.strings() ?? [])
            try entry.finish()
            let compared = try entry.required(comparison, "comparison")
            let parts = try compared.strings()
            guard parts.count == 3 else {
                throw InputError(
                    file: file, line: compared.line, "the comparison has \(counted(parts.count, "part"))",
                    remedy: "Expected [variable, reference, target].")
            }
            var result = Comparison(
                id: try entry.required(id, "id").string(), variable: parts[0], reference: parts[1], target: parts[2])
            result.blocking = blocking
            result.exclusion = exclusion
            return result
        }
    }

    private static func list(_ text: String?) -> [String] {
        (text ?? "").split(separator: ";").map { plain(String($0)) }.filter { !$0.isEmpty }
    }

    private static func plain(_ text: String) -> String {
        let value = String(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        return MissingValue.isCertain(value) ? "" : value
    }
}

/// Samples that are left out because of a value in their row of the sheet.
package struct SampleExclusion: Equatable, Sendable {
    package let column: String
    package let values: [String]

    /// Nil without a column or without values.
    package init?(column: String?, values: [String]) {
        guard let column, !column.isEmpty, !values.isEmpty else { return nil }
        self.column = column
        self.values = values
    }

    package func keptSamples(of samples: SampleTable) throws -> [Int] {
        guard let column = samples.column(named: column) else {
            throw InputError(
                file: samples.fileName, column: self.column, "there is no such column to leave samples out by",
                remedy: "The columns are \(listed(samples.columns.map(\.name))).")
        }
        return samples.sampleNames.indices.filter { sample in
            switch column.values {
            case .factor(let factor):
                factor.codes[sample] < 0 || !values.contains(factor.levels[factor.codes[sample]])
            case .numeric(let numbers):
                !values.contains { Double($0) == numbers[sample] }
            }
        }
    }
}

private func isPlainName(_ name: String) -> Bool {
    name.first?.isLetter == true && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" || $0 == "." }
}

private func folderName(_ name: String) -> String {
    String(name.map { $0 == "/" || $0 == " " ? "_" : $0 })
}
