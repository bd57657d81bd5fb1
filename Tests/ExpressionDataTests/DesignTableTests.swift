import ExpressionData
import Testing

@Suite("A design matrix given as a table")
struct DesignTableTests {
    private func table(_ columns: [(String, [Double])]) -> SampleTable {
        SampleTable(
            fileName: "m.tsv", sampleNames: columns[0].1.indices.map { "s\($0 + 1)" },
            columns: columns.map { .init(name: $0, values: .numeric($1)) })
    }

    private let ones = [Double](repeating: 1, count: 6)
    private let dose = [0.5, 1, 2, 3, 4, 5.5]
    private let batch: [Double] = [0, 1, 0, 1, 0, 1]

    @Test("Columns are coefficients in their order, under names that R takes")
    func coefficients() throws {
        let design = try Design(matrix: table([("batch:b2", batch), ("(Intercept)", ones), ("2nd dose", dose)]))
        #expect(design.matrix.columnNames == ["batch.b2", "Intercept", "X2nd.dose"])
        #expect(design.matrix.values.prefix(6) == [0, 1, 0.5, 1, 1, 1])
        #expect(design.formula.hasIntercept && design.lastCoefficient.name == "X2nd.dose")
        #expect(design.defaultContrast == design.lastCoefficient)
        let difference = try design.contrast(combining: "X2nd.dose - batch.b2", name: "d")
        #expect(difference.weights == [-1, 0, 1])
        #expect(design.meaning(of: design.lastCoefficient) == "per 1 unit of X2nd.dose")
        #expect(try design.meaning(of: design.coefficient(named: "Intercept")) == "of the intercept, and no comparison")
    }

    @Test("It is the design of a formula with the same matrix")
    func sameAsFormula() throws {
        let samples = SampleTable(
            fileName: "s.tsv", sampleNames: (1...6).map { "s\($0)" },
            columns: [
                .init(name: "batch", values: .factor(Factor(["a", "b", "a", "b", "a", "b"]))),
                .init(name: "dose", values: .numeric(dose)),
            ])
        let formula = try Design(DesignFormula(parsing: "~ batch + dose"), samples: samples)
        let given = try Design(matrix: table([("Intercept", ones), ("batch_b_vs_a", batch), ("dose", dose)]))
        #expect(given.matrix == formula.matrix)
        #expect(
            try given.reduced(DesignFormula(parsing: "~ batch_b_vs_a")).matrix.columnNames == [
                "Intercept", "batch_b_vs_a",
            ])
    }

    @Test("More columns than a formula has room for")
    func manyColumns() throws {
        let count = 80
        let columns = (0..<count).map { column in
            ("c\(column)", (0..<count + 2).map { sample in sample == column ? 1 : sample == count ? 0.5 : 0.0 })
        }
        #expect(try Design(matrix: table(columns)).matrix.columnCount == count)
    }

    @Test("What cannot be fitted is refused with the columns' names")
    func refusals() {
        func refusal(_ columns: [(String, [Double])]) -> String {
            #expect(throws: InputError.self) { try Design(matrix: table(columns)) }?.description ?? ""
        }
        let other = batch.map { 1 - $0 }
        let collinear = refusal([("Intercept", ones), ("b1", other), ("b2", batch), ("dose", dose)])
        #expect(collinear.contains("b2 is a combination of") && collinear.contains("b1"), "\(collinear)")
        #expect(refusal([("Intercept", ones), ("none", batch.map { _ in 0 })]).contains("none"))
        #expect(refusal([("a b", batch), ("a.b", dose)]).contains("two coefficients would be named a.b"))
        #expect(refusal([("dose", dose.map { $0 == 2 ? .nan : $0 })]).contains("s3"))
        let square = (0..<6).map { column in ("c\(column)", (0..<6).map { $0 == column ? 1 : 0.0 }) }
        #expect(refusal(square).contains("as many coefficients as samples"))
        let words = SampleTable(
            fileName: "m.tsv", sampleNames: ["s1", "s2"],
            columns: [.init(name: "treated", values: .factor(Factor(["TRUE", "FALSE"])))])
        let error = #expect(throws: InputError.self) { try Design(matrix: words) }
        #expect(error?.description.contains("treated") == true)
    }
}
