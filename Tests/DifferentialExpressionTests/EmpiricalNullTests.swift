import DifferentialExpression
import Testing

@Suite("Empirical null")
struct EmpiricalNullTests {
    @Test("Missing statistics stay missing and change nothing")
    func missingStatistics() throws {
        let z = (0..<400).map { Double(($0 * 149) % 397 - 198) / 80 }
        let whole = try EmpiricalNull(fittedTo: z)
        let padded = try EmpiricalNull(fittedTo: [.nan] + z + [.nan])
        #expect(padded.parameters == whole.parameters)
        #expect(Array(padded.qValues[1...400]) == whole.qValues)
        #expect(padded.pValues[0].isNaN && padded.adjustedPValues[401].isNaN)
    }

    @Test(
        "A null far from the theoretical one, or with few null genes, is doubted",
        arguments: [
            (1.0, 0.95, []), (0.8, 0.8, []), (1.25, 0.8, []), (0.79, 0.95, [.narrow]), (0.455, 0.7, [.narrow]),
            (1.26, 0.95, [.wide]), (1.0, 0.79, [.fewNulls]), (1.4, 0.6, [.wide, .fewNulls]),
        ] as [(Double, Double, [EmpiricalNull.Doubt])])
    func doubts(standardDeviation: Double, eta0: Double, expected: [EmpiricalNull.Doubt]) {
        let parameters = EmpiricalNull.Parameters(
            cutoff: 2, censoredCount: 900, eta0: eta0, eta0StandardError: 0.01, standardDeviation: standardDeviation,
            standardDeviationStandardError: 0.01)
        #expect(parameters.doubts == expected)
    }

    @Test("Statistics that cannot have a null are an error")
    func unfitStatistics() {
        #expect(throws: EmpiricalNullError.tooFewStatistics(3)) {
            try EmpiricalNull(fittedTo: [1, .nan, -1, 0.5])
        }
        #expect(throws: EmpiricalNullError.noSpread) {
            try EmpiricalNull(fittedTo: [Double](repeating: 0, count: 20) + [3])
        }
    }

    @Test(
        "Agrees with fdrtool",
        .enabled(if: DesignReference.isPresent),
        arguments: [
            ("pasilla_type_condition", "condition_treated_vs_untreated"),
            ("pasilla_condition", "condition_treated_vs_untreated"),
            ("pasilla_interaction", "typepaired.end.conditiontreated"),
            ("airway_cell_dex", "dex_trt_vs_untrt"),
            ("tbdc_extraction_treatment_rin", "rin"),
            ("tbdc_status_treatment", "status_suscep_vs_resist"),
            ("cohort_stir_volume", "stir_volume"),
            ("cohort_stir_volume_cells", "stir_volume"),
        ])
    func agreesWithReference(design: String, result: String) throws {
        let reference = DesignReference(design)
        let results = try reference.table("expected_results_\(result).tsv.gz")
        let (z, p) = (try results.doubles("stat"), try results.doubles("pvalue"))
        let tested = z.indices.filter { !p[$0].isNaN }
        let null = try EmpiricalNull(fittedTo: z.indices.map { p[$0].isNaN ? .nan : z[$0] })

        let expected = try reference.json("expected_fdrtool_\(result)_param.json")
        let parameters = null.parameters
        func number(_ name: String) -> Double { expected.number("all_nonNA_pvalue", "normal", name) }
        #expect(parameters.censoredCount == Int(number("N.cens")))
        // The minimiser stops by comparing nearly equal values of the likelihood.
        #expect(
            worstRelativeDifference(
                [parameters.cutoff, parameters.eta0, parameters.eta0StandardError, parameters.standardDeviation],
                [number("cutoff"), number("eta0"), number("eta0.SE"), number("sd")]) < 1e-10)
        // A second difference of the likelihood loses half of its digits.
        #expect(worstRelativeDifference([parameters.standardDeviationStandardError], [number("sd.SE")]) < 1e-5)

        let genes = try reference.table("expected_fdrtool_\(result).tsv.gz")
        let names = results.strings(column: 0)
        #expect(tested.map { names[$0] } == genes.strings(column: 0))
        // Where `2 - 2Φ` is left with n digits, so are these.
        for (values, column) in [
            (null.pValues, "pval"), (null.qValues, "qval"), (null.localFalseDiscoveryRates, "lfdr"),
            (null.adjustedPValues, "bh"),
        ] {
            let difference = worstRelativeDifference(tested.map { values[$0] }, try genes.doubles(column), floor: 1e-6)
            #expect(difference < 1e-8, "\(column)")
        }
    }

    @Test(
        "Agrees with fdrtool's parameters where no columns were kept", .enabled(if: DesignReference.isPresent),
        arguments: ["stir_composite", "stir_intensity"], ["", "_cells"])
    func parametersAgreeWithReference(exposure: String, adjustment: String) throws {
        let reference = DesignReference("cohort_\(exposure)\(adjustment)")
        let results = try reference.table("expected_results_\(exposure).tsv.gz")
        let (z, p) = (try results.doubles("stat"), try results.doubles("pvalue"))
        let null = try EmpiricalNull(fittedTo: z.indices.map { p[$0].isNaN ? .nan : z[$0] })
        let expected = try reference.json("expected_fdrtool_\(exposure)_param.json")
        let (sd, eta0) = (
            expected.number("all_nonNA_pvalue", "normal", "sd"), expected.number("all_nonNA_pvalue", "normal", "eta0")
        )
        #expect(
            worstRelativeDifference([null.parameters.standardDeviation, null.parameters.eta0], [sd, eta0]) < 1e-10)
        #expect(
            null.adjustedPValues.filter { $0 < 0.05 }.count
                == Int(expected.number("all_nonNA_pvalue", "n_bh_below_0.05")))
    }
}
