/// A problem in someone's file or argument, with what is needed to fix it.
///
/// Every reader and every check of a design throws this one type, so that a
/// command can print any of them in the same way.
package struct InputError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Where in the input the problem stands.
    package var place: InputPlace

    /// What is wrong, naming the offending value: `the count -4 is negative`.
    package var problem: String

    /// What was expected and what to do about it.
    package var remedy: String

    package init(
        file: String? = nil, line: Int? = nil, gene: String? = nil, sample: String? = nil, column: String? = nil,
        _ problem: String, remedy: String
    ) {
        self.place = InputPlace(file: file, line: line, gene: gene, sample: sample, column: column)
        self.problem = problem
        self.remedy = remedy
    }

    /// `counts.tsv:12, gene ENSG00000000003, sample S4: the count -4 is negative. Give …`
    package var description: String {
        let sentence = problem.hasSuffix(".") ? problem : problem + "."
        let prefix = place.description
        return (prefix.isEmpty ? "" : prefix + ": ") + sentence + (remedy.isEmpty ? "" : " " + remedy)
    }
}

/// A place in the input: as much of it as is known.
package struct InputPlace: Equatable, Sendable, CustomStringConvertible {
    package var file: String?

    /// The line in the file, from 1.
    package var line: Int?

    package var gene: String?
    package var sample: String?

    /// The column's name, or its position from 1 where it has none.
    package var column: String?

    package init(
        file: String? = nil, line: Int? = nil, gene: String? = nil, sample: String? = nil, column: String? = nil
    ) {
        self.file = file
        self.line = line
        self.gene = gene
        self.sample = sample
        self.column = column
    }

    package var description: String {
        var parts: [String] = []
        switch (file, line) {
        case (let file?, let line?): parts.append("\(file):\(line)")
        case (let file?, nil): parts.append(file)
        case (nil, let line?): parts.append("line \(line)")
        case (nil, nil): break
        }
        if let gene { parts.append("gene \(gene)") }
        if let sample { parts.append("sample \(sample)") }
        if let column { parts.append("column \(column)") }
        return parts.joined(separator: ", ")
    }
}

/// Something a reader or a check of a design noticed that does not stop the run.
package struct InputWarning: Equatable, Sendable, CustomStringConvertible {
    package enum Severity: Equatable, Sendable {
        /// Good to know; the reference programs print a message here.
        case note

        /// The user must read it: under `--strict` it changes the exit code.
        case warning
    }

    package var severity: Severity
    package var place: InputPlace
    package var message: String

    package init(_ severity: Severity, place: InputPlace = InputPlace(), _ message: String) {
        self.severity = severity
        self.place = place
        self.message = message
    }

    package var description: String {
        let prefix = place.description
        return prefix.isEmpty ? message : prefix + ": " + message
    }
}
