import ExpressionData
import Testing

@Suite("Designs that double precision cannot solve")
struct SolvableDesignTests {
    static let samples = DesignCheckTests.samples(
        ("cond", DesignCheckTests.factor("a b a b a b a b")),
        ("age", .numeric([31, 45, 52, 38, 60, 27, 44, 49])),
        ("year", .numeric([2018, 2016, 2019, 2016, 2020, 2024, 2017, 2021])),
        ("days", .numeric([45021, 45007, 45028, 45007, 45035, 45063, 45014, 45042])),
        ("unix", .numeric(unix)),
        ("later", .numeric(unix.enumerated().map { $1 + 1e6 * Double($0 * $0 % 5) })),
        (
            "compact",
            .numeric([20_210_310, 20_210_111, 20_210_412, 20_210_110, 20_210_511, 20_210_912, 20_210_210, 20_210_611])
        ),
        ("tiny", .numeric([3e-9, 1e-9, 4e-9, 1e-9, 5e-9, 9e-9, 2e-9, 6e-9])))

    static let unix = [
        1_602_332_800.0, 1_600_777_600, 1_603_110_400, 1_600_777_600, 1_603_888_000, 1_606_998_400, 1_601_555_200,
        1_604_665_600,
    ]

    static func error(_ formula: String, _ samples: SampleTable = samples) throws -> InputError? {
        let design = try Design(DesignFormula(parsing: formula), samples: samples)
        do {
            try design.checkSolvable(ridge: 1e-6)
            return nil
        } catch {
            return error as? InputError
        }
    }

    @Test(
        "Times, dates as days and as digits are refused by name, with what to subtract and to divide by",
        arguments: [
            ("~ cond + unix", "unix"), ("~ unix + cond", "unix"), ("~ cond + age + days", "days"),
            ("~ age + compact + cond", "compact"), ("~ cond * unix", "unix"), ("~ 0 + cond + unix", "unix"),
            ("~ unix", "unix"),
        ])
    func refused(formula: String, column: String) throws {
        let error = try #require(try Self.error(formula))
        #expect(error.place.column == column)
        #expect(error.problem.contains("computationally singular"))
        #expect(error.problem.contains("the mean of \(column) is "))
        #expect(error.remedy.contains("scale(\(column))") && error.remedy.contains("subtract"))
    }

    @Test("The message has the numbers that cure it")
    func numbers() throws {
        let error = try #require(try Self.error("~ cond + unix"))
        // R estimates 5.9e-25 by rcond(crossprod(model.matrix(~ cond + unix))), of which rounding leaves the power of ten.
        #expect(error.problem.contains("e-25)"), "\(error.problem)")
        #expect(error.remedy.contains("subtract 1603013200 from unix and divide by"))
        let cured = DesignCheckTests.samples(
            ("cond", DesignCheckTests.factor("a b a b a b a b")),
            ("unix", .numeric(Self.unix.map { ($0 - 1_603_013_200) / 2_057_300 })))
        #expect(try Self.error("~ cond + unix", cured) == nil)
        // Without dividing, the squares of its seconds are still far from ones, and near enough.
        let centred = DesignCheckTests.samples(
            ("cond", DesignCheckTests.factor("a b a b a b a b")),
            ("unix", .numeric(Self.unix.map { $0 - 1_603_013_200 })))
        #expect(try Self.error("~ cond + unix", centred) == nil)
    }

    @Test("Two such variables are both named")
    func two() throws {
        let error = try #require(try Self.error("~ cond + unix + later"))
        #expect(error.place.column == nil)
        #expect(error.problem.contains("the mean of unix is") && error.problem.contains("the mean of later is"))
        #expect(error.remedy.contains("scale("))
    }

    @Test(
        "What DESeq2 computes with is let through",
        arguments: ["~ cond", "~ cond + age", "~ cond + year", "~ cond * age", "~ cond + tiny", "~ 1", "~ 0 + cond"])
    func accepted(formula: String) throws {
        #expect(try Self.error(formula) == nil)
    }

    @Test("A year is a warning that speaks of many genes, an RNA integrity number one of low counts")
    func warnings() throws {
        let year = try Design(DesignFormula(parsing: "~ cond + year"), samples: Self.samples)
        #expect(year.warnings.contains { $0.severity == .warning && $0.message.contains("for many genes") })
        let rin = DesignCheckTests.samples(
            ("cond", DesignCheckTests.factor("a b a b a b a b")),
            ("rin", .numeric([9.5, 9.6, 9.4, 9.7, 9.9, 9.3, 9.5, 9.6])))
        let design = try Design(DesignFormula(parsing: "~ cond + rin"), samples: rin)
        #expect(design.warnings.contains { $0.message.contains("for genes with low counts") })
    }
}
