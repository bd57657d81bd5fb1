import StudyOutput
import Testing

@Suite("Names of files for names that users choose")
struct FileNamesTests {
    /// Names as a file system sees them that knows no upper and lower case.
    private func areDistinct(_ names: [String]) -> Bool { Set(names.map { $0.lowercased() }).count == names.count }

    @Test("A name that can be a file's stays, whatever stands before it in the list")
    func unchanged() {
        #expect(FileNames.names(for: ["A_B", "x: \"y\""], suffix: ".tsv") == ["A_B.tsv", "x: \"y\".tsv"])
        let names = FileNames.names(for: ["A/B", "A_B", "A\u{1}B"], suffix: ".tsv")
        #expect(names[1] == "A_B.tsv")
        #expect(names[0].hasPrefix("A_B~") && names[2].hasPrefix("A_B~") && areDistinct(names))
    }

    @Test(
        "No two names are one file",
        arguments: [
            ["Set", "SET", "set"], ["a/b", "a_b", "a\u{0}b", "A/B"], ["x", "x", "x"], [".", "_", "..", "_."],
            ["", "", "/"], ["\u{E9}", "e\u{301}", "\u{C9}"], ["edb", "index", "index.html"],
            (0..<4).map { String(repeating: "L", count: 252) + "\($0)" }, [String(repeating: "日", count: 100)],
            ["A_B~6b23c0d5", "A/B", "A_B"],
        ])
    func distinct(texts: [String]) {
        for suffix in [".tsv", ""] {
            let names = FileNames.names(for: texts, suffix: suffix, besides: ["index.tsv", "Index"])
            #expect(names.count == texts.count)
            #expect(areDistinct(names))
            for name in names {
                #expect(name.utf8.count <= FileNames.longest && !name.contains("/") && !name.hasPrefix("."))
                #expect(name.hasSuffix(suffix) && name.unicodeScalars.allSatisfy { $0.value >= 32 })
                #expect(name.lowercased() != "index.tsv")
            }
            #expect(FileNames.names(for: texts, suffix: suffix, besides: ["index.tsv", "Index"]) == names)
        }
    }
}
