import ExpressionFormats
import Foundation
import Testing

/// What apeglm makes of one coefficient, and how closely its searches can be followed.
struct ApeglmGolden: Sendable, CustomTestStringConvertible {
    var design: String
    var option = "apeglm"
    var formula: String
    var coefficient: String
    var arguments: [String] = []

    /// Differences of the mode in posterior deviations, relative ones of the deviation, absolute ones of the s-value.
    ///
    /// The first two searches stop where the objective changes by 1e-8 of itself, and the third where it does by
    /// 1.5e-8. Beside numeric covariates far from zero that is far from the maximum, on paths that the last digits of
    /// the objective bend. There apeglm, built for AVX2 with fused multiplication, differs from itself by up to 0.15
    /// deviations and 0.11 of an s-value, as we do from it.
    var worst = 1e-4

    /// How many genes' modes or deviations may differ by more than 1e-4; of apeglm with itself 11 % do.
    var share = 0.0

    var testDescription: String { design + ", " + option }

    static let all = [
        ApeglmGolden(
            design: "saturated", formula: "~ genotype * treatment", coefficient: "genotypemut.treatmentdrug",
            arguments: ["--reference", "genotype=wt", "--reference", "treatment=none"]),
        ApeglmGolden(
            design: "two_group", option: "apeglm_threshold", formula: "~ condition",
            coefficient: "condition_treated_vs_control", arguments: ["--lfc-threshold", "1"]),
        ApeglmGolden(
            design: "two_group", option: "apeglm_weights", formula: "~ condition",
            coefficient: "condition_treated_vs_control",
            arguments: ["--weights", OptionGolden.folder + "two_group.apeglm_observation_weights.tsv.gz"]),
        ApeglmGolden(
            design: "batch_exposure", option: "apeglm_exposure", formula: "~ batch + age + exposure",
            coefficient: "exposure", worst: 0.2, share: 0.2),
        ApeglmGolden(
            design: "batch_exposure", option: "apeglm_age", formula: "~ batch + age + exposure", coefficient: "age",
            worst: 0.2, share: 0.2),
        ApeglmGolden(
            design: "two_against_two", formula: "~ condition", coefficient: "condition_treated_vs_control"),
        ApeglmGolden(design: "doses", formula: "~ dose + dose:condition", coefficient: "dose.conditiontreated"),
    ]
}

@Suite("Fold changes shrunken by apeglm")
struct ShrinkageGoldenTests {
    @Test("Agree in modes, deviations and s-values, and have the same genes missing", arguments: ApeglmGolden.all)
    func apeglm(_ golden: ApeglmGolden) throws {
        let folder = try TemporaryFolder()
        let inputs = packageRoot + "/datasets/goldens/de/" + golden.design
        let isOwn = !FileManager.default.fileExists(atPath: inputs)
        let own = OptionGolden.folder + golden.design
        let run = try ModicumProcess(
            [
                "de", "--counts", isOwn ? own + ".counts.tsv.gz" : inputs + "/counts.tsv", "--samples",
                isOwn ? own + ".samples.tsv" : inputs + "/samples.tsv", "--design", golden.formula, "--coefficient",
                golden.coefficient, "--shrink", "apeglm", "--out", folder("out"), "--quiet",
            ] + golden.arguments
        ).finish()
        #expect(run.status == 0, "\(run.errors)")
        let ours = try DelimitedTable(path: folder("out/results.\(golden.coefficient).tsv"))
        let theirs = try DelimitedTable(path: OptionGolden.folder + "\(golden.design).\(golden.option).tsv.gz")
        let genes = theirs.strings(column: 0)
        #expect(ours.strings(column: 0) == genes)
        func columns(_ table: DelimitedTable) throws -> (mode: [Double], deviation: [Double], rate: [Double]) {
            (
                try table.doubles("log2FoldChangeShrunk"), try table.doubles("lfcSEShrunk"),
                try table.doubles("svalue")
            )
        }
        let (found, expected) = (try columns(ours), try columns(theirs))
        var beyond = 0
        var compared = 0
        for (row, gene) in genes.enumerated() {
            #expect(found.mode[row].isNaN == expected.mode[row].isNaN, "\(gene)")
            #expect(found.deviation[row].isNaN == expected.deviation[row].isNaN, "\(gene)")
            #expect(found.rate[row].isNaN == expected.rate[row].isNaN, "\(gene)")
            guard !expected.deviation[row].isNaN else { continue }
            compared += 1
            let distance = abs(found.mode[row] - expected.mode[row]) / expected.deviation[row]
            let width = abs(found.deviation[row] / expected.deviation[row] - 1)
            let rate = abs(found.rate[row] - expected.rate[row])
            if max(distance, width) > 1e-4 { beyond += 1 }
            #expect(
                distance <= golden.worst && width <= golden.worst && rate <= golden.worst,
                "\(gene): \(found.mode[row]) ± \(found.deviation[row]) instead of \(expected.mode[row]) ± \(expected.deviation[row])"
            )
        }
        #expect(compared > 90)
        #expect(Double(beyond) <= golden.share * Double(compared), "\(beyond) of \(compared)")
    }
}
