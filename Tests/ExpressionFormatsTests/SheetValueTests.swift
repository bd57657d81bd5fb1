import ExpressionData
import ExpressionFormats
import Testing

@Suite("Values of sample sheets that may not be what they seem")
struct SheetValueTests {
    private static func design(
        _ values: [String], _ declarations: [ColumnDeclaration] = []
    ) throws -> (warnings: [String], column: SampleTable.Column) {
        let rows = values.enumerated().map { "s\($0)\t\($1)\t\(["a", "a", "b"][$0 % 3])\n" }
        let table = try SampleSheetTests.read("sample\tx\tg\n" + rows.joined(), declarations)
        let design = try Design(DesignFormula(parsing: "~ x"), samples: table)
        return (design.warnings.map(\.message), table.column(named: "x")!)
    }

    @Test(
        "Every spelling of a missing value is one, and the error quotes it",
        arguments: ["N/A", "#N/A", "#NA", "n/a", "nan", "NaN", "null", "NULL", "<NA>", "#VALUE!", "na"])
    func missing(_ spelling: String) throws {
        for values in [["u", spelling, "u", "v", "v", spelling], ["1", spelling, "2", "3", "5", spelling]] {
            let error = #expect(throws: InputError.self) { try Self.design(values) }
            #expect(error?.problem.contains("2 samples have no value (\"\(spelling)\"): s1 and s5") == true)
        }
    }

    @Test(
        "What may be a level is one, with a warning that a declaration ends", arguments: ["None", "-", ".", "?", "--"])
    func possiblyMissing(_ spelling: String) throws {
        let values = ["u", spelling, "u", "v", "v", spelling]
        #expect(
            try Self.design(values).warnings.contains {
                $0.hasPrefix("\"\(spelling)\" (2 samples) is taken for a level")
            })
        #expect(try !Self.design(values, [.factor("x")]).warnings.contains { $0.contains("taken for a level") })
        #expect(throws: InputError.self) { try Self.design(["1", spelling, "2", "4", "3", "2"]) }
    }

    @Test("Decimal commas, percent signs and commas between thousands are read where they can be one thing only")
    func decorated() throws {
        for (texts, numbers) in [
            (["1,5", "2", "-3,25", "4", "5", "6,0"], [1.5, 2, -3.25, 4, 5, 6]),
            (["10%", "12.5 %", "9%", "3%", "4%", "5%"], [10, 12.5, 9, 3, 4, 5]),
            (["1,200.5", "900", "1,000", "5", "7", "8"], [1200.5, 900, 1000, 5, 7, 8]),
            (["1,234,567", "2,000", "10", "5", "7", "8"], [1_234_567, 2000, 10, 5, 7, 8]),
        ] {
            let read = try Self.design(texts)
            #expect(read.column.values == .numeric(numbers))
            #expect(
                read.warnings.contains { $0.contains("read as numbers, such as \(texts[0]) as \(decimal(numbers[0]))") }
            )
        }
        let error = #expect(throws: InputError.self) { try Self.design(["1,200", "3,400", "5", "2,000", "1", "9"]) }
        #expect(error?.problem.contains("may be decimal points or stand between thousands") == true)
    }

    @Test("Levels that differ in case, blanks or dashes only are named with their samples")
    func alikeLevels() throws {
        for (values, words) in [
            (
                ["Hot", "hot", "cold", "cold", "hot", "Hot"],
                "the levels Hot (2 samples) and hot (2 samples) differ in case"
            ),
            (["F", "F\u{A0}", "M", "M", "F", "F\u{A0}"], "F<U+00A0> (2 samples) differ in blanks, invisible marks"),
            (["F", "F\u{200B}", "M", "M", "F", "F\u{200B}"], "F<U+200B> (2 samples) differ in blanks"),
        ] {
            let warnings = try Self.design(values).warnings
            #expect(warnings.contains { $0.contains(words) }, "\(warnings)")
        }
        let composed = try Self.design(["\u{E9}", "e\u{301}", "M", "M", "\u{E9}", "M"]).warnings
        #expect(composed.contains { $0.contains("are both taken for the level") })
        let blank = try Self.design(["B", "B ", "M", "M", "B", "M"]).warnings
        #expect(
            blank.contains { $0.hasPrefix("\"B\" (2 samples) and \"B \" (1 sample) are both taken for the level B") })
        #expect(try Self.design(["B ", "B ", "M", "M", "M", "M"]).warnings.isEmpty)
    }

    @Test("Columns that no design uses are read in silence")
    func unused() throws {
        let table = try SampleSheetTests.read("sample\tx\tg\ns1\tN/A\ta\ns2\t1,234\tb\ns3\t-\ta\ns4\tu\tb\n")
        #expect(try Design(DesignFormula(parsing: "~ g"), samples: table).warnings.isEmpty)
    }
}
