/// The samples' names inside the paths of files, which programs write above their columns.
package enum SampleNamesInPaths {
    /// Whether a column's name is that of a file, be it as R writes paths, with dots for slashes.
    package static func isPath(_ name: String) -> Bool {
        let lowered = name.lowercased()
        return name.contains("/") || name.contains("\\") || endings.contains { lowered.hasSuffix($0) }
    }

    /// For every path the name of the sheet that stands in it; nil unless every name stands in one path of its own.
    ///
    /// A name stands in a path where no letter or digit is next to it. Of
    /// several the longest counts, of equally long ones the last. Characters
    /// that R makes dots of are compared as dots.
    package static func names(of paths: [String], among sheet: [String]) -> [String]? {
        let dottedSheet = sheet.map { (name: $0, text: Array(dotted($0))) }
        var found: [String] = []
        for path in paths {
            let text = Array(dotted(path))
            var best: (name: String, length: Int, position: Int)?
            for (name, wanted) in dottedSheet {
                guard let position = lastPosition(of: wanted, in: text) else { continue }
                if let best, (best.length, best.position) >= (wanted.count, position) { continue }
                best = (name, wanted.count, position)
            }
            guard let best else { return nil }
            found.append(best.name)
        }
        return Set(found).count == paths.count && Set(found) == Set(sheet) ? found : nil
    }

    private static func dotted(_ text: String) -> String {
        String(text.map { $0.isLetter || $0.isNumber || $0 == "_" ? $0 : "." })
    }

    private static func lastPosition(of wanted: [Character], in text: [Character]) -> Int? {
        guard !wanted.isEmpty, wanted.count <= text.count else { return nil }
        func isPart(_ position: Int) -> Bool {
            text.indices.contains(position) && (text[position].isLetter || text[position].isNumber)
        }
        return stride(from: text.count - wanted.count, through: 0, by: -1).first { start in
            text[start] == wanted[0] && text[start..<start + wanted.count].elementsEqual(wanted)
                && !isPart(start - 1) && !isPart(start + wanted.count)
        }
    }

    private static let endings = [".bam", ".sam", ".cram", ".sf", ".tab", ".counts", ".results", ".txt", ".tsv", ".gz"]
}
