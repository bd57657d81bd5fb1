import ExpressionData
import Testing

@Suite("What is compared by default")
struct DefaultContrastTests {
    private static let samples = DesignCheckTests.samples(
        ("dose", .numeric([1, 2, 4, 3, 1, 5, 2, 2, 3])), ("cond", DesignCheckTests.factor("a b c a b c a b c")),
        ("batch", DesignCheckTests.factor("x x x y y y x y x")))

    private func design(_ formula: String) throws -> Design {
        try Design(DesignFormula(parsing: formula), samples: Self.samples)
    }

    @Test(
        "Without an intercept the last level of the last factor against its first",
        arguments: [
            ("~ cond + 0", "cond_c_vs_a"), ("~ 0 + cond", "cond_c_vs_a"), ("~ 0 + batch + cond", "cond_c_vs_a"),
            ("~ 0 + cond + batch", "batch_y_vs_x"), ("~ 0 + dose + cond", "cond_c_vs_a"),
        ])
    func withoutIntercept(formula: String, name: String) throws {
        let design = try design(formula)
        #expect(design.defaultContrast.name == name)
        #expect(design.noteOnDefaultContrast?.severity == .note)
    }

    @Test("The note says what is compared with what")
    func note() throws {
        #expect(try design("~ 0 + cond").noteOnDefaultContrast?.message.contains("c against a") == true)
    }

    @Test(
        "With an intercept, a last number or an interaction it is the last coefficient",
        arguments: [
            ("~ cond", "cond_c_vs_a"), ("~ cond + dose", "dose"), ("~ 0 + cond + dose", "dose"),
            ("~ 0 + batch + batch:dose", "batchy.dose"),
        ])
    func lastCoefficient(formula: String, name: String) throws {
        let design = try design(formula)
        #expect(design.defaultContrast == design.lastCoefficient)
        #expect(design.defaultContrast.name == name)
        #expect(design.noteOnDefaultContrast == nil)
    }

    @Test(
        "A control that is not what others are compared with is said",
        arguments: [
            ("case control case control", "control"), ("Case Control Case Control", "Control"),
            ("A CONTROL A CONTROL", "CONTROL"),
        ])
    func control(levels: String, name: String) throws {
        let samples = DesignCheckTests.samples(
            ("g", DesignCheckTests.factor(levels + " " + levels)), ("x", .numeric([1, 4, 2, 3, 5, 5, 1, 2])))
        let notes = try Design(DesignFormula(parsing: "~ g + x"), samples: samples).warnings
        let note = try #require(notes.first { $0.place.column == "g" })
        #expect(note.severity == .note)
        #expect(note.message.contains("the level \(name)") && note.message.contains("--reference g=\(name)"))
    }

    @Test("A control that is the reference, or a level that only contains the word, is nothing to say")
    func noControl() throws {
        for levels in ["control treated control treated", "age-control control-age age-control control-age"] {
            let samples = DesignCheckTests.samples(("g", DesignCheckTests.factor(levels + " " + levels)))
            #expect(try Design(DesignFormula(parsing: "~ g"), samples: samples).warnings.isEmpty)
        }
    }
}
