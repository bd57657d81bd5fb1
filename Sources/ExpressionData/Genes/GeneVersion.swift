/// Versions of identifiers: `ENSG00000000003.15`, `NM_000014.6`.
///
/// Dots of other identifiers are no versions: `RP11-34P13.7` and `AT1G01010.1` stay as they are.
package enum GeneVersion {
    /// The identifier without its version. The mark of a pseudo-autosomal copy on chromosome Y stays, as it tells two genes
    /// apart: `ENSG00000182378.15_PAR_Y` becomes `ENSG00000182378_PAR_Y`.
    package static func stripped(_ identifier: String) -> String {
        guard let dot = identifier.utf8.lastIndex(of: UInt8(ascii: ".")), dot != identifier.startIndex else {
            return identifier
        }
        let (stem, ending) = (identifier[..<dot], identifier[identifier.index(after: dot)...])
        let digits = ending.prefix { $0.isASCII && $0.isNumber }
        let mark = ending[digits.endIndex...]
        guard !digits.isEmpty, mark.isEmpty || mark == "_PAR_Y", isVersioned(stem) else { return identifier }
        return String(stem + mark)
    }

    /// The identifiers of one file without their versions.
    ///
    /// - Throws: `InputError` where two of them would be the same: nobody can say which of the two a gene set means.
    package static func stripped(_ identifiers: [String], file: String) throws -> [String] {
        let stems = identifiers.map { stripped($0) }
        var first: [String: Int] = [:]
        first.reserveCapacity(stems.count)
        for (position, stem) in stems.enumerated() {
            guard let other = first.updateValue(position, forKey: stem) else { continue }
            let alike = stems.indices.filter { stems[$0] == stem }.map { identifiers[$0] }
            let others = stems.count - Set(stems).count - (alike.count - 1)
            throw InputError(
                file: file, gene: identifiers[other],
                "\(listed(alike)) would all be \(stem) without their versions"
                    + (others > 0 ? ", and \(counted(others, "other row")) the same as one above" : ""),
                remedy: "Leave out all but one of the rows, or add them up; or leave out --strip-versions.")
        }
        return stems
    }

    /// The members of each set without their versions, each once.
    package static func stripped(_ sets: [GeneSet]) -> [GeneSet] {
        sets.map { set in
            var (set, seen) = (set, Set<String>())
            set.genes = set.genes.map { stripped($0) }.filter { seen.insert($0).inserted }
            return set
        }
    }

    /// Whether identifiers of this kind have versions: Ensembl's and RefSeq's.
    private static func isVersioned(_ stem: Substring) -> Bool {
        let letters = stem.prefix { $0.isASCII && ($0.isLetter || $0 == "_") }
        let digits = stem[letters.endIndex...]
        guard digits.count >= 6, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return false }
        return letters.hasPrefix("ENS") || ["NM_", "NR_", "XM_", "XR_", "NP_", "XP_"].contains(letters)
    }
}
