import ExpressionData
import ExpressionFormats
import StudyFiles
import Testing

@Suite("Contrasts files")
struct ContrastsFileTests {
    static func read(_ text: String, name: String = "contrasts.csv") throws -> ContrastsFile {
        try ContrastsFile(InputFile(name: name, text: text))
    }

    static let table = """
        id,variable,reference,target,blocking
        treated,condition,control,treated,
        treated_blocked,condition,control,treated,replicate;batch
        knockout,condition,control,knockout,
        """

    static let yaml = """
        contrasts:
          - id: treated
            comparison: ["condition", "control", "treated"]
          - id: treated_blocked
            comparison: ["condition", "control", "treated"]
            blocking_factors: ["replicate", "batch"]
          - id: knockout
            comparison: [condition, control, knockout]
        """

    @Test(
        "A table and YAML say the same",
        arguments: [(table, "c.csv"), (table.replacing(",", with: "\t"), "c.tsv"), (yaml, "c.yaml"), (yaml, "c")])
    func formats(text: String, name: String) throws {
        let file = try Self.read(text, name: name)
        #expect(file.comparisons == (try Self.read(Self.table)).comparisons)
        #expect(file.comparisons.map(\.id) == ["treated", "treated_blocked", "knockout"])
        #expect(file.models.map(\.name) == ["condition", "condition.replicate.batch"])
        #expect(file.models.map(\.formula) == ["~ condition", "~ replicate + batch + condition"])
        #expect(file.models.map { $0.comparisons.map(\.id) } == [["treated", "knockout"], ["treated_blocked"]])
        #expect(try file.exclusion() == nil)
    }

    @Test("Groups and blocks are factors, with the reference that all comparisons share")
    func declarations() throws {
        let file = try Self.read(Self.table)
        #expect(
            file.declarations(beside: [.numeric("batch")]) == [
                .reference("condition", level: "control"), .factor("replicate"),
            ])
        let mixed = try Self.read("id,variable,reference,target\na,c,x,y\nb,c,y,z\n")
        #expect(mixed.declarations(beside: []) == [.factor("c")])
        #expect(mixed.declarations(beside: [.reference("c", level: "z")]).isEmpty)
    }

    @Test("Samples that all comparisons leave out are left out")
    func exclusion() throws {
        let header = "id,variable,reference,target,blocking,exclude_samples_col,exclude_samples_values\n"
        let file = try Self.read(header + "a,c,x,y,,batch,b1;b2\nb,c,y,x,,batch,b1;b2\n")
        let exclusion = try #require(try file.exclusion())
        let samples = SampleTable(
            sampleNames: ["s", "t", "u"],
            columns: [.init(name: "batch", values: .factor(Factor(["b1", "b3", "b2"])))])
        #expect(try exclusion.keptSamples(of: samples) == [1])
        let different = try Self.read(header + "a,c,x,y,,batch,b1\nb,c,y,x,,,\n")
        #expect(throws: InputError.self) { try different.exclusion() }
        let unknown = try #require(SampleExclusion(column: "lane", values: ["1"]))
        #expect(throws: InputError.self) { try unknown.keptSamples(of: samples) }
    }

    @Test(
        "What cannot be understood is refused",
        arguments: [
            ("id,variable,reference\na,c,x\n", "c.csv"), ("id,variable,reference,target\n", "c.csv"),
            ("id,variable,reference,target\na,c,x,\n", "c.csv"), ("id,variable,reference,target\na,c,x,x\n", "c.csv"),
            ("id,variable,reference,target\na,c,x,y\na,c,y,z\n", "c.csv"),
            ("id,variable,reference,target\na/b,c,x,y\n", "c.csv"), ("contrasts: 1\n", "c.yaml"),
            ("contrasts:\n  - id: a\n    comparison: [c, x]\n", "c.yaml"),
            ("contrasts:\n  - id: a\n    formula: \"~ c\"\n    comparison: [c, x, y]\n", "c.yaml"),
            ("contrasts:\n  - id: a\n    comparison: [c, x, y]\n    block: b\n", "c.yaml"), ("a: [\n", "c.yaml"),
            ("", "c.yaml"), ("", "c.csv"),
        ])
    func errors(text: String, name: String) {
        #expect(throws: InputError.self) { try Self.read(text, name: name) }
    }

    @Test("Damaged files are refused with an input error")
    func fuzz() {
        for (text, name) in [(Self.table, "c.csv"), (Self.yaml, "c.yaml")] {
            var state: UInt64 = 11
            func next(below bound: Int) -> Int {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Int((state >> 33) % UInt64(bound))
            }
            let interesting = Array(",;\t\n\"[]{}:-#&*!|>'% \0\u{FEFF}".utf8) + [0xFF, 0x80]
            for round in 0..<1000 {
                var bytes = Array(text.utf8)
                for _ in 0...next(below: 5) {
                    let position = next(below: bytes.count)
                    switch next(below: 3) {
                    case 0: bytes[position] = interesting[next(below: interesting.count)]
                    case 1: bytes.insert(interesting[next(below: interesting.count)], at: position)
                    default: bytes = Array(bytes[...position])
                    }
                }
                do {
                    _ = try ContrastsFile(InputFile(name: name, bytes: bytes))
                } catch {
                    #expect(error is InputError, "\(name), round \(round): \(error)")
                }
            }
        }
    }
}
