import BuiltProducts
import ExpressionData
import Foundation
import GeneSetEnrichment

/// The reference folder beside the checkout: other programs' outputs and brute force.
enum ReferenceData {
    static let folder = URL(filePath: ReferenceFolder.path).appending(path: "gsea")

    static var isPresent: Bool { ReferenceFolder.isPresent }

    static func path(_ path: String) -> String { folder.appending(path: path).path }

    static func lines(_ path: String) throws -> [Substring] {
        let text = try String(contentsOf: folder.appending(path: path), encoding: .utf8)
        // Some files of the reference end their lines with CR LF. Bytes split ten times as fast as characters.
        return text.utf8.split { $0 == 10 || $0 == 13 }.map { Substring($0) }
    }

    private static func fields(_ line: Substring) -> [Substring] {
        line.utf8.split(separator: 9, omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// A ranked list; of rows with one name the lowest, as the desktop program has it.
    static func rankedList(_ path: String) throws -> RankedGeneList {
        var genes: [String] = []
        var scores: [Double] = []
        for line in try lines(path) where !line.hasPrefix("#") {
            let fields = fields(line)
            guard fields.count == 2, let score = Double(fields[1]) else { continue }
            genes.append(String(fields[0]))
            scores.append(score)
        }
        return GeneRanking(names: genes, scores: scores, duplicates: .lowest).list
    }

    /// Gene sets with their names in upper case, as the desktop program has them.
    static func geneSets(_ path: String) throws -> [GeneSet] {
        try lines(path).map { line in
            let fields = fields(line).filter { !$0.isEmpty }.map {
                $0.trimmingCharacters(in: .whitespaces)
            }
            var seen: Set<String> = []
            let genes = fields.dropFirst(2).filter { !$0.isEmpty && seen.insert($0).inserted }
            return GeneSet(name: fields[0].uppercased(), description: fields[1], source: path, genes: genes)
        }
    }

    /// A table as one dictionary a row, by the first column.
    static func table(_ path: String) throws -> [String: [String: Substring]] {
        let rows = try lines(path)
        let header = fields(rows[0]).map(String.init)
        var result: [String: [String: Substring]] = [:]
        for row in rows.dropFirst() {
            let fields = fields(row)
            result[String(fields[0])] = Dictionary(uniqueKeysWithValues: zip(header, fields))
        }
        return result
    }
}

extension [String: Substring] {
    func number(_ column: String) -> Double {
        self[column].flatMap { Double($0) } ?? .nan
    }
}
