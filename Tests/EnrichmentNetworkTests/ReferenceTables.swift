import BuiltProducts
import Foundation

/// The enrichment maps of the reference folder beside the checkout.
enum ReferenceTables {
    static let folder = URL(filePath: ReferenceFolder.path).appending(path: "gsea")

    static var isPresent: Bool { ReferenceFolder.isPresent }

    /// The rows below the header, each as its fields by column.
    static func rows(_ name: String) throws -> [[String: Substring]] {
        let text = try String(contentsOf: folder.appending(path: "golden/enrichmentmap/" + name), encoding: .utf8)
        let lines = text.utf8.split(separator: 10).map { line in
            line.split(separator: 9, omittingEmptySubsequences: false).map { Substring($0) }
        }
        return lines.dropFirst().map { Dictionary(uniqueKeysWithValues: zip(lines[0].map(String.init), $0)) }
    }

    /// Gene sets by name in upper case, with their genes in upper case.
    static func geneSets(_ name: String) throws -> [String: (description: String, genes: Set<String>)] {
        let text = try String(contentsOf: folder.appending(path: "data/" + name), encoding: .utf8)
        var sets: [String: (description: String, genes: Set<String>)] = [:]
        for line in text.utf8.split(separator: 10) {
            let fields = line.split(separator: 9, omittingEmptySubsequences: false).map { String(Substring($0)) }
            let name = fields[0].uppercased().trimmingCharacters(in: .whitespaces)
            let genes = fields.dropFirst(2).map { $0.trimmingCharacters(in: .whitespaces).uppercased() }
            sets[name] = (fields[1], Set(genes.filter { !$0.isEmpty }))
        }
        return sets
    }

    static func rankedGenes(_ name: String) throws -> Set<String> {
        let text = try String(contentsOf: folder.appending(path: "data/" + name), encoding: .utf8)
        return Set(text.utf8.split(separator: 10).map { String(Substring($0.prefix { $0 != 9 })).uppercased() })
    }
}

extension [String: Substring] {
    func text(_ column: String) -> String { String(self[column] ?? "") }
    func number(_ column: String) -> Double { self[column].flatMap { Double($0) } ?? .nan }
}
