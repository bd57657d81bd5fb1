import DifferentialExpression
import ExpressionData
import ExpressionFormats
import StatisticalKernels
import Testing

@Suite("Normal priors on the coefficients")
struct CoefficientPriorTests {
    @Test("Shrunken fold changes agree with DESeq2", .enabled(if: DesignReference.isPresent))
    func agreesWithReference() throws {
        let golden = try GoldenFit("pasilla_type_condition")
        let table = try golden.reference.table("expected_genes.tsv.gz")
        let names = golden.context.design.columnNames
        let columns = try names.map { try table.doubles($0) }
        let estimates = UnshrunkenEstimates(
            beta: golden.genes.names.indices.flatMap { gene in columns.map { $0[gene] } },
            baseMeans: try table.doubles("baseMean"), dispFit: try table.doubles("dispFit"))
        let prior = CoefficientPrior(matching: estimates, of: golden.context.design)
        let json = try golden.reference.json("design.json")
        let expected = ["Intercept", "typepaired.end", "conditiontreated"].map {
            json.number("lfcShrink", "condition_treated_vs_untreated", "normal_betaPriorVar", $0)
        }
        // A quantile of given numbers, squared.
        #expect(worstRelativeDifference(prior.variances, expected) < 1e-12)

        let context = ModelContext(
            design: golden.context.design, sizeFactors: golden.context.sizeFactors, prior: prior)
        let fits = FixedDispersionFits(
            fitting: golden.block, dispersion: try table.doubles("dispersion"), in: context)
        let results = try golden.reference.table("expected_shrink_condition_treated_vs_untreated.tsv.gz")
        let genes = golden.genes.names
        #expect(results.strings(column: 0) == genes)
        let change = Differences(
            genes.indices.map { fits.beta[$0 * 3 + 2] }, try results.doubles("normal_lfc"), names: genes,
            isRelative: false)
        let error = Differences(
            genes.indices.map { fits.standardError[$0 * 3 + 2] }, try results.doubles("normal_se"), names: genes,
            isRelative: true)
        // The iteration's own limits, as in the unshrunken fits.
        #expect(change.share(above: 1e-9) <= 1e-3 && change.worst < 1e-5, "\(change)")
        #expect(error.share(above: 1e-9) <= 1e-3 && error.worst < 1e-5, "\(error)")
    }

    @Test(
        "Priors on all levels, on one coefficient and for a contrast agree with DESeq2",
        arguments: ["two_group", "batch_exposure", "three_residual_df", "one_residual_df"])
    func agreesWithOwnGoldens(_ name: String) throws {
        let golden = try GoldenFit(DesignReference(own: name))
        let table = try golden.reference.table("expected_genes.tsv.gz")
        let genes = golden.genes.names
        let json = try golden.reference.json("design.json")
        let design = try Self.design(golden, json)
        #expect(design.matrix.values == golden.context.design.values)
        let columns = try design.matrix.columnNames.map { try table.doubles($0) }
        // Of genes whose outliers were replaced the table has the second fit; so has DESeq2's prior of `lfcShrink`.
        let estimates = UnshrunkenEstimates(
            beta: genes.indices.flatMap { gene in columns.map { $0[gene] } },
            baseMeans: try table.doubles("baseMean"), dispFit: try table.doubles("dispFit"))
        let expandedDesign = try ExpandedDesign(of: design)
        let standard = CoefficientPrior(matching: estimates, of: design.matrix)
        let expanded = CoefficientPrior(matching: estimates, of: expandedDesign)
        func variances(_ key: String) -> [String: Any] {
            (json["shrunken"] as? [String: Any])?[key] as? [String: Any] ?? [:]
        }
        let contrastVariances = expandedDesign.matrix.columnNames.map { variances("contrastPriorVar").number($0) }
        #expect(worstRelativeDifference(expanded.variances, contrastVariances) < 1e-12)
        let rawNames = try Self.rawNames(design)
        let standardVariances = rawNames.map { variances("normalPriorVar").number($0) }
        #expect(worstRelativeDifference(standard.variances, standardVariances) < 1e-12)

        let dispersion = try table.doubles("dispersion")
        let shrunken = try golden.reference.table("expected_shrink_normal.tsv.gz")
        let order = design.matrix.columnCount
        let iterations = try table.doubles("betaIter")
        func isComparable(_ row: Int) -> Bool { iterations[row] < 100 }
        let byName = FixedDispersionFits(
            fitting: golden.block, dispersion: dispersion,
            in: ModelContext(design: design.matrix, sizeFactors: golden.context.sizeFactors, prior: standard))
        try expect(genes.indices.map { byName.beta[$0 * order + order - 1] }, shrunken, "normal_lfc")
        try expect(genes.indices.map { byName.standardError[$0 * order + order - 1] }, shrunken, "normal_se")

        // The first factor's last level against its reference.
        let levels = expandedDesign.priorSources.indices.filter {
            if case .factor(let columns) = expandedDesign.priorSources[$0] { return columns.contains(1) }
            return false
        }
        var weights = [Double](repeating: 0, count: expandedDesign.matrix.columnCount)
        weights[levels[0]] = -1
        weights[levels[levels.count - 1]] = 1
        let expandedContext = ModelContext(
            design: expandedDesign.matrix, sizeFactors: golden.context.sizeFactors, prior: expanded)
        let byContrast = FixedDispersionFits(
            fitting: golden.block, dispersion: dispersion, contrasts: [ContrastWeights(weights: weights)],
            in: expandedContext)
        let isZero = Self.areLevelsWithoutCounts(golden, expandedDesign.matrix, levels)
        try expect(
            genes.indices.map { isZero[$0] ? 0 : byContrast.contrastEstimate[$0] }, shrunken, "contrast_lfc")
        try expect(byContrast.contrastStandardError, shrunken, "contrast_se")

        // With `betaPrior` the prior is matched before outliers are replaced, and replaced genes are fitted to what replaced them.
        if try table.booleans("replace").contains(true) { return }
        let all = try golden.reference.table("expected_betaprior.tsv.gz")
        let coefficients = expandedDesign.matrix.columnNames
        for (column, coefficient) in coefficients.enumerated() {
            try expect(genes.indices.map { byContrast.beta[$0 * coefficients.count + column] }, all, coefficient)
            try expect(
                genes.indices.map { byContrast.standardError[$0 * coefficients.count + column] }, all,
                "SE_" + coefficient)
        }

        func expect(_ values: [Double], _ table: DelimitedTable, _ column: String) throws {
            let differences = Differences(
                values, try table.doubles(column), names: genes, isRelative: column.contains("SE_"),
                where: isComparable)
            #expect(differences.worst < 1e-8, "\(column): \(differences)")
        }
    }

    /// The design as a user gives it: formula and samples.
    private static func design(_ golden: GoldenFit, _ json: [String: Any]) throws -> Design {
        let table = try golden.reference.table("samples.tsv")
        let factors = json["factors"] as? [String: Any] ?? [:]
        let columns = try table.columnNames.dropFirst().map { name -> SampleTable.Column in
            guard let given = factors[name] else {
                return SampleTable.Column(name: name, values: .numeric(try table.doubles(name)))
            }
            let levels = given as? [String] ?? []
            return SampleTable.Column(
                name: name, values: .factor(Factor(try table.strings(name).map { $0 }, levels: levels)))
        }
        let samples = SampleTable(sampleNames: table.strings(column: 0), columns: columns)
        return try Design(DesignFormula(parsing: json["formula"] as? String ?? ""), samples: samples)
    }

    /// R's names of the standard design's columns, such as `conditiontreated`.
    private static func rawNames(_ design: Design) throws -> [String] {
        design.coefficients.map { coefficient in
            guard let term = coefficient.term else { return "Intercept" }
            let variable = design.formula.terms[term].variables[0]
            guard let level = coefficient.levels[0],
                case .factor(let factor)? = design.samples.column(named: variable)?.values
            else { return variable }
            return variable + factor.levels[level]
        }
    }

    /// Which genes have no count in any sample of a factor's first and last level.
    private static func areLevelsWithoutCounts(
        _ golden: GoldenFit, _ matrix: DesignMatrix, _ levels: [Int]
    ) -> [Bool] {
        let samples = (0..<matrix.sampleCount).filter {
            matrix[$0, levels[0]] != 0 || matrix[$0, levels[levels.count - 1]] != 0
        }
        return golden.genes.rows.map { row in
            let counts = Array(golden.counts.counts(ofGene: row))
            return counts.contains { $0 != 0 } && samples.allSatisfy { counts[$0] == 0 }
        }
    }

    @Test("A factor's levels are shrunken alike, whichever is the reference")
    func symmetry() throws {
        let samples = 9
        let levels = ["a", "b", "c"]
        let values = (0..<samples).map { levels[$0 % 3] }
        let counts: [Int32] = [3, 9, 40, 5, 12, 31, 2, 7, 55, 100, 90, 130, 88, 140, 111, 93, 120, 99]
        var fits: [[Double]] = []
        for order in [levels, ["c", "a", "b"]] {
            let table = SampleTable(
                sampleNames: (0..<samples).map { "s\($0)" },
                columns: [.init(name: "group", values: .factor(Factor(values, levels: order)))])
            let expanded = try ExpandedDesign(of: Design(DesignFormula(parsing: "~ group"), samples: table))
            let context = ModelContext(
                design: expanded.matrix, sizeFactors: [Double](repeating: 1, count: samples),
                prior: CoefficientPrior(variances: [1e6, 0.3, 0.3, 0.3]))
            let fit = FixedDispersionFits(
                fitting: CountBlock(counts: counts, sampleCount: samples), dispersion: [0.2, 0.01], in: context)
            let columns = levels.map { expanded.matrix.columnNames.firstIndex(of: "group" + $0)! }
            fits.append((0..<2).flatMap { gene in columns.map { fit.beta[gene * 4 + $0] } })
        }
        // The order of sums differs.
        #expect(worstRelativeDifference(fits[0], fits[1], floor: 1) < 1e-10)
    }

    @Test("Interactions are refused by name")
    func interactions() throws {
        let table = SampleTable(
            sampleNames: (0..<8).map { "s\($0)" },
            columns: [
                .init(name: "a", values: .factor(Factor((0..<8).map { "x\($0 % 2)" }))),
                .init(name: "b", values: .factor(Factor((0..<8).map { "y\($0 / 4)" }))),
            ])
        let design = try Design(DesignFormula(parsing: "~ a * b"), samples: table)
        let error = #expect(throws: InputError.self) { try ExpandedDesign(of: design) }
        #expect(error?.description.contains("a:b") == true)
    }

    @Test("A design without intercept has no normal prior", arguments: ["~ 0 + a", "~ a + 0", "~ 0 + x + a"])
    func noIntercept(formula: String) throws {
        let table = SampleTable(
            sampleNames: (0..<8).map { "s\($0)" },
            columns: [
                .init(name: "a", values: .factor(Factor((0..<8).map { "x\($0 % 2)" }))),
                .init(name: "x", values: .numeric((0..<8).map { Double($0 * $0) })),
            ])
        let design = try Design(DesignFormula(parsing: formula), samples: table)
        let error = #expect(throws: InputError.self) { try ExpandedDesign(of: design) }
        #expect(error?.problem.contains("no intercept") == true)
        #expect(error?.remedy.contains("--contrast") == true)
    }

    @Test("The weighted quantile with equal weights is the plain one at its steps")
    func weightedQuantiles() {
        let values = [5.0, 1, 4, 2, 3]
        #expect(weightedQuantile(0.5, of: values, weights: [2, 2, 2, 2, 2]) == 3)
        #expect(weightedQuantile(0, of: values, weights: [2, 2, 2, 2, 2]) == 1)
        #expect(weightedQuantile(1, of: values, weights: [2, 2, 2, 2, 2]) == 5)
        // A value without weight is not there; a heavy one is met early.
        #expect(
            weightedQuantile(0.5, of: [1, 2, 3], weights: [0, 1, 1])
                == weightedQuantile(0.5, of: [2, 3], weights: [1, 1]))
        #expect(weightedQuantile(0.5, of: values, weights: [100, 1, 1, 1, 1]) == 5)
        #expect(weightedQuantile(0.5, of: [], weights: []).isNaN)
    }
}
