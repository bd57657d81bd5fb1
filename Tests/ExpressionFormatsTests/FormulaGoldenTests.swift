import ExpressionData
import ExpressionFormats
import Testing

/// Model matrices of R for formulas with functions, made by `ops/goldens/make-formulas.R`.
@Suite("Functions in formulas are R's")
struct FormulaGoldenTests {
    struct Golden: Sendable, CustomTestStringConvertible {
        var formula: String
        var columns: [(coefficient: String, values: [Double])] = []

        var testDescription: String { formula }
    }

    static let folder = Goldens.folder + "/../formulas/"

    /// One per formula, with its columns in order.
    static let goldens: [Golden] = {
        do {
            let table = try DelimitedTable(path: folder + "model_matrices.tsv.gz")
            let samples = try table.columnNames.dropFirst(3).map { try table.doubles($0) }
            var goldens: [Golden] = []
            for (row, formula) in try table.strings("formula").enumerated() {
                if goldens.last?.formula != formula { goldens.append(Golden(formula: formula)) }
                goldens[goldens.count - 1].columns.append(
                    (try table.strings("coefficient")[row], samples.map { $0[row] }))
            }
            return goldens
        } catch {
            Issue.record("\(error)")
            return []
        }
    }()

    @Test("Columns to 1e-12 and names as they are", arguments: goldens)
    func columns(_ golden: Golden) throws {
        let samples = try SampleSheet.read(path: Self.folder + "samples.tsv")
        let matrix = try Design(DesignFormula(parsing: golden.formula), samples: samples).matrix
        #expect(matrix.columnNames == golden.columns.map(\.coefficient))
        guard matrix.columnCount == golden.columns.count else { return }
        for (column, expected) in golden.columns.enumerated() {
            // Of a column's length: an element near zero is the difference of larger ones.
            let size = expected.values.reduce(0) { max($0, $1.magnitude) }
            for (sample, value) in expected.values.enumerated() {
                let ours = matrix[sample, column]
                #expect((ours - value).magnitude <= 1e-12 * size, "\(expected.coefficient): \(ours), not \(value)")
            }
        }
    }

    @Test("There are goldens of every function")
    func everyFunction() {
        for function in FormulaFunction.allCases {
            #expect(Self.goldens.contains { $0.formula.contains(function.rawValue + "(") }, "\(function.rawValue)")
        }
    }
}
