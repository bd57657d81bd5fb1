import ExpressionFormats
import Foundation
import Testing

/// A result table of ours beside the one it should equal.
struct GoldenTable {
    private let ours: DelimitedTable
    private let expected: DelimitedTable
    private let rowOfName: [String: Int]

    /// Rows to leave out: genes whose fit fell back on the bounded search, where
    /// the reference stops at a point that depends on its last bits.
    var skipped: Set<String> = []

    init(_ ours: String, expected: String) throws {
        self.ours = try DelimitedTable(path: ours)
        self.expected = try DelimitedTable(path: expected)
        rowOfName = Dictionary(uniqueKeysWithValues: self.ours.strings(column: 0).enumerated().map { ($1, $0) })
    }

    /// The genes whose fits fell back in the reference.
    static func fallbackGenes(in genesFile: String) throws -> Set<String> {
        let table = try DelimitedTable(path: genesFile)
        let names = table.strings(column: 0)
        var genes: Set<String> = []
        for column in ["betaIter", "muIter"] where table.position(ofColumn: column) != nil {
            for (row, value) in try table.doubles(column).enumerated() where value == 100 { genes.insert(names[row]) }
        }
        return genes
    }

    /// Compares one column by the rows' names.
    ///
    /// - Parameters:
    ///   - name: The expected table's column; `ourName` where ours is called otherwise.
    ///   - tolerance: What 99.9 % of the rows keep: relative, and absolute below `small`.
    ///   - floor: Smaller values of either side count as this: of dispersions near
    ///     zero the reference only knows that they are.
    ///   - worst: What every row keeps. A handful of gene-wise searches end one step
    ///     earlier or later, because rounding near their stopping rule decides.
    ///   - share: How many of the rows may go beyond the tolerance.
    func expectEqual(
        _ name: String, ourName: String? = nil, tolerance: Double = 1e-6, worst: Double = 1e-3, small: Double = 1e-6,
        floor: Double = -.infinity, share: Double = 0.001
    ) throws {
        let theirs = try values(of: name, in: expected)
        let mine = try values(of: ourName ?? name, in: ours)
        var beyond = 0
        var compared = 0
        for (row, gene) in expected.strings(column: 0).enumerated() where !skipped.contains(gene) {
            guard let position = rowOfName[gene] else {
                Issue.record("\(gene) is missing")
                continue
            }
            var (value, wanted) = (mine[position], theirs[row])
            if value < floor { value = floor }
            if wanted < floor { wanted = floor }
            if value.isNaN != wanted.isNaN {
                Issue.record("\(name) of \(gene): \(value) instead of \(wanted)")
                continue
            }
            guard !wanted.isNaN else { continue }
            compared += 1
            let difference = abs(value - wanted) / max(abs(wanted), small)
            if difference > tolerance { beyond += 1 }
            if difference > worst { Issue.record("\(name) of \(gene): \(value) instead of \(wanted)") }
        }
        #expect(
            beyond <= max(1, Int(Double(compared) * share)),
            "\(name): \(beyond) of \(compared) rows differ by more than \(tolerance)"
        )
    }

    private func values(of name: String, in table: DelimitedTable) throws -> [Double] {
        guard let column = table.position(ofColumn: name) else {
            Issue.record("there is no column \(name)")
            return Array(repeating: .nan, count: table.strings(column: 0).count)
        }
        return table.strings(column: column).map { text in
            switch text {
            case "TRUE": 1
            case "FALSE": 0
            default: Double(text) ?? .nan
            }
        }
    }
}
