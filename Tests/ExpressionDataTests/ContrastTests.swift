import ExpressionData
import Testing

@Suite("Contrasts")
struct ContrastTests {
    static func design(_ formula: String) throws -> Design {
        try Design(DesignFormula(parsing: formula), samples: exampleSamples())
    }

    @Test("A level against the reference is the coefficient itself, the other way round its negative")
    func againstReference() throws {
        let design = try Self.design("~ b + a")
        let forward = try design.contrast(parsing: "a:a2:a1")
        #expect(forward.name == "a_a2_vs_a1")
        #expect(forward.weights == [0, 0, 1, 0])
        #expect(forward.estimate == .coefficient(2, isNegated: false))
        #expect(forward.allZeroSamples == [0, 1, 3, 4, 6, 7, 9, 10])
        let backward = try design.contrast(of: "a", level: "a1", against: "a2")
        #expect(backward.weights == [0, 0, -1, 0])
        #expect(backward.estimate == .coefficient(2, isNegated: true))
    }

    @Test("Two other levels are a difference of coefficients")
    func betweenLevels() throws {
        let contrast = try Self.design("~ b + a").contrast(parsing: "a:a3:a2")
        #expect(contrast.weights == [0, 0, -1, 1])
        #expect(contrast.estimate == .combination)
    }

    @Test("Without an intercept all levels of the first factor have coefficients, of the second all but one")
    func withoutIntercept() throws {
        let design = try Self.design("~ 0 + b + a")
        #expect(try design.contrast(parsing: "b:v:u").weights == [-1, 1, 0, 0])
        #expect(try design.contrast(parsing: "b:v:u").name == "b_v_vs_u")
        #expect(try design.contrast(parsing: "a:a2:a1").estimate == .coefficient(2, isNegated: false))
    }

    @Test("A coefficient chosen by name never has the all-zero rule; the last one is the default")
    func byName() throws {
        let design = try Self.design("~ a * b")
        #expect(try design.coefficient(named: "aa3.bv").allZeroSamples == nil)
        #expect(design.lastCoefficient.name == "aa3.bv")
        let error = #expect(throws: InputError.self) { try design.coefficient(named: "b") }
        #expect(error?.remedy == "Its coefficients are Intercept, a_a2_vs_a1, a_a3_vs_a1, b_v_vs_u, aa2.bv and aa3.bv.")
    }

    @Test("A vector has the all-zero rule when its weights have both signs")
    func vectors() throws {
        let design = try Self.design("~ a")
        let mixed = try design.contrast(weights: [0, -1, 1], name: "contrast1")
        #expect(mixed.allZeroSamples == [1, 2, 4, 5, 7, 8, 10, 11])
        #expect(mixed.estimate == .combination)
        #expect(try design.contrast(weights: [0, 1, 1], name: "contrast1").allZeroSamples == nil)
        #expect(try design.contrast(weights: [0, -1, 0], name: "contrast1").allZeroSamples == nil)
        let sums = try design.contrast(adding: ["a_a2_vs_a1"], subtracting: ["a_a3_vs_a1"], name: "list")
        #expect(sums.weights == [0, 1, -1])
    }

    @Test(
        "A contrast that does not fit is refused with what there is",
        arguments: [
            ("a:a9:a1", "the contrast names a9, which is not a level"),
            ("a:a1:a1", "the contrast compares the level a1 with itself"),
            ("x:1:2", "the contrast names x, which is a number"),
            ("c:q:p", "the contrast names c, which is not in the design ~ a + x"),
            ("a:a1", "the contrast \"a:a1\" has 2 parts"),
        ])
    func refusals(text: String, problem: String) throws {
        let design = try Self.design("~ a + x")
        #expect(#expect(throws: InputError.self) { try design.contrast(parsing: text) }?.problem == problem)
    }

    @Test(
        "A vector of the wrong length, of zeros or with NaN is refused",
        arguments: [[1, 2], [0, 0, 0], [.nan, 1, 0]])
    func badVectors(weights: [Double]) throws {
        let design = try Self.design("~ a")
        #expect(throws: InputError.self) { try design.contrast(weights: weights, name: "contrast1") }
    }

    @Test("A reduced design is a smaller one within the full design")
    func reducedDesign() throws {
        let design = try Self.design("~ a * b")
        #expect(try design.reduced(DesignFormula(parsing: "~ a + b")).coefficients.count == 4)
        #expect(try design.reduced(DesignFormula(parsing: "~ 1")).coefficients.count == 1)
        for formula in ["~ a * b", "~ 0 + b + b:a", "~ a + c", "~ a + x"] {
            #expect(throws: InputError.self, "\(formula)") { try design.reduced(DesignFormula(parsing: formula)) }
        }
        let main = try Self.design("~ a + b")
        #expect(throws: InputError.self) { try main.reduced(DesignFormula(parsing: "~ a:b")) }
    }
}
