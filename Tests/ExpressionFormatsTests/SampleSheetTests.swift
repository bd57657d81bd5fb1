import ExpressionData
import ExpressionFormats
import Testing

@Suite("Sample sheets")
struct SampleSheetTests {
    static func read(_ text: String, _ declarations: [ColumnDeclaration] = []) throws -> SampleTable {
        try SampleSheet.read(InputFile(name: "s.tsv", text: text), declaring: declarations)
    }

    static let text = "sample\tbatch\tage\tcondition\ns1\t10\t31\tuntreated\ns2\t9\tNA\ttreated\ns3\t10\t45.5\t\n"

    @Test("A column of numbers is numeric, any other a factor, and missing values stay missing")
    func types() throws {
        let table = try Self.read(Self.text)
        #expect(table.sampleNames == ["s1", "s2", "s3"])
        #expect(table.columns.map(\.name) == ["batch", "age", "condition"])
        #expect(table.column(named: "batch")?.values == .numeric([10, 9, 10]))
        guard case .numeric(let age) = table.column(named: "age")?.values else { return #expect(Bool(false)) }
        #expect(age[0] == 31 && age[1].isNaN && age[2] == 45.5)
        #expect(
            table.column(named: "condition")?.values
                == .factor(Factor(levels: ["treated", "untreated"], codes: [1, 0, -1])))
    }

    @Test("Declarations override what the values suggest")
    func declarations() throws {
        let table = try Self.read(
            Self.text, [.factor("batch"), .reference("condition", level: "untreated"), .numeric("age")])
        #expect(table.column(named: "batch")?.values == .factor(Factor(levels: ["9", "10"], codes: [1, 0, 1])))
        #expect(
            table.column(named: "condition")?.values
                == .factor(Factor(levels: ["untreated", "treated"], codes: [0, 1, -1])))
        let levels = try Self.read(Self.text, [.factor("batch", levels: ["10", "9", "8"])])
        #expect(levels.column(named: "batch")?.values == .factor(Factor(levels: ["10", "9", "8"], codes: [0, 1, 0])))
    }

    @Test("The id column is the one called sample, else the first; R's short header is accepted")
    func idColumn() throws {
        #expect(try Self.read("x,Sample\n1,s1\n2,s2\n").sampleNames == ["s1", "s2"])
        #expect(try Self.read("run,x\nr1,1\nr2,2\n").sampleNames == ["r1", "r2"])
        let table = try Self.read("\"x\"\t\"f\"\n\"s1\"\t1\t\"a\"\n\"s2\"\t2\t\"b\"\n")
        #expect(table.sampleNames == ["s1", "s2"])
        #expect(table.columns.map(\.name) == ["x", "f"])
    }

    @Test("Blanks around values do not make another level")
    func blanks() throws {
        let table = try Self.read("sample\tf\ns1\ta\ns2\t a \n s3\tb\n")
        #expect(table.sampleNames == ["s1", "s2", "s3"])
        #expect(table.column(named: "f")?.values == .factor(Factor(levels: ["a", "b"], codes: [0, 0, 1])))
    }

    @Test("What cannot be a sheet is refused with its place")
    func errors() {
        func error(_ text: String, _ declarations: [ColumnDeclaration] = []) -> InputError? {
            #expect(throws: InputError.self) { try Self.read(text, declarations) }
        }
        #expect(
            error("sample\tx\ns1\t1\ns1\t2\n")?.description.hasPrefix(
                "s.tsv:3, sample s1: the sample is already on line 2.") == true)
        #expect(error("sample\tx\n\t1\n")?.place.line == 2)
        #expect(error("sample\tx\tx\ns1\t1\t2\n")?.place.column == "x")
        #expect(error("sample\tx\n")?.problem == "the sample sheet has a header and no samples")
        #expect(error("")?.problem == "the file is empty")
        #expect(error("sample\tx\ns1\ta\n", [.numeric("x")])?.place == InputPlace(file: "s.tsv", line: 2, column: "x"))
        #expect(error("sample\tx\ns1\t1\n", [.factor("y")])?.place.column == "y")
        #expect(error("sample\tx\ns1\t1\n", [.factor("x"), .numeric("x")])?.place.column == "x")
        #expect(error("sample\tx\ns1\ta\n", [.reference("x", level: "b")])?.remedy == "The levels are a.")
        #expect(error("sample\tx\ns1\ta\n", [.factor("x", levels: ["b"])])?.place.sample == "s1")
        #expect(error("sample\tx\ns1\tInf\ns2\t1\n")?.problem == "the value is infinite")
    }
}
