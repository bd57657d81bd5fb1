import ExpressionData
import Testing

@Suite("Checks of a design")
struct DesignCheckTests {
    static func samples(_ columns: (String, SampleTable.Column.Values)...) -> SampleTable {
        let count =
            switch columns[0].1 {
            case .numeric(let numbers): numbers.count
            case .factor(let factor): factor.codes.count
            }
        return SampleTable(
            fileName: "s.tsv", sampleNames: (1...count).map { "s\($0)" },
            columns: columns.map { .init(name: $0.0, values: $0.1) })
    }

    static func factor(_ text: String) -> SampleTable.Column.Values {
        .factor(Factor(text.split(separator: " ").map { $0 == "NA" ? nil : String($0) }))
    }

    static func error(_ formula: String, _ samples: SampleTable) -> InputError? {
        do {
            _ = try Design(DesignFormula(parsing: formula), samples: samples)
            return nil
        } catch {
            return error as? InputError
        }
    }

    @Test("A variable that is no column is named with the columns there are")
    func unknownVariable() {
        let error = Self.error("~ d", Self.samples(("c", Self.factor("a a b b")), ("x", .numeric([1, 2, 3, 4]))))
        #expect(
            error?.description
                == "s.tsv: the design names d, which is not a column. The columns are c and x.")
    }

    @Test(
        "A column that needs backticks is not read as a sum of others",
        arguments: [
            ("~ cell-type + c", "cell-type"), ("~ c + cell type", "cell type"), ("~cell-type", "cell-type"),
            ("~ c*Age (years)", "Age (years)"), ("~ `cell type` + dose/day", "dose/day"),
        ])
    func bareColumns(_ formula: String, _ column: String) throws {
        let samples = Self.samples(
            ("c", Self.factor("a a b b")), ("cell", .numeric([1, 2, 3, 5])), ("cell-type", .numeric([1, 2, 3, 4])),
            ("cell type", .numeric([1, 2, 3, 4])), ("Age (years)", .numeric([1, 2, 3, 4])),
            ("dose/day", .numeric([1, 2, 3, 4])), ("log2(cell)", .numeric([1, 2, 3, 4])))
        let error = #expect(throws: InputError.self) { try DesignFormula(parsing: formula, over: samples) }
        #expect(error?.problem == "the design \(formula) has the column \(column) without backticks")
        for sound in [
            "~ `cell-type` + c", "~ cell + c", "~ cell - c", "~ c + log2(cell)", "~ cell:c", "~ subcell-types",
        ] {
            guard sound != "~ subcell-types" else {
                let other = #expect(throws: InputError.self) { try DesignFormula(parsing: sound, over: samples) }
                #expect(other?.problem == "the design takes away types, which is not a column")
                continue
            }
            #expect(try DesignFormula(parsing: sound, over: samples) == DesignFormula(parsing: sound))
        }
    }

    @Test("What is taken away must be there", arguments: ["~ c - d", "~ c*x - c:d", "~ c + x - 1 - d"])
    func takenAway(_ formula: String) {
        let samples = Self.samples(("c", Self.factor("a a b b")), ("x", .numeric([1, 2, 3, 4])))
        let error = #expect(throws: InputError.self) { try DesignFormula(parsing: formula, over: samples) }
        #expect(error?.problem == "the design takes away d, which is not a column")
    }

    @Test("A random effect is told to be none of DESeq2's", arguments: ["~ (1|x) + c", "~ c + (1 | x)", "~ c | x"])
    func randomEffects(_ formula: String) {
        let error = #expect(throws: InputError.self) { try DesignFormula(parsing: formula) }
        #expect(error?.problem.contains("random effect") == true)
    }

    @Test("A missing covariate value names its sample")
    func missingValue() {
        let error = Self.error(
            "~ c + x", Self.samples(("c", Self.factor("a a b b")), ("x", .numeric([1, .nan, 3, 4]))))
        #expect(error?.place.column == "x")
        #expect(error?.problem == "the design uses it and 1 sample has no value: s2")
        let factor = Self.error("~ c", Self.samples(("c", Self.factor("a NA b NA"))))
        #expect(factor?.problem == "the design uses it and 2 samples have no value: s2 and s4")
    }

    @Test("A missing value in a column that is not used is no matter")
    func missingElsewhere() {
        let samples = Self.samples(("c", Self.factor("a a b b")), ("x", .numeric([1, .nan, 3, 4])))
        #expect(Self.error("~ c", samples) == nil)
    }

    @Test("A variable with a single value is refused")
    func singleValue() {
        #expect(
            Self.error("~ c", Self.samples(("c", Self.factor("a a a a"))))?.problem
                == "all samples have the same value, a")
        #expect(
            Self.error("~ x", Self.samples(("x", .numeric([2, 2, 2]))))?.problem
                == "all samples have the same value, 2")
    }

    @Test("Fewer samples than coefficients, and as many, are refused")
    func tooFewSamples() {
        let samples = Self.samples(("c", Self.factor("a b c d")), ("d", Self.factor("u v u v")))
        #expect(
            Self.error("~ c + d", samples)?.problem
                == "the design ~ c + d has more coefficients than samples: 5 coefficients and 4 samples")
        #expect(
            Self.error("~ c", samples)?.problem
                == "the design ~ c has as many coefficients as samples, 4: nothing is left to estimate the dispersion from"
        )
    }

    @Test("Collinear columns are named, with the fewest terms to drop")
    func collinear() {
        let duplicate = Self.error(
            "~ c + d", Self.samples(("c", Self.factor("a a b b")), ("d", Self.factor("u u v v"))))
        #expect(
            duplicate?.description
                == "s.tsv: the design ~ c + d is collinear: d_v_vs_u is a combination of c_b_vs_a. Drop c or d from the design."
        )

        let sums = Self.error(
            "~ x + y + z",
            Self.samples(
                ("x", .numeric([1, 2, 3, 5, 4])), ("y", .numeric([2, 1, 5, 3, 3])), ("z", .numeric([7, 7, 2, 2, 3]))))
        #expect(sums?.problem == "the design ~ x + y + z is collinear: z is a combination of Intercept, x and y")
        #expect(sums?.remedy == "Drop x, y or z from the design.")

        let doubled = Self.error(
            "~ x + y", Self.samples(("x", .numeric([31, 45, 52, 28])), ("y", .numeric([62, 90, 104, 56]))))
        #expect(doubled?.problem == "the design ~ x + y is collinear: y is a combination of x")
    }

    @Test("A batch within a condition names the batch")
    func nested() {
        let error = Self.error(
            "~ condition + batch",
            Self.samples(("condition", Self.factor("a a a a b b b b")), ("batch", Self.factor("1 1 2 2 3 3 4 4"))))
        #expect(
            error?.problem
                == "the design ~ condition + batch is collinear: batch_4_vs_1 is a combination of condition_b_vs_a and batch_3_vs_1"
        )
        #expect(error?.remedy == "Drop condition or batch from the design.")
    }

    @Test("An interaction without samples names its combination")
    func emptyCell() {
        let error = Self.error(
            "~ c * d", Self.samples(("c", Self.factor("a a b b a a")), ("d", Self.factor("u u u u v v"))))
        #expect(
            error?.problem
                == "no sample has the combination cb:dv, so its coefficient cb.dv cannot be estimated")
    }

    @Test("A level with one sample and a dropped level are told")
    func levels() throws {
        let factor = Factor(["a", "a", "a", "b", "b", "c"], levels: ["a", "b", "c", "d"])
        let design = try Design(DesignFormula(parsing: "~ f"), samples: Self.samples(("f", .factor(factor))))
        #expect(design.warnings.map(\.severity) == [.note, .warning])
        #expect(design.warnings[0].message == "levels without samples were dropped: d")
        #expect(design.warnings[1].message.hasPrefix("the level c has one sample, which"))
        #expect(design.matrix.columnNames == ["Intercept", "f_b_vs_a", "f_c_vs_a"])
    }

    @Test("Large covariates and whole numbers with few values are noted")
    func numericNotes() throws {
        let samples = Self.samples(
            ("age", .numeric([31, 45.5, 52, 28, 60, 33])), ("batch", .numeric([1, 2, 3, 1, 2, 3])),
            ("z", .numeric([0.1, -0.4, 0.2, 1.5, -1, 0])))
        let design = try Design(DesignFormula(parsing: "~ age + batch + z"), samples: samples)
        #expect(design.warnings.map(\.place.column) == ["age", "batch"])
        #expect(design.warnings.allSatisfy { $0.severity == .note })
    }

    @Test("A covariate far from zero is a warning with its mean, and centred it is none")
    func farFromZero() throws {
        let numbers = [10, 9.9, 9.5, 9.6, 7.7, 9.9, 9.5, 10, 9.8, 9.7]
        func warnings(_ numbers: [Double]) throws -> [InputWarning] {
            let group = Self.factor("a b a b a b a b a b")
            let samples = Self.samples(("rin", .numeric(numbers)), ("g", group))
            return try Design(DesignFormula(parsing: "~ rin + g"), samples: samples).warnings
        }
        let notes = try warnings(numbers)
        #expect(notes.map(\.severity) == [.note])
        #expect(notes[0].message.hasPrefix("its mean is 9.56 and its standard deviation 0.68;"))
        let far = try warnings(numbers.map { $0 + 10 })
        #expect(far.map(\.severity) == [.warning])
        #expect(far[0].place.column == "rin")
        #expect(far[0].message.hasPrefix("its mean is 19.6 and its standard deviation 0.68: it is hard to tell"))
        #expect(far[0].message.contains("subtract 19.6 from it"))
        #expect(try warnings(numbers.map { $0 - 9.56 }).isEmpty)
        #expect(try warnings(numbers.map { -$0 - 10 }).map(\.severity) == [.warning])
    }

    @Test("A design with an intercept only is a warning")
    func interceptOnly() throws {
        let design = try Design(DesignFormula(parsing: "~ 1"), samples: Self.samples(("x", .numeric([1, 2, 3]))))
        #expect(design.warnings.map(\.severity) == [.warning])
        #expect(design.matrix.columnNames == ["Intercept"])
    }

    @Test("Proportions that sum to 100 are a warning with the condition number and what to drop")
    func proportions() throws {
        var state: UInt64 = 7
        func uniform() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 11) / 9_007_199_254_740_992
        }
        let raw = (0..<40).map { _ in [60 + 10 * uniform(), 20 + 8 * uniform(), 6 + 3 * uniform(), 1 + 2 * uniform()] }
        // Rounded to a tenth of a per cent, as counters report them.
        let rounded = raw.map { cells in
            cells.map { (($0 / cells.reduce(0, +)) * 1000).rounded() / 10 }
        }
        let names = ["neutrophils", "lymphocytes", "monocytes", "eosinophils"]
        let columns = names.indices.map { cell in
            SampleTable.Column(name: names[cell], values: .numeric(rounded.map { $0[cell] }))
        }
        let samples = SampleTable(sampleNames: (0..<40).map { "s\($0)" }, columns: columns)
        let all = try Design(DesignFormula(parsing: "~ " + names.joined(separator: " + ")), samples: samples)
        let warning = try #require(all.warnings.first { $0.message.contains("nearly collinear") })
        #expect(warning.severity == .warning)
        #expect(warning.message.hasPrefix("neutrophils, lymphocytes, monocytes and eosinophils are nearly collinear"))
        #expect(warning.message.contains("they sum to about 100"))
        #expect(warning.message.contains("without "))
        let three = try Design(DesignFormula(parsing: "~ " + names[1...].joined(separator: " + ")), samples: samples)
        #expect(three.warnings.allSatisfy { $0.severity == .note })
    }
}
