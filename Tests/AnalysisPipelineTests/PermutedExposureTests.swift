import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import SamplePermutation
import Testing

@Suite("An exposure whose samples are permuted")
struct PermutedExposureTests {
    private static let columns: [StudyInputs.SampleColumn] = [
        .init(name: "group", values: .factor(codes: [0, 0, 0, 0, 1, 1, 1, 1], levels: ["a", "b"])),
        .init(name: "kind", values: .factor(codes: [0, 1, 2, 0, 1, 2, 0, 1], levels: ["x", "y", "z"])),
        .init(name: "dose", values: .numeric([0.5, -1, 0.25, 0.75, 1.5, 2, 1.25, 3])),
        .init(name: "batch", values: .factor(codes: [0, 0, 1, 1, 0, 0, -1, 1], levels: ["p", "q"])),
    ]

    private func design(_ formula: String) throws -> Design {
        let names = (0..<8).map { "s\($0)" }
        let table = SampleTable(
            sampleNames: names,
            columns: Self.columns.map { column in
                switch column.values {
                case .numeric(let numbers): .init(name: column.name, values: .numeric(numbers))
                case .factor(let codes, let levels):
                    .init(name: column.name, values: .factor(Factor(levels: levels, codes: codes.map { Int($0) })))
                }
            })
        return try Design(DesignFormula(parsing: formula), samples: table)
    }

    /// What a study makes of a test of a formula's design.
    private func exposure(
        _ formula: String, testing coefficient: String, _ change: (inout SamplePermutationSettings) -> Void = { _ in }
    ) throws -> PermutedExposure {
        let design = try design(formula)
        var inputs = try ExampleStudy.expression()
        inputs.sampleColumns = Self.columns
        let test = StudyInputs.NamedTest(try design.coefficient(named: coefficient))
        var settings = SamplePermutationSettings()
        change(&settings)
        return try inputs.permutedExposure(
            of: test, in: .init(name: "", formula: formula, design: design.matrix, tests: [test]), settings: settings)
    }

    private func refusal(_ body: () throws -> PermutedExposure) -> InputError? {
        do {
            _ = try body()
            return nil
        } catch { return error as? InputError }
    }

    @Test("It is the coefficient's column, and what stays are the other columns")
    func column() throws {
        let exposure = try exposure("~ group + dose", testing: "dose")
        #expect(exposure.name == "dose" && exposure.values == [0.5, -1, 0.25, 0.75, 1.5, 2, 1.25, 3])
        #expect(exposure.covariates.columnNames == ["Intercept", "group_b_vs_a"] && exposure.columnCount == 1)
    }

    @Test("All levels of a factor are shuffled together, whichever of them is tested")
    func factor() throws {
        for level in ["kind_y_vs_x", "kind_z_vs_x"] {
            let exposure = try exposure("~ group + kind", testing: level)
            #expect(exposure.name == "kind" && exposure.columnCount == 2)
            #expect(exposure.values == [0, 1, 0, 0, 1, 0, 0, 1])
            #expect(exposure.furtherColumns == [[0, 0, 1, 0, 0, 1, 0, 0]])
            #expect(exposure.covariates.columnNames == ["Intercept", "group_b_vs_a"])
        }
    }

    @Test("With covariates residuals are shuffled, and without them the samples")
    func scheme() throws {
        #expect(try exposure("~ group + dose", testing: "dose").scheme == .residual)
        let free = try exposure("~ group", testing: "group_b_vs_a")
        #expect(free.scheme == .free)
        // Eight samples, four of each: 70 ways, of which each and its mirror image are as extreme.
        #expect(abs(free.log10DistinctCount - 1.8450980400142569) < 1e-12)
        #expect(try exposure("~ group + dose", testing: "dose") { $0.scheme = .free }.scheme == .free)
    }

    @Test("Samples keep to their blocks where the scheme names a column; a missing value is a block of its own")
    func blocks() throws {
        let exposure = try exposure("~ dose", testing: "dose") { $0.scheme = .within(["batch", "group"]) }
        #expect(Set(exposure.labels).count == 5)
        #expect(exposure.labels[0] == exposure.labels[1] && exposure.labels[0] != exposure.labels[4])
        let error = refusal { try self.exposure("~ dose", testing: "dose") { $0.scheme = .within(["bach"]) } }
        #expect(error?.problem.contains("names the column `bach`") == true)
        #expect(error?.remedy.contains("Did you mean batch?") == true)
    }

    @Test("What has nothing to shuffle, or nothing to shuffle among, is refused with what to do")
    func refusals() throws {
        let intercept = refusal { try exposure("~ dose", testing: "Intercept") }
        #expect(intercept?.problem.contains("intercept") == true && intercept?.remedy != "")
        // One sample in each block.
        let blocks = refusal { try exposure("~ dose", testing: "dose") { $0.scheme = .within(["dose"]) } }
        #expect(blocks != nil)
        let joint = refusal { try exposure("~ kind", testing: "kind_y_vs_x") { $0.statistic = .wald } }
        #expect(joint?.problem.hasPrefix("kind: ") == true)
        let few = refusal {
            try PermutedExposure(
                coefficients: [1],
                of: DesignMatrix(columnNames: ["Intercept", "dose"], values: [1, 0, 1, 1], sampleCount: 2),
                columns: [], settings: .init())
        }
        #expect(few?.problem.contains("2 samples are too few") == true && few?.remedy.contains("at least 3") == true)
        let whole = refusal {
            try PermutedExposure(
                coefficients: [0],
                of: DesignMatrix(columnNames: ["dose"], values: [0, 1, 2, 3], sampleCount: 4), columns: [],
                settings: .init())
        }
        #expect(whole?.remedy.contains("intercept") == true)
    }

    @Test("A factor's coefficient of a matrix, whose formula nobody knows, is refused by the factor's name")
    func matrices() throws {
        let design = try design("~ kind").matrix
        let error = refusal {
            try PermutedExposure(coefficients: [1], of: design, columns: Self.columns, settings: .init())
        }
        #expect(error?.problem.contains("one of 2 coefficients of the factor kind") == true)
        #expect(error?.remedy.contains("--design") == true)
    }

    @Test("A test of the opposite has the opposite exposure, and a combination has none")
    func signs() throws {
        let design = try design("~ group")
        var inputs = try ExampleStudy.expression()
        inputs.sampleColumns = Self.columns
        func exposure(_ contrast: Contrast) throws -> PermutedExposure {
            let test = StudyInputs.NamedTest(contrast)
            return try inputs.permutedExposure(
                of: test, in: .init(name: "", formula: "~ group", design: design.matrix, tests: [test]),
                settings: .init())
        }
        let forward = try exposure(design.contrast(of: "group", level: "b", against: "a"))
        let backward = try exposure(design.contrast(of: "group", level: "a", against: "b"))
        #expect(backward.values == forward.values.map { -$0 })
        let error = refusal { try exposure(design.contrast(weights: [1, 1], name: "both")) }
        #expect(error?.problem.contains("both combines several") == true)
    }

    @Test(
        "Counts with weights, and given dispersions that were to be refitted, are refused before anything is computed")
    func contradictions() throws {
        var inputs = try ExampleStudy.permutedSamples()
        #expect(throws: Never.self) { try inputs.checkPermutations() }
        inputs.observationWeights = [Double](repeating: 1, count: 120 * 8)
        #expect(throws: InputError.self) { try inputs.checkPermutations() }
        inputs.observationWeights = []
        inputs.givenDispersions = [Double](repeating: 0.1, count: 120)
        #expect(throws: Never.self) { try inputs.checkPermutations() }
        inputs.configuration.samplePermutation?.statistic = .wald
        inputs.configuration.samplePermutation?.refitDispersion = true
        let error = #expect(throws: InputError.self) { try inputs.checkPermutations() }
        #expect(error?.problem.contains("dispersions are given") == true)
        inputs.configuration.samplePermutation = nil
        #expect(throws: Never.self) { try inputs.checkPermutations() }
    }
}
