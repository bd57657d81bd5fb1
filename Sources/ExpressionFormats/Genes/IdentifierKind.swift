import ExpressionData

/// What a gene identifier looks like.
package enum IdentifierKind: Hashable, CaseIterable, Sendable, CustomStringConvertible {
    case ensembl
    case ensemblVersioned
    case flyBase
    case entrez
    case refSeq
    case probe

    /// A symbol in capitals, as of human genes.
    case capitalSymbol

    /// A symbol with a capital first letter, as of mouse and rat genes.
    case titleSymbol

    case other

    package init(of identifier: String) {
        let text = Array(identifier.utf8)
        func isDigits(_ part: ArraySlice<UInt8>) -> Bool { !part.isEmpty && part.allSatisfy { (48...57).contains($0) } }
        let letters = text.filter { (65...90).contains($0 & 0xDF) }
        if identifier.hasPrefix("ENS"), let digits = text.firstIndex(where: { (48...57).contains($0) }) {
            let number = text[digits...].prefix { $0 != UInt8(ascii: ".") }
            if isDigits(number) {
                self = number.endIndex == text.count ? .ensembl : .ensemblVersioned
                return
            }
        }
        if identifier.hasPrefix("FBgn") {
            self = .flyBase
        } else if isDigits(text[...]) {
            self = .entrez
        } else if text.count > 3, text[2] == UInt8(ascii: "_"), ["NM", "NR", "XM", "XR"].contains(identifier.prefix(2))
        {
            self = .refSeq
        } else if identifier.hasSuffix("_at") {
            self = .probe
        } else if letters.isEmpty {
            self = .other
        } else if letters.allSatisfy({ $0 < 97 }) || identifier.contains("orf") {
            // `C1orf112`: human open reading frames keep three letters small.
            self = .capitalSymbol
        } else if text[0] < 97, letters.dropFirst().allSatisfy({ $0 >= 97 }) {
            self = .titleSymbol
        } else {
            self = .other
        }
    }

    package var description: String {
        switch self {
        case .ensembl: "Ensembl gene ids (ENSG…)"
        case .ensemblVersioned: "Ensembl gene ids with a version (ENSG….12)"
        case .flyBase: "FlyBase gene ids (FBgn…)"
        case .entrez: "Entrez gene numbers"
        case .refSeq: "RefSeq transcript ids (NM_…)"
        case .probe: "microarray probe ids (…_at)"
        case .capitalSymbol: "gene symbols in capitals, as of human genes"
        case .titleSymbol: "gene symbols such as Actb, as of mouse genes"
        case .other: "names of no known kind"
        }
    }

    /// The kind of most of the identifiers; at most a thousand, evenly spread, are looked at.
    package static func mostCommon(in identifiers: some RandomAccessCollection<String>) -> IdentifierKind {
        var counts: [IdentifierKind: Int] = [:]
        let step = max(identifiers.count / 1000, 1)
        for offset in stride(from: 0, to: identifiers.count, by: step) {
            let identifier = identifiers[identifiers.index(identifiers.startIndex, offsetBy: offset)]
            counts[IdentifierKind(of: identifier), default: 0] += 1
        }
        // Not `max` over the dictionary: its order would decide between equals.
        let best = allCases.max { counts[$0, default: 0] < counts[$1, default: 0] }
        return best ?? .other
    }
}

/// Explains why no gene set shares a gene with the data; nil if at least one does.
///
/// The sentence names what both sides look like and what to do.
package func explanationOfUnmatchedSets(genes: [String], sets: [GeneSet]) -> InputError? {
    let known = Set(genes)
    guard !sets.contains(where: { $0.genes.contains(where: known.contains) }) else { return nil }
    guard sets.contains(where: { !$0.genes.isEmpty }) else {
        return InputError(
            "no gene set of \(grouped(sets.count)) has a gene",
            remedy: "In a GMT file the genes follow a set's name and description, with tabs between them.")
    }
    let members = Array(sets.lazy.filter { !$0.genes.isEmpty }.prefix(200).flatMap(\.genes))
    let own = IdentifierKind.mostCommon(in: genes)
    let theirs = IdentifierKind.mostCommon(in: members)
    let upperCased = Set(genes.lazy.map { $0.uppercased() })
    let remedy: String
    if members.contains(where: { upperCased.contains($0.uppercased()) }) {
        remedy = "The names differ in case only: use gene sets of the species the data are from."
    } else if own == .ensemblVersioned, theirs == .ensembl {
        remedy = "Give --strip-versions."
    } else if own != theirs, theirs == .capitalSymbol || theirs == .titleSymbol {
        remedy =
            "Give a table of the ids and their symbols (an annotation, or with a ranked list --chip), or gene sets that "
            + "use the same ids."
    } else {
        remedy = "Use gene sets and genes with the same kind of identifier."
    }
    return InputError(
        "0 of \(grouped(sets.count)) sets matched; your ids look like \(own) (\(genes.first ?? "none")), "
            + "the sets hold \(theirs) (\(members.first ?? "none"))",
        remedy: remedy)
}
