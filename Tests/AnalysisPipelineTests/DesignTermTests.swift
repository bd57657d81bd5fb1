import ExpressionData
import Testing

import AnalysisPipeline

@Suite("Terms of a design")
struct DesignTermTests {
    private let samples = (0..<6).map { "s\($0)" }
    private let columns: [StudyInputs.SampleColumn] = [
        .init(name: "group", values: .factor(codes: [0, 1, 2, 0, 1, 2], levels: ["a", "b", "c"])),
        .init(name: "sex", values: .factor(codes: [0, 0, 0, 1, 1, 1], levels: ["F", "M"])),
        .init(name: "age", values: .numeric([31, 28, 55, 47, 62, 39])),
    ]

    private func terms(_ formula: String, _ coefficients: [String]) -> DesignTerms? {
        DesignTerms(formula: formula, coefficients: coefficients, sampleNames: samples, columns: columns)
    }

    private let names = ["Intercept", "age", "group_b_vs_a", "group_c_vs_a"]

    @Test("A factor's coefficients belong together, and a number stands alone")
    func columnsOfTerms() throws {
        let terms = try #require(self.terms("~ age + group", names))
        #expect(terms.columns(withCoefficient: 1) == [1])
        #expect(terms.columns(withCoefficient: 2) == [2, 3])
        #expect(terms.columns(withCoefficient: 3) == [2, 3])
        #expect(terms.name(ofColumns: [2, 3]) == "group")
        #expect(terms.name(ofColumns: [1]) == "age")
        #expect(terms.name(ofColumns: [1, 2, 3]) == "age + group")
        #expect(terms.names(ofTermWithCoefficient: 2) == ["group"])
    }

    @Test("What a reduced design lacks are the columns of its missing terms")
    func reduced() throws {
        let terms = try #require(self.terms("~ age + group", names))
        #expect(terms.columns(lackingIn: "~ age") == [2, 3])
        #expect(terms.columns(lackingIn: "~ group") == [1])
        #expect(terms.columns(lackingIn: "~ 1") == [1, 2, 3])
        #expect(terms.columns(lackingIn: "~ age + sex") == nil)
        #expect(terms.columns(lackingIn: "~ nothing") == nil)
    }

    @Test("Coefficients that the formula does not give, and formulas that are none, have no terms")
    func others() {
        #expect(terms("~ age + group", ["Intercept", "age"]) == nil)
        #expect(terms("~ age + group", names.reversed()) == nil)
        #expect(terms("~ age +", names) == nil)
        #expect(terms("~ height", ["Intercept", "height"]) == nil)
    }
}
