import ExpressionData
import Testing

@Suite("Design formulas")
struct DesignFormulaTests {
    @Test(
        "Formulas expand as in R",
        arguments: [
            ("~ a", "~ a"), ("~1", "~ 1"), ("~ 0 + a", "~ 0 + a"), ("~ a - 1", "~ 0 + a"), ("~ -1 + a", "~ 0 + a"),
            ("~ a + 1", "~ a"), ("~ a + 0 + 1", "~ a"), ("~ a*b", "~ a + b + a:b"), ("~ b:a + a", "~ a + b:a"),
            ("~ a*b*c", "~ a + b + c + a:b + a:c + b:c + a:b:c"), ("~ (a+b+c)^2", "~ a + b + c + a:b + a:c + b:c"),
            ("~ a*b - a", "~ b + a:b"), ("~ a/b", "~ a + a:b"), ("~ a + a + a:a", "~ a"),
            ("~ a.1_x + `my col`", "~ a.1_x + `my col`"),
            ("~a+\n b", "~ a + b"), ("~ a:b*c", "~ c + a:b + a:b:c"), ("~ größe", "~ größe"),
        ])
    func expansion(text: String, expanded: String) throws {
        #expect(try DesignFormula(parsing: text).description == expanded)
    }

    @Test("Variables keep the order of the formula")
    func variables() throws {
        let formula = try DesignFormula(parsing: "~ z + a:z + a")
        #expect(formula.variables == ["z", "a"])
        #expect(formula.terms.map(\.label) == ["z", "a", "z:a"])
    }

    @Test(
        "What is no formula is refused with a reason",
        arguments: [
            ("", "it does not begin with ~"), ("a + b", "it does not begin with ~"),
            ("y ~ a", "something stands before the ~"), ("~ a +", "it ends where a variable is expected"),
            ("~", "it ends where a variable is expected"), ("~ foo(x)", "the function foo at character 3 is not known"),
            ("~ a b", "\"b\" is not expected at character 5"), ("~ (a + b", "a parenthesis is not closed"),
            ("~ .", "`.` stands for all columns in R"), ("~ `a", "a backtick is not closed"),
            ("~ a^x", "a whole number must follow ^"), ("~ 2", "\"2\" is not expected at character 3"),
        ])
    func refusals(text: String, reason: String) throws {
        let error = #expect(throws: InputError.self) { try DesignFormula(parsing: text) }
        #expect(error?.problem == "the design \"\(text)\" cannot be read: \(reason)")
    }

    @Test("Hostile formulas end in an error, not in a crash or a long wait")
    func hostileFormulas() {
        let names = (0..<70).map { "v\($0)" }
        #expect(throws: InputError.self) { try DesignFormula(parsing: "~" + names.joined(separator: "+")) }
        #expect(throws: InputError.self) {
            try DesignFormula(parsing: "~(" + names[..<60].joined(separator: "+") + ")^9")
        }
        #expect(throws: InputError.self) { try DesignFormula(parsing: "~" + String(repeating: "(", count: 10_000)) }
        #expect(throws: InputError.self) { try DesignFormula(parsing: "~" + names[..<60].joined(separator: "*")) }
    }

    @Test(
        "Names are made syntactic as by R's make.names",
        arguments: [
            ("a b", "a.b"), ("1x", "X1x"), (".1a", "X.1a"), ("_a", "X_a"), ("if", "if."), ("TRUE", "TRUE."),
            ("x:y", "x.y"), ("é-1", "é.1"), ("", "X"), ("a%b", "a.b"), (".a", ".a"),
        ])
    func syntacticNames(name: String, expected: String) {
        #expect(syntacticName(name) == expected)
    }
}
