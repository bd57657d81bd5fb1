/// Why the names of samples in two files differ, where one rule explains it for all of them.
enum SampleNameCause {
    /// A sentence such as `the names differ in case only: S1 and s1, S2 and s2`; nil where no rule explains it.
    ///
    /// - Parameters:
    ///   - counts: The names that only the counts have.
    ///   - sheet: The names that only the sample sheet has.
    static func sentence(counts: [String], sheet: [String]) -> String? {
        guard !counts.isEmpty, counts.count == sheet.count else { return nil }
        for rule in rules {
            let partners = Dictionary(sheet.map { (rule.key($0), $0) }) { first, _ in first }
            let pairs = counts.compactMap { name in partners[rule.key(name)].map { (name, $0) } }
            guard pairs.count == counts.count, Set(pairs.map(\.1)).count == pairs.count else { continue }
            let shown = pairs.map { "\(VisibleText.shown($0)) and \(VisibleText.shown($1))" }
            return "the names differ in \(rule.what) only: \(listed(shown, limit: 3))"
        }
        return affix(of: counts, around: sheet).map { "the counts' names have \($0)" }
            ?? affix(of: sheet, around: counts).map { "the sample sheet's names have \($0)" }
    }

    /// What all longer names have around a shorter one: `Sample_ in front`, `.dedup behind`; nil where they do not.
    private static func affix(of longer: [String], around shorter: [String]) -> String? {
        guard let inner = shorter.max(by: { $0.count < $1.count }) else { return nil }
        let all = Set(longer)
        for name in longer {
            guard let range = name.firstRange(of: inner), name.count > inner.count else { continue }
            let (front, behind) = (name[..<range.lowerBound], name[range.upperBound...])
            guard shorter.allSatisfy({ all.contains(front + $0 + behind) }) else { continue }
            let parts = [(front, "in front"), (behind, "behind")].filter { !$0.0.isEmpty }
            return parts.map { "\($0) \($1)" }.joined(separator: " and ") + ": \(name) is \(inner)"
        }
        return nil
    }

    private static let rules: [(what: String, key: @Sendable (String) -> String)] = [
        ("blanks, invisible marks or dashes", { VisibleText.withoutBlanks($0) }),
        ("case", { $0.lowercased() }),
        ("case and blanks", { VisibleText.folded($0) }),
        ("what R's make.names does to them (an X in front, dots for other marks)", { syntacticName($0) }),
        ("dashes, dots, underscores and blanks", { dotted($0) }),
        ("zeros in front of numbers", { withoutLeadingZeros($0) }),
        ("what programs append to them", { bare($0) }),
        ("case, marks and zeros in front of numbers", { withoutLeadingZeros(dotted(bare($0)).lowercased()) }),
    ]

    private static func dotted(_ name: String) -> String {
        String(VisibleText.withoutBlanks(name.replacingBlanks).map { $0.isLetter || $0.isNumber ? $0 : "." })
    }

    private static func withoutLeadingZeros(_ name: String) -> String {
        var result = ""
        for (position, character) in name.enumerated() {
            let digits = name.dropFirst(position + 1).first.map { ("0"..."9").contains($0) } ?? false
            let isInside = result.last.map { ("0"..."9").contains($0) } ?? false
            if character == "0", digits, !isInside { continue }
            result.append(character)
        }
        return result
    }

    private static func bare(_ name: String) -> String {
        var rest = name.split(separator: "/").last.map(String.init) ?? name
        while let ending = endings.first(where: { rest.lowercased().hasSuffix($0) && rest.count > $0.count }) {
            rest.removeLast(ending.count)
        }
        return rest
    }

    private static let endings = [
        ".gz", ".bam", ".sam", ".cram", ".fastq", ".fq", ".txt", ".tsv", ".csv", ".counts", "_counts", ".count",
        "_count", ".htseq", ".sorted", "_sorted", ".dedup", ".markdup", "aligned.sortedbycoord.out", "aligned.out",
        "_quant", ".quant", ".sf", "_r1", "_r2", "_1_val_1", "_trimmed", ".trimmed",
    ]
}

extension String {
    /// With a dot for every usual blank, which the rules for marks compare like one.
    fileprivate var replacingBlanks: String { String(map { $0 == " " ? "." : $0 }) }
}
