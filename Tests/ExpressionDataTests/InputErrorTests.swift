import ExpressionData
import Testing

@Suite("Input errors")
struct InputErrorTests {
    @Test("An error reads as place, problem, remedy")
    func description() {
        let error = InputError(
            file: "counts.tsv", line: 12, gene: "G1", sample: "S4", "the count -4 is negative",
            remedy: "Give raw counts.")
        #expect(error.description == "counts.tsv:12, gene G1, sample S4: the count -4 is negative. Give raw counts.")
    }

    @Test("Long lists of names are cut")
    func lists() {
        #expect(listed([]) == "none")
        #expect(listed(["a"]) == "a")
        #expect(listed(["a", "b", "c"]) == "a, b and c")
        #expect(listed(["a", "b", "c", "d"], limit: 2) == "a, b and 2 more")
        #expect(counted(1, "field") == "1 field" && counted(0, "field") == "0 fields")
    }
}
