import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import JobEngine
import Testing

/// The first stage: which genes are analysed, and how deep the samples are.
@Suite("Gene filter and size factors, as a stage")
struct NormalizationTests {
    /// Plays the first stage alone.
    private func normalized(_ inputs: StudyInputs) throws -> StudyResults {
        var player = StudyPlayer(inputs: inputs, stages: Array(StudyMethod.stages.prefix(1)))
        return try player.play()
    }

    @Test("Genes that are excluded are left out, and size factors are of the others")
    func exclusions() throws {
        var inputs = try ExampleStudy.expression()
        inputs.exclusions = ExampleStudy.geneNames.indices.map { $0 % 4 == 0 ? "low-counts" : nil }
        let results = try normalized(inputs)
        #expect(results.analysedGenes == ExampleStudy.geneNames.indices.filter { $0 % 4 != 0 })
        let counts = try #require(inputs.counts)
        let left = CountMatrix(
            geneIDs: results.analysedGenes.map { counts.geneIDs[$0] }, sampleNames: counts.sampleNames,
            counts: results.analysedGenes.flatMap { counts.counts(ofGene: $0) })
        #expect(try results.sizeFactors == SizeFactors(estimatedFrom: left, by: .medianOfRatios).values)
        #expect(try results.sizeFactors != normalized(ExampleStudy.expression()).sizeFactors)
    }

    @Test("Size factors that are given are taken as they are, whatever method the settings name")
    func given() throws {
        var inputs = try ExampleStudy.expression { $0.sizeFactors = .poscounts }
        inputs.sizeFactors = (0..<8).map { 0.5 + Double($0) / 4 }
        #expect(try normalized(inputs).sizeFactors == inputs.sizeFactors)
    }

    @Test("Each method of size factors is the one that is named")
    func methods() throws {
        let counts = try #require(try ExampleStudy.expression().counts)
        for (source, expected) in [
            (.ratio, try SizeFactors(estimatedFrom: counts, by: .medianOfRatios).values),
            (.poscounts, try SizeFactors(estimatedFrom: counts, by: .positiveCounts).values),
            (.iterate, try SizeFactors(iteratedFrom: counts).values),
        ] as [(SizeFactorSource, [Double])] {
            #expect(try normalized(ExampleStudy.expression { $0.sizeFactors = source }).sizeFactors == expected)
        }
    }

    @Test("Control genes that the filter leaves are used; where it leaves none that is an input error")
    func controlGenes() throws {
        var inputs = try ExampleStudy.expression()
        inputs.controlGenes = [3, 50, 51, 52, 119]
        inputs.exclusions = ExampleStudy.geneNames.indices.map { $0 == 3 ? "low-counts" : nil }
        let counts = try #require(inputs.counts)
        let genes = [50, 51, 52, 119]
        let controls = CountMatrix(
            geneIDs: genes.map { counts.geneIDs[$0] }, sampleNames: counts.sampleNames,
            counts: genes.flatMap { counts.counts(ofGene: $0) })
        #expect(
            try normalized(inputs).sizeFactors == SizeFactors(estimatedFrom: controls, by: .medianOfRatios).values)
        inputs.controlGenes = [3]
        let error = #expect(throws: InputError.self) { try normalized(inputs) }
        #expect(error?.problem == "none of the 1 control genes passes the gene filter" && error?.remedy != "")
    }

    @Test("With normalization factors there are no size factors to report")
    func factors() throws {
        var inputs = try ExampleStudy.expression()
        inputs.normalizationFactors = (0..<120 * 8).map { 0.5 + Double($0 % 13) / 8 }
        #expect(try normalized(inputs).sizeFactors.isEmpty)
    }

    @Test("A study from a ranked list has no genes to analyse, and the stage nothing to do")
    func rankedList() throws {
        let results = try normalized(ExampleStudy.inputs(.randomSets))
        #expect(results.analysedGenes.isEmpty && results.sizeFactors.isEmpty && results.analyses.isEmpty)
    }

    @Test("What of a study is refused for its data is a refusal of inputs, not a mistake of the program")
    func refusals() {
        struct Mistake: Error {}
        let errors: [any Error] = [InputError("a", remedy: "b"), Mistake()]
        #expect(errors.map { $0 is any InputRefusal } == [true, false])
    }
}

/// Transformed counts: of which genes their trend is, and what is said where it cannot be so.
@Suite("Transformed counts, as a stage")
struct TransformStageTests {
    private func played(_ change: @escaping (inout AnalysisSettings) -> Void) throws -> StudyResults {
        var player = StudyPlayer(inputs: try ExampleStudy.expression { change(&$0) })
        return try player.play()
    }

    @Test("There is a finite value for every count of the analysed genes, and none where none was asked for")
    func values() throws {
        for transform in [AnalysisSettings.Transform.varianceStabilization, .regularizedLogarithm] {
            for isBlind in [true, false] {
                let values = try played { ($0.transform, $0.transformBlind) = (transform, isBlind) }.transformedCounts
                #expect(values.count == 120 * 8 && values.allSatisfy(\.isFinite), "\(transform) \(isBlind)")
            }
        }
        #expect(try played { $0.transform = .off }.transformedCounts.isEmpty)
    }

    @Test("A transform leaves fits and tests as they are")
    func beside() throws {
        let without = try played { $0.transform = .off }.analyses[0]
        let with = try played { ($0.transform, $0.transformBlind) = (.varianceStabilization, true) }.analyses[0]
        #expect(with.fits.dispersion.map(\.bitPattern) == without.fits.dispersion.map(\.bitPattern))
        #expect(
            with.tests[0].table.pValues.map(\.bitPattern) == without.tests[0].table.pValues.map(\.bitPattern))
    }

    @Test("Where fewer genes are expressed than the trend is to be of, all are taken and that is said")
    func fewGenes() throws {
        let all = try played { $0.transform = .varianceStabilization }
        let few = try played { ($0.transform, $0.transformGenes) = (.varianceStabilization, TrendGenes(text: "1000")!) }
        #expect(few.transformedCounts.map(\.bitPattern) == all.transformedCounts.map(\.bitPattern))
        #expect(few.warnings.count { $0.contains("fewer than 1000 genes") } == 1, "\(few.warnings)")
        #expect(!all.warnings.contains { $0.contains("fewer than") })
    }

    @Test("Fifty genes' trend is another than that of all, and as blind as it was asked for")
    func trendGenes() throws {
        let fifty = TrendGenes(text: "50")!
        let blind = try played { ($0.transform, $0.transformGenes) = (.varianceStabilization, fifty) }
        let all = try played { $0.transform = .varianceStabilization }
        #expect(blind.transformedCounts != all.transformedCounts && blind.warnings == all.warnings)
        let sighted = try played {
            ($0.transform, $0.transformGenes, $0.transformBlind) = (.varianceStabilization, fifty, false)
        }
        #expect(sighted.transformedCounts != blind.transformedCounts)
    }
}
