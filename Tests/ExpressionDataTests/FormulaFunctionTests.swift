import ExpressionData
import Testing

@Suite("Functions in formulas")
struct FormulaFunctionTests {
    static let samples = DesignCheckTests.samples(
        ("c", DesignCheckTests.factor("a a a a b b b b")), ("d", DesignCheckTests.factor("u v w u v w u v")),
        ("x", .numeric([1, 2, 4, 0, 16, 32, 64, 128])), ("y", .numeric([-1, 2, 0.5, 3, -2, 1, 4, 2.5])),
        ("same", .numeric([3, 3, 3, 3, 3, 3, 3, 3])), ("gap", .numeric([1, 2, .nan, 4, 5, 6, 7, 8])))

    @Test(
        "Calls are written as R writes them, and are read again",
        arguments: [
            ("~ poly(x,2)", "~ poly(x, 2)"), ("~ log( x )", "~ log(x)"), ("~ I(x^2)*c", "~ I(x^2) + c + I(x^2):c"),
            ("~ I( -x*2 )", "~ I(-x * 2)"), ("~ I(x / 2^ - 1)", "~ I(x/2^-1)"), ("~ I((x+1)*y)", "~ I((x + 1) * y)"),
            ("~ ns(x,df=3)", "~ ns(x, df = 3)"), ("~ relevel(c,ref='b')", "~ relevel(c, ref = \"b\")"),
            ("~ log(`my col`)", "~ log(`my col`)"), ("~ I(x*100000) + I(x*0.00001)", "~ I(x * 1e+05) + I(x * 1e-05)"),
            ("~ I(x*2.50)", "~ I(x * 2.5)"), ("~ log(x) + log( x)", "~ log(x)"), ("~ c + offset(x)", "~ c"),
            ("~ splines::bs(x, knots=c(1,2))", "~ splines::bs(x, knots = c(1, 2))"),
        ])
    func spelling(text: String, expanded: String) throws {
        let formula = try DesignFormula(parsing: text)
        #expect(formula.description == expanded)
        #expect(try DesignFormula(parsing: formula.description).description == expanded)
    }

    @Test("A formula knows the columns inside its calls")
    func columns() throws {
        let formula = try DesignFormula(parsing: "~ c:log(x + y) + scale(x) + offset(`z z`)")
        #expect(formula.columns == ["c", "x", "y", "z z"])
        #expect(formula.variables == ["c", "log(x + y)", "scale(x)"])
    }

    @Test(
        "What cannot be read is refused with its place",
        arguments: [
            ("~ lg(x)", "the function lg at character 3 is not known"),
            ("~ c + foo(x)", "the function foo at character 7"),
            ("~ log(x", "a parenthesis is not closed"), ("~ log()", "a call has no argument"),
            ("~ log(2)", "log(2) names no column"), ("~ log(x > 2)", "\">\" is not expected at character 9"),
            ("~ log(x,)", "\")\" is not expected at character 9"), ("~ relevel(c, ref = \"b)", "a quote is not closed"),
            ("~ c:offset(x)", "an offset stands in an interaction"), ("~ log(offset(x))", "an offset stands in a call"),
            ("~ I(x*1.2.3)", "\"1.2.3\" at character 7 is not a number"),
            ("~ log(x) + `log(x)`", "is a column and a call"),
        ])
    func unreadable(text: String, reason: String) {
        let error = #expect(throws: InputError.self) { try DesignFormula(parsing: text) }
        #expect(error?.problem.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test(
        "Wrong arguments are named",
        arguments: [
            ("~ poly(x, degre = 2)", "`degre`, which is not known; did you mean `degree`?"),
            ("~ ns(x, df = 2, df = 3)", "`df` is given twice"), ("~ log2(x, 2)", "there are too many arguments"),
            ("~ scale(center = TRUE, y = x)", "`y`, which is not known"),
            ("~ poly(degree = x)", "the variable is missing"),
        ])
    func arguments(text: String, reason: String) {
        let error = #expect(throws: InputError.self) { try DesignFormula(parsing: text) }
        #expect(error?.problem.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("A mistyped function is answered with the nearest one")
    func nearestFunction() {
        let error = #expect(throws: InputError.self) { try DesignFormula(parsing: "~ sclae(x)") }
        #expect(error?.remedy.hasPrefix("Did you mean `scale`? Known are I, log,") == true)
    }

    @Test(
        "What cannot be computed is refused with its call",
        arguments: [
            ("~ log(c)", "c is a factor, of the levels a and b"), ("~ I(x + c)", "c is a factor"),
            ("~ I(c)", "c is a factor"), ("~ poly(x, 8)", "8 different values do not tell 8 powers apart"),
            ("~ poly(x, 1.5)", "`degree` must be a whole number"), ("~ scale(x, center = c)", "`center` must be"),
            ("~ ns(x, knots = c(5, 500))", "its knots 5 and 500 are not all between 0 and 128"),
            ("~ ns(x, df = 20)", "are too few"), ("~ bs(same)", "all samples have the same value"),
            ("~ relevel(c, ref = \"z\")", "z is not a level"), ("~ relevel(x, ref = \"1\")", "x is not a factor"),
            ("~ I(x * c(1, 2))", "2 constants"), ("~ mean(x)", "the same value for all samples"),
            ("~ log(x + 1, base = 1)", "`base` must be"),
        ])
    func uncomputable(formula: String, reason: String) {
        let error = DesignCheckTests.error(formula, Self.samples)
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "no error")")
    }

    @Test("A logarithm of zero names sample, column and value")
    func logarithmOfZero() {
        let error = DesignCheckTests.error("~ c + log2(x)", Self.samples)
        #expect(error?.place == InputPlace(file: "s.tsv", sample: "s4", column: "x"))
        #expect(error?.problem == "the design's `log2(x)` is not a finite number: x is 0")
        #expect(error?.remedy.contains("log(x + 1)") == true)
        let root = DesignCheckTests.error("~ sqrt(y)", Self.samples)
        #expect(root?.place.sample == "s1")
        #expect(root?.problem == "the design's `sqrt(y)` is not a finite number: y is -1")
        #expect(DesignCheckTests.error("~ I(1/x)", Self.samples)?.place.sample == "s4")
    }

    @Test("A missing value inside a call is refused as that of a plain column")
    func missingValue() {
        for formula in ["~ gap", "~ log(gap)", "~ c * poly(gap, 2)", "~ c + offset(gap)"] {
            let error = DesignCheckTests.error(formula, Self.samples)
            #expect(error?.place.column == "gap")
            #expect(error?.problem == "the design uses it and 1 sample has no value: s3")
        }
    }

    @Test("A call with one value for all samples is refused as a column with one")
    func constantCall() {
        let error = DesignCheckTests.error("~ c + I(same * 2)", Self.samples)
        #expect(error?.problem == "all samples have the same value, 3")
        #expect(DesignCheckTests.error("~ c + I(x - x)", Self.samples)?.problem == "all samples have the same value, 0")
    }

    @Test("Hostile calls end in an error")
    func hostileCalls() {
        let texts = [
            "~ " + String(repeating: "log(", count: 5_000), "~ I(" + String(repeating: "-", count: 5_000) + "x)",
            "~ I(x" + String(repeating: "^2", count: 4_000) + ")", "~ I(" + String(repeating: "x+", count: 400) + "x)",
            "~ " + String(repeating: "a", count: 20_000), "~ poly(x, 1e9)", "~ ns(x, df = 1e300)",
            "~ bs(x, degree = -1)",
            "~ I(x * 1e999)", "~ quantile(x, 7)",
        ]
        for text in texts { #expect(DesignCheckTests.error(text, Self.samples) != nil, "\(text.prefix(30))") }
        let wide = (0..<6).map {
            "bs(x, knots = c(\((1...7).map { $0 * 2 + 1 }.map(String.init).joined(separator: ", "))), degree = \($0 + 2))"
        }
        #expect(DesignCheckTests.error("~ " + wide.joined(separator: ":"), Self.samples) != nil)
    }

    @Test("An offset has no column, and a warning says so")
    func offset() throws {
        let design = try Design(DesignFormula(parsing: "~ c + offset(log(x + 1))"), samples: Self.samples)
        #expect(design.matrix.columnNames == ["Intercept", "c_b_vs_a"])
        #expect(design.warnings.map(\.severity) == [.warning])
        #expect(design.warnings[0].message.contains("--normalization-factors"))
    }

    @Test("Advice to centre and scale names scale()")
    func adviceToScale() throws {
        let far = DesignCheckTests.samples(
            ("c", DesignCheckTests.factor("a b a b a b a b")),
            ("rin", .numeric([109, 109.9, 109.5, 109.6, 107.7, 109.9, 109.2, 110])))
        func warnings(_ formula: String) throws -> [String] {
            try Design(DesignFormula(parsing: formula), samples: far).warnings.map(\.message)
        }
        #expect(try warnings("~ rin + c")[0].contains("write scale(rin) in the design"))
        #expect(try warnings("~ rin * c").contains { $0.contains("with scale(rin) in the place of rin") })
        #expect(try warnings("~ scale(rin) * c").isEmpty)
    }

    @Test("A reduced design may have a function of the same column")
    func reducedDesign() throws {
        let design = try Design(DesignFormula(parsing: "~ c + ns(y, df = 2)"), samples: Self.samples)
        #expect(try design.reduced(DesignFormula(parsing: "~ c + y")).coefficients.count == 3)
        #expect(throws: InputError.self) { try design.reduced(DesignFormula(parsing: "~ c + exp(y)")) }
        #expect(throws: InputError.self) { try design.reduced(DesignFormula(parsing: "~ c + log(x)")) }
    }

    @Test("Combinations without samples are left out with their names, but never a whole interaction")
    func emptyCombinations() throws {
        let samples = DesignCheckTests.samples(
            ("g", DesignCheckTests.factor("X X X X Y Y Y Y Y Y Y Y")),
            ("i", DesignCheckTests.factor("a a b b a a b b c c d d")),
            ("t", DesignCheckTests.factor("n y n y n y n y n y n y")))
        let design = try Design(DesignFormula(parsing: "~ g + g:i + g:t"), samples: samples)
        #expect(
            design.matrix.columnNames
                == ["Intercept", "g_Y_vs_X", "gX.ib", "gY.ib", "gY.ic", "gY.id", "gX.ty", "gY.ty"])
        #expect(design.warnings.contains { $0.message.contains("gX:ic and gX:id: their columns") })
        #expect(try design.meaning(of: design.coefficient(named: "gX.ty")) == "y over n where g is X")

        let levels = DesignCheckTests.samples(
            ("a", DesignCheckTests.factor("1 1 2 2 3 3 1 1 2 2")), ("b", DesignCheckTests.factor("u u u u u u v v v v"))
        )
        let partial = try Design(DesignFormula(parsing: "~ a * b"), samples: levels)
        #expect(partial.matrix.columnNames == ["Intercept", "a_2_vs_1", "a_3_vs_1", "b_v_vs_u", "a2.bv"])
    }

    @Test(
        "Every coefficient says what it compares",
        arguments: [
            ("c_b_vs_a", "b over a"), ("d_w_vs_u", "w over u"), ("y", "per 1 unit of y"),
            ("cb.y", "what b over a adds to 1 unit of y"), ("poly.x..2.2", "per 1 unit of column 2 of poly(x, 2)"),
            ("Intercept", "of the intercept, and no comparison"),
        ])
    func meaning(name: String, meaning: String) throws {
        let design = try Design(DesignFormula(parsing: "~ d + poly(x, 2) + c * y"), samples: Self.wide)
        #expect(try design.meaning(of: design.coefficient(named: name)) == meaning)
    }

    static let wide = DesignCheckTests.samples(
        ("c", DesignCheckTests.factor("a a a a b b b b a b a b")),
        ("d", DesignCheckTests.factor("u v w u v w u v w u w v")),
        ("x", .numeric([1, 2, 4, 3, 16, 5, 6, 12, 7, 9, 3.5, 4.5])),
        ("y", .numeric([-1, 2, 0.5, 3, -2, 1, 4, 2.5, 0, 0.2, 1.1, -0.7])))

    @Test("Contrasts say what they compare")
    func meaningOfContrasts() throws {
        let design = try Design(DesignFormula(parsing: "~ d + y"), samples: Self.wide)
        #expect(try design.meaning(of: design.contrast(parsing: "d:u:w")) == "u over w")
        #expect(try design.meaning(of: design.contrast(parsing: "d:w:v")) == "w over v")
        let sum = try design.contrast(combining: "d_v_vs_u - 0.5*d_w_vs_u", name: "s")
        #expect(design.meaning(of: sum) == "of the sum d_v_vs_u - 0.5*d_w_vs_u")
        #expect(design.referenceNotes.map(\.place.column) == ["d"])
        #expect(
            design.referenceNotes[0].message
                == "no reference level is declared, so it is the first, u: fold changes are v and w over u")
        let without = try Design(DesignFormula(parsing: "~ 0 + c"), samples: Self.wide)
        #expect(without.referenceNotes.isEmpty)
        #expect(
            try without.meaning(of: without.coefficient(named: "cb")) == "of samples where c is b, and no comparison")
    }
}
