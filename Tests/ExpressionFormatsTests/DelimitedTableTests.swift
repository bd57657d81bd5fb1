import Deflate
import ExpressionData
import ExpressionFormats
import Testing

@Suite("Delimited tables")
struct DelimitedTableTests {
    static func table(_ text: String, delimiter: Delimiter? = nil) throws -> DelimitedTable {
        try DelimitedTable(InputFile(name: "t.tsv", text: text), delimiter: delimiter)
    }

    @Test("Columns are typed when asked for, and NA is NaN")
    func columns() throws {
        let table = try Self.table("gene\tx\tn\tok\na\t1.5\t3\tTRUE\nb\tNA\t4\tFALSE\nc\t-2e-3\t5\tNA\n")
        #expect(table.columnNames == ["gene", "x", "n", "ok"])
        #expect(table.rowCount == 3)
        #expect(try table.strings("gene") == ["a", "b", "c"])
        let x = try table.doubles("x")
        #expect(x[0] == 1.5 && x[1].isNaN && x[2] == -0.002)
        #expect(try table.integers("n") == [3, 4, 5])
        #expect(try table.booleans("ok") == [true, false, nil])
        #expect(table.isNumeric(column: 1) && !table.isNumeric(column: 0))
    }

    @Test("CRLF, a byte order mark, blank lines, comments and a missing last line end change nothing")
    func lineEnds() throws {
        let plain = try Self.table("g\tx\na\t1\nb\t2\n")
        for text in [
            "g\tx\r\na\t1\r\nb\t2\r\n", "\u{FEFF}g\tx\na\t1\nb\t2", "# made by a program\n\ng\tx\n\na\t1\n\r\nb\t2\n\n",
        ] {
            let table = try Self.table(text)
            #expect(table.columnNames == plain.columnNames)
            #expect(try table.strings("g") == ["a", "b"])
            #expect(try table.doubles("x") == [1, 2])
        }
    }

    @Test("Quoted fields may hold delimiters, doubled quotes and, with commas, line ends")
    func quotes() throws {
        let table = try Self.table("id,\"a, b\"\n\"x \"\"y\"\"\",1\n\"two\nlines\",2\n\"\",3\r\n")
        #expect(table.columnNames == ["id", "a, b"])
        #expect(try table.strings("id") == ["x \"y\"", "two\nlines", ""])
        #expect(table.line(ofRow: 2) == 5)
    }

    @Test("A header one field short is R's write.table: the first column has no name")
    func rowNames() throws {
        let table = try Self.table("\"s1\"\t\"s2\"\n\"g1\"\t1\t2\n")
        #expect(table.columnNames == ["", "s1", "s2"])
        #expect(table.strings(column: 0) == ["g1"])
    }

    @Test("Gzip is recognised by content")
    func gzip() throws {
        let bytes = Deflate.compress(Array("g\tx\na\t1\n".utf8), format: .gzip)
        let table = try DelimitedTable(InputFile(name: "t.tsv", bytes: bytes))
        #expect(try table.strings("g") == ["a"])
    }

    @Test("Numbers are the doubles nearest to their decimals")
    func numbers() throws {
        let texts = [
            "0", "-0", "1.", ".5", "+7", "1e22", "1e23", "123456789012345678", "0.1", "39.299999999999997",
            "2.1003176361380139e-253", "4.9e-324", "1.7976931348623157e308", "1e400", "1e-400",
            "9007199254740993", "0.000000000000000000000000000000000000000000001", "12345678901234567890123e-10",
        ]
        let table = try Self.table("x\n" + texts.joined(separator: "\n") + "\n")
        for (text, value) in zip(texts, try table.doubles("x")) {
            let expected = Double(text.hasSuffix(".") ? text + "0" : text)!
            #expect(value.bitPattern == expected.bitPattern, "\(text)")
        }
        let special = try Self.table("x\nInf\n-inf\nInfinity\nnan\nNa\n")
        let values = try special.doubles("x")
        #expect(values[0] == .infinity && values[1] == -.infinity && values[2] == .infinity)
        #expect(values[3].isNaN && values[4].isNaN)
    }

    @Test("What is not a number is refused with its line", arguments: ["1e", "--1", "1 2", "x", "0x10", "1e+", "."])
    func notANumber(text: String) throws {
        let table = try Self.table("g\tx\na\t1\nb\t\(text)\n")
        let error = #expect(throws: InputError.self) { try table.doubles("x") }
        #expect(error?.place == InputPlace(file: "t.tsv", line: 3, column: "x"))
    }

    @Test("A ragged line, an open quote, an empty file and an unknown column say where and what")
    func errors() throws {
        let ragged = #expect(throws: InputError.self) { try Self.table("a\tb\n1\t2\n1\n") }
        #expect(ragged?.place == InputPlace(file: "t.tsv", line: 3))
        #expect(ragged?.problem == "the line has 1 field where the header has 2")
        let open = #expect(throws: InputError.self) { try Self.table("a\tb\n\"1\t2\n") }
        #expect(open?.place.line == 2)
        #expect(throws: InputError.self) { try Self.table("") }
        let unknown = #expect(throws: InputError.self) { try Self.table("a\tb\n").doubles("c") }
        #expect(unknown?.description == "t.tsv, column c: there is no such column. The columns are a and b.")
    }

    @Test("Golden columns are read", .enabled(if: ReferenceData.isPresent))
    func golden() throws {
        let table = try DelimitedTable(path: ReferenceData.path("de/pasilla_condition/expected_genes.tsv.gz"))
        #expect(table.rowCount == 14_599)
        #expect(try table.booleans("allZero").filter { $0 == true }.count == 2_240)
        #expect(try table.doubles("dispersion").filter(\.isNaN).count == 2_240)
    }
}
