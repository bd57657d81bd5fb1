import ExpressionData

/// What is odd about the levels of a factor, as a reader of the sheet may not see it.
enum LevelRemarks {
    /// - Parameters:
    ///   - raw: The sheet's texts, one per sample.
    ///   - isDeclared: Whether the user says that it is a factor.
    static func remarks(
        on factor: Factor, raw: [String], isDeclared: Bool, place: InputPlace
    ) -> [InputWarning] {
        var texts = merged(factor, raw: raw) + alike(factor)
        if !isDeclared, let text = missing(factor) { texts.append(text) }
        return texts.map { InputWarning(.warning, place: place, $0) }
    }

    /// Texts that are one level because blanks at their ends, or how their letters are composed, do not count.
    private static func merged(_ factor: Factor, raw: [String]) -> [String] {
        factor.levels.indices.compactMap { level in
            var spellings: [String] = []
            for (sample, text) in raw.enumerated() where factor.codes[sample] == level {
                if !spellings.contains(where: { $0.utf8.elementsEqual(text.utf8) }) { spellings.append(text) }
            }
            guard spellings.count > 1 else { return nil }
            let counts = spellings.map { spelling in raw.count { $0.utf8.elementsEqual(spelling.utf8) } }
            let shown = zip(spellings, counts).map { "\"\($0)\" (\(counted($1, "sample")))" }
            return "\(listed(shown)) \(spellings.count == 2 ? "are both" : "are all") taken for the level "
                + "\(factor.levels[level]): they differ in blanks at their ends or in how letters are composed"
        }
    }

    /// Levels that differ in nothing that one sees at a glance.
    private static func alike(_ factor: Factor) -> [String] {
        let counts = factor.levelCounts
        let groups = Dictionary(grouping: factor.levels.indices) { VisibleText.folded(factor.levels[$0]) }
        return groups.values.filter { $0.count > 1 }.sorted { $0[0] < $1[0] }.map { group in
            let levels = group.map { factor.levels[$0] }
            let isCase = Set(levels.map(VisibleText.withoutBlanks)).count == levels.count
            let isBlanks = Set(levels.map { VisibleText.withoutBlanks($0) }).count == 1
            let shown = group.map {
                "\(VisibleText.shown(factor.levels[$0])) (\(counted(counts[$0], "sample")))"
            }
            return "the levels \(listed(shown)) differ in "
                + (isBlanks ? "blanks, invisible marks or dashes" : isCase ? "case" : "case and blanks")
                + " only and are kept apart; correct the sheet if they are one"
        }
    }

    /// Levels that may mean that there is no value.
    private static func missing(_ factor: Factor) -> String? {
        let levels = factor.levels.indices.filter { MissingValue.isPossible(factor.levels[$0]) }
        guard !levels.isEmpty else { return nil }
        let counts = factor.levelCounts
        let shown = levels.map { "\"\(factor.levels[$0])\" (\(counted(counts[$0], "sample")))" }
        return "\(listed(shown)) \(levels.count == 1 ? "is" : "are") taken for a level; "
            + "write NA if it means that there is no value, or declare the column a factor"
    }
}
