import ExpressionData

/// Phenotypes of samples in the CLS format, categorical or numeric.
package enum PhenotypeFile {
    /// Reads the classes or profiles of as many samples as the expression matrix has.
    ///
    /// Categorical: `SAMPLES CLASSES 1`, `# NAME NAME …`, and one label per
    /// sample. Labels that are the classes' names are of these classes; of other
    /// labels the n-th that is met for the first time is of the n-th class, as
    /// in the GSEA desktop, and in its dialect all are. Numeric: `#numeric`, then a line `#NAME` and a line of numbers for
    /// every profile.
    ///
    /// - Parameters:
    ///   - isDesktop: Whether labels are read as the GSEA desktop does, whatever they are called.
    ///   - note: Called with what the user should know of how labels were read.
    /// - Throws: `InputError`.
    package static func read(
        _ file: InputFile, sampleCount: Int, isDesktop: Bool = false, note: ([InputWarning]) -> Void = { _ in }
    ) throws -> Phenotypes {
        var lines: [Line] = []
        try file.bytes.withUnsafeBufferPointer { bytes in
            var reader = Lines(bytes)
            while let line = reader.next() {
                let words = line.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
                    .map { String(decoding: $0, as: UTF8.self) }
                let fields = line.split(separator: UInt8(ascii: "\t"))
                    .map { String(decoding: $0, as: UTF8.self) }
                if !words.isEmpty { lines.append(Line(number: reader.number, words: words, fields: fields)) }
            }
        }
        guard let first = lines.first else {
            throw InputError(
                file: file.name, "the file is empty",
                remedy: "Expected #numeric, or the numbers of samples and classes.")
        }
        return first.words[0].lowercased() == "#numeric"
            ? try profiles(Array(lines.dropFirst()), of: file, sampleCount: sampleCount)
            : try classes(lines, of: file, sampleCount: sampleCount, isDesktop: isDesktop, note: note)
    }

    /// A line that is not empty, cut at every blank, and at tabs alone.
    private struct Line {
        let number: Int
        let words: [String]
        let fields: [String]
    }

    private static func classes(
        _ lines: [Line], of file: InputFile, sampleCount: Int, isDesktop: Bool, note: ([InputWarning]) -> Void
    ) throws -> Phenotypes {
        guard lines.count == 3, lines[0].words.count == 3, let declared = Int(lines[0].words[1]) else {
            throw InputError(
                file: file.name, "this is not a CLS file",
                remedy: "Expected three lines: SAMPLES CLASSES 1, then # and the classes' names, then the labels.")
        }
        guard lines[1].words[0].hasPrefix("#") else {
            throw InputError(
                file: file.name, line: lines[1].number, "the classes' names do not follow a #",
                remedy: "Expected # and the names.")
        }
        /// The names after the mark, which the first one may follow at once.
        func names(_ parts: [String]) -> [String] {
            let first = parts[0].dropFirst().drop { $0 == " " }
            return (first.isEmpty ? [] : [String(first)]) + parts.dropFirst()
        }
        // Tabs between names allow blanks within them.
        let byTabs = names(lines[1].fields)
        let names = byTabs.count == declared ? byTabs : names(lines[1].words)
        let labels = lines[2].words
        try check(labels.count, sampleCount: sampleCount, line: lines[2].number, of: file)
        guard Int(lines[0].words[0]) == labels.count else {
            throw InputError(
                file: file.name, line: lines[0].number,
                "the file announces \(lines[0].words[0]) samples and labels \(labels.count)",
                remedy: "Write the number of labels first.")
        }
        var order: [String] = []
        for label in labels where !order.contains(label) { order.append(label) }
        guard names.count == declared, order.count == declared, declared > 1, Set(names).count == declared else {
            throw InputError(
                file: file.name, line: lines[2].number,
                "the file announces \(declared) classes, names \(names.count) and uses \(order.count)",
                remedy: "Expected the same number, at least 2, with names that differ; tabs between names allow blanks "
                    + "within them.")
        }
        let place = InputPlace(file: file.name, line: lines[2].number)
        let classes = try classOrder(of: order, names: names, isDesktop: isDesktop, place: place, note: note)
        return .classes(names, labels: labels.map { classes[order.firstIndex(of: $0)!] })
    }

    /// The class of every label, in the order in which labels are met.
    private static func classOrder(
        of labels: [String], names: [String], isDesktop: Bool, place: InputPlace, note: ([InputWarning]) -> Void
    ) throws -> [Int] {
        let byAppearance = Array(labels.indices)
        func describe(_ classes: [Int]) -> String {
            listed(zip(labels, classes).map { "label \($0) is \(names[$1])" })
        }
        let byName = labels.map { label in names.firstIndex { $0.lowercased() == label.lowercased() } }
        let named = byName.compactMap { $0 }
        if named.count == labels.count, Set(named).count == labels.count {
            guard named != byAppearance else { return byAppearance }
            let chosen = isDesktop ? byAppearance : named
            note([
                InputWarning(
                    .warning, place: place,
                    "the labels come in another order than the classes' names: \(describe(chosen))"
                        + (isDesktop
                            ? ", by the order of appearance, as the GSEA desktop reads them"
                            : ", by their names; the GSEA desktop goes by the order of appearance"))
            ])
            return chosen
        }
        if !isDesktop, let position = byName.indices.first(where: { byName[$0] != nil && byName[$0] != $0 }) {
            throw InputError(
                file: place.file, line: place.line,
                "the label \(labels[position]) would be of the class \(names[position]): labels and names contradict",
                remedy: "Use the classes' names as labels, or labels that are no names.")
        }
        let numbers = labels.map { Int($0) ?? -1 }
        if numbers.sorted() == byAppearance, numbers != byAppearance {
            note([
                InputWarning(
                    .warning, place: place,
                    "\(describe(byAppearance)), by the order of appearance as in the GSEA desktop; by their numbers, as "
                        + "GenePattern counts, \(describe(numbers)): use the classes' names as labels to be sure")
            ])
        }
        return byAppearance
    }

    private static func profiles(
        _ lines: [Line], of file: InputFile, sampleCount: Int
    ) throws -> Phenotypes {
        guard lines.count > 1, lines.count % 2 == 0 else {
            throw InputError(
                file: file.name, "the profiles are incomplete",
                remedy: "Expected, for every profile, a line #NAME and a line of numbers.")
        }
        return .profiles(
            try stride(from: 0, to: lines.count, by: 2).map { position in
                let name = lines[position].words.joined(separator: " ")
                guard name.hasPrefix("#"), name.count > 1 else {
                    throw InputError(
                        file: file.name, line: lines[position].number, "the profile has no name",
                        remedy: "Expected #NAME above its numbers.")
                }
                let (number, words) = (lines[position + 1].number, lines[position + 1].words)
                try check(words.count, sampleCount: sampleCount, line: number, of: file)
                let values = try words.map { word in
                    let value = Array(word.utf8).withUnsafeBufferPointer { NumberText.double($0) }
                    guard let value, value.isFinite else {
                        throw InputError(
                            file: file.name, line: number, "\"\(word)\" is not a finite number",
                            remedy: "Expected one number per sample.")
                    }
                    return value
                }
                return Phenotypes.Profile(name: String(name.dropFirst()), values: values)
            })
    }

    private static func check(_ count: Int, sampleCount: Int, line: Int, of file: InputFile) throws {
        guard count == sampleCount else {
            throw InputError(
                file: file.name, line: line,
                "\(counted(count, "value")) for the \(counted(sampleCount, "sample")) of the expression data",
                remedy: "Expected one per sample, in the order of its columns.")
        }
    }
}
