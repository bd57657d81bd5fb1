import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import GeneSetEnrichment
import Testing

/// What progress is told of before anything is planned, beside what is then played.
@Suite("Expected stages")
struct ExpectedStageTests {
    /// Short, or known only on the way: they are not expected.
    private static let unforeseen = ["refit of replaced genes", "rare p-values", "transformed counts"]

    private func titles(_ inputs: StudyInputs) throws -> (expected: [String], played: [String]) {
        var player = StudyPlayer(inputs: inputs)
        var played: [String] = []
        _ = try player.play { if played.last != $0.plan.title { played.append($0.plan.title) } }
        return (inputs.expectedStages.map(\.title), played)
    }

    private func expectAgreement(_ inputs: StudyInputs, _ what: String) throws {
        let (expected, played) = try titles(inputs)
        #expect(expected == played.filter { !Self.unforeseen.contains($0) }, "\(what)")
        #expect(!expected.isEmpty && Set(expected).count == expected.count)
    }

    @Test("They are those that are played, in that order", arguments: ExampleStudy.Kind.allCases)
    func agreement(kind: ExampleStudy.Kind) throws {
        var inputs = try ExampleStudy.inputs(kind)
        if inputs.configuration.samplePermutation != nil { inputs.configuration.geneSets?.permutations = 20 }
        if inputs.phenotype != nil {
            var settings = PhenotypeSettings()
            settings.permute = .phenotype
            inputs.configuration.geneSets?.phenotype = settings
        }
        try expectAgreement(inputs, kind.rawValue)
    }

    @Test("Gene sets of a study's tests come after its models")
    func geneSetsOfTests() throws {
        var sets = GeneSetSettings()
        (sets.minSize, sets.permutations) = (3, 100)
        try expectAgreement(ExampleStudy.expression(geneSets: sets), "random sets")
        sets.compatibility = .gseaDesktop
        try expectAgreement(ExampleStudy.expression(geneSets: sets), "the desktop's")
    }

    @Test("Dispersions that are given are not expected to be estimated again")
    func givenDispersions() throws {
        var inputs = try ExampleStudy.permutedSamples(permutations: 20)
        inputs.givenDispersions = [Double](repeating: 0.1, count: ExampleStudy.geneNames.count)
        try expectAgreement(inputs, "given dispersions")
    }

    @Test("Every weight is above zero, so that a share of the whole can be told", arguments: ExampleStudy.Kind.allCases)
    func weights(kind: ExampleStudy.Kind) throws {
        #expect(try ExampleStudy.inputs(kind).expectedStages.allSatisfy { $0.weight > 0 })
    }

    @Test("They are stages of the method")
    func titlesOfTheMethod() throws {
        let known = Set(StudyMethod.stages.map(\.title))
        for kind in ExampleStudy.Kind.allCases {
            let titles = try ExampleStudy.inputs(kind).expectedStages.map(\.title)
            #expect(known.isSuperset(of: titles), "\(titles)")
        }
    }

    @Test("The coefficients of one factor are one exposure, and no family of them is expected")
    func oneFactor() throws {
        var inputs = try ExampleStudy.permutedTogether(permutations: 20)
        let samples = (0..<8).map { "s\($0)" }
        let kind = Factor(samples.indices.map { ["x", "y", "z"][$0 % 3] }, levels: ["x", "y", "z"])
        let table = SampleTable(sampleNames: samples, columns: [.init(name: "kind", values: .factor(kind))])
        let design = try Design(DesignFormula(parsing: "~ kind"), samples: table)
        let tests = try ["kind_y_vs_x", "kind_z_vs_x"].map { StudyInputs.NamedTest(try design.coefficient(named: $0)) }
        inputs.analyses = [.init(name: "", formula: "~ kind", design: design.matrix, tests: tests)]
        try expectAgreement(inputs, "a factor of three levels")
    }
}
