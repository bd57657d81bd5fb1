import ExpressionData
import ExpressionFormats
import Testing

@Suite("Tables written")
struct TableWriterTests {
    static func text(_ columns: [TableColumn]) -> String {
        String(decoding: TableWriter.bytes(columns), as: UTF8.self)
    }

    @Test("Numbers are the shortest that read back, and missing values are NA")
    func values() {
        let columns = [
            TableColumn("x", .doubles([0.1, 5, -0.0, 1e300, .nan, .infinity, -.infinity, 39.299999999999997])),
            TableColumn("n", .integers([0, 9, 10, -1, .max, .min, 123, 7])),
            TableColumn("ok", .booleans([true, false, nil, true, true, true, true, true])),
            TableColumn("s", .strings(["a", "", "b\tc", "say \"x\"", "\"q\"", "two\nlines", "é", "NA"])),
        ]
        #expect(
            Self.text(columns).split(separator: "\n", omittingEmptySubsequences: false) == [
                "x\tn\tok\ts", "0.1\t0\tTRUE\ta", "5\t9\tFALSE\t", "-0\t10\tNA\t\"b\tc\"",
                "1e+300\t-1\tTRUE\tsay \"x\"", "NA\t9223372036854775807\tTRUE\t\"\"\"q\"\"\"",
                "Inf\t-9223372036854775808\tTRUE\t\"two lines\"", "-Inf\t123\tTRUE\té", "39.3\t7\tTRUE\tNA", "",
            ])
    }

    @Test("Every double reads back to the same bits")
    func roundTrip() throws {
        var state: UInt64 = 42
        var values: [Double] = [
            .greatestFiniteMagnitude, .leastNonzeroMagnitude, 1e15, 1e16, 123456789012345680, 9_007_199_254_740_992,
        ]
        for _ in 0..<20_000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: state ^ (state >> 31))
            if value.isFinite { values.append(value) }
            values.append(Double(Int64(bitPattern: state) >> 20) / 1000)
        }
        let file = try InputFile(name: "t", bytes: TableWriter.bytes([TableColumn("x", .doubles(values))]))
        let back = try DelimitedTable(file).doubles("x")
        #expect(back.map(\.bitPattern) == values.map(\.bitPattern))
    }

    @Test("A file appears complete, plain or compressed, and replaces the one before", arguments: [nil, 6] as [Int?])
    func files(level: Int?) throws {
        try withTemporaryFolder { folder in
            let path = folder + "/t.tsv"
            for values in [[1.5, 2], [3, 4, 5]] {
                let columns = [
                    TableColumn("x", .doubles(values)), TableColumn("s\t", .strings(values.map { "\($0)" })),
                ]
                try TableWriter.write(columns, to: path, compressionLevel: level)
                #expect(try InputFile(path: path).bytes == TableWriter.bytes(columns))
            }
            let first = try InputFile.content(ofFile: path)
            try TableWriter.write(
                [TableColumn("x", .doubles([3, 4, 5])), TableColumn("s\t", .strings(["3.0", "4.0", "5.0"]))], to: path,
                compressionLevel: level)
            #expect(try InputFile.content(ofFile: path) == first)
        }
    }

    @Test("An error leaves the file of before, and no part of the new one")
    func failure() throws {
        try withTemporaryFolder { folder in
            let path = folder + "/t.tsv"
            try AtomicFile.write([1, 2, 3], to: path)
            do {
                var file = try AtomicFile(path: path)
                try file.append([9])
                // Given up here: the file goes out of scope unfinished.
            }
            #expect(try InputFile.content(ofFile: path) == [1, 2, 3])
            #expect(throws: InputError.self) { try InputFile(path: path + AtomicFile.temporarySuffix) }
            let error = #expect(throws: OutputError.self) { try AtomicFile.write([1], to: folder + "/no/t.tsv") }
            #expect(error?.description.hasSuffix("No such file or directory. Create the folder first.") == true)
        }
    }
}
