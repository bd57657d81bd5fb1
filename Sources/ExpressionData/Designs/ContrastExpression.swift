extension Design {
    /// A sum of coefficients, written as `a + b`, `a - b` or `0.5*a + 0.5*b - c`.
    ///
    /// What DESeq2 takes as a list contrast: the names that are added stand in its
    /// first list, those taken away in its second. Coefficient names hold none of
    /// the characters `+`, `-` and `*`.
    package func contrast(combining text: String, name: String) throws -> Contrast {
        let names = coefficients.map(\.name)
        return try contrast(weights: weights(combining: text, names: names, of: formula), name: name)
    }
}

extension ExpandedDesign {
    /// The same over the columns of the expanded design, of which the names are those of DESeq2's `resultsNames`
    /// under a prior: `conditiontreated - conditionuntreated`.
    ///
    /// - Returns: Nil when there is a name that is no column.
    package func contrast(combining text: String, name: String) throws -> Contrast? {
        var reader = ContrastReader(text)
        while let summand = try reader.next() {
            guard matrix.columnNames.contains(summand.name) else { return nil }
        }
        return try contrast(weights: weights(combining: text, names: matrix.columnNames, of: formula), name: name)
    }
}

/// One weight per name.
private func weights(combining text: String, names: [String], of formula: DesignFormula) throws -> [Double] {
    var weights = [Double](repeating: 0, count: names.count)
    var reader = ContrastReader(text)
    while let summand = try reader.next() {
        guard let position = names.firstIndex(of: summand.name) else {
            throw InputError.unknownCoefficient(summand.name, in: formula, names: names)
        }
        guard weights[position] == 0 else {
            throw InputError(
                "the contrast \"\(text)\" names \(summand.name) twice", remedy: "Name every coefficient once.")
        }
        weights[position] = summand.weight
    }
    return weights
}

/// Takes a sum of named coefficients apart, one after the other.
private struct ContrastReader {
    private let text: String
    private var rest: Substring
    private var isFirst = true

    init(_ text: String) {
        self.text = text
        rest = text[...]
    }

    mutating func next() throws -> (name: String, weight: Double)? {
        skipSpaces()
        guard !rest.isEmpty || isFirst else { return nil }
        var sign = 1.0
        if let first = rest.first, first == "+" || first == "-" {
            sign = first == "-" ? -1 : 1
            rest.removeFirst()
        } else if !isFirst {
            throw malformed("`\(rest)` follows without a `+` or `-`")
        }
        isFirst = false
        let word = takeWord()
        guard rest.first == "*" else { return (try nonEmpty(word), sign) }
        rest.removeFirst()
        guard let weight = Double(word), weight.isFinite else { throw malformed("`\(word)` is not a number") }
        return (try nonEmpty(takeWord()), sign * weight)
    }

    /// The text up to the next operator or space, and no space after it.
    private mutating func takeWord() -> String {
        skipSpaces()
        let word = rest.prefix { !$0.isWhitespace && $0 != "+" && $0 != "-" && $0 != "*" }
        rest.removeFirst(word.count)
        skipSpaces()
        return String(word)
    }

    private mutating func skipSpaces() {
        rest = rest.drop { $0.isWhitespace }
    }

    private func nonEmpty(_ name: String) throws -> String {
        guard !name.isEmpty else { throw malformed("a coefficient is missing") }
        return name
    }

    private func malformed(_ what: String) -> InputError {
        InputError(
            "in the contrast \"\(text)\" \(what)",
            remedy: "Expected FACTOR:LEVEL:BASE, or coefficients added up and taken away, such as \"a + b - c\".")
    }
}
