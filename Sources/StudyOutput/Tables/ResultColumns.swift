import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import RunStore

/// One column of a result table, for the TSV file, the store and the page of columns alike.
package struct ResultColumn: Sendable {
    package enum Values: Sendable {
        /// NaN is NA.
        case doubles([Double])

        /// The doubles of `count` rows, made some rows at a time as they are written: a run has dozens of columns. What
        /// the rows are made from is prepared when the column is written, and kept no longer.
        case computed(count: Int, @Sendable () -> @Sendable (_ rows: Range<Int>) -> [Double])

        case integers([Int32?])
        /// nil is NA.
        case logicals([Bool?])
        case texts([String])

        /// Texts of which few differ; an empty one is missing.
        case words([String])
    }

    package let name: String
    package let values: Values
    package let definition: String
    package let unit: ColumnUnit

    package init(_ name: String, _ values: Values, _ definition: String, unit: ColumnUnit = .none) {
        self.name = name
        self.values = values
        self.definition = definition
        self.unit = unit
    }

    /// The column under another name.
    package func named(_ name: String) -> ResultColumn { ResultColumn(name, values, definition, unit: unit) }
}

/// Lays vectors over the analysed genes out as the rows of a table.
package struct GeneSpread: Sendable {
    /// For each row its position among the analysed genes, or nil for a gene that was left out.
    package let positions: [Int?]

    /// The row's gene in the count table.
    private let genes: [Int]

    /// One row per gene of the count table: the rows of the text tables.
    package static func allGenes(_ results: StudyResults) -> GeneSpread {
        var positions = [Int?](repeating: nil, count: results.inputs.counts?.geneCount ?? 0)
        for (position, gene) in results.analysedGenes.enumerated() { positions[gene] = position }
        return GeneSpread(positions: positions, genes: Array(positions.indices))
    }

    /// One row per analysed gene: the rows of the store's tables.
    package static func analysedGenes(_ results: StudyResults) -> GeneSpread {
        GeneSpread(positions: results.analysedGenes.indices.map { $0 }, genes: results.analysedGenes)
    }

    /// Why a row is as it is: the gene filter's reason, or else the test's.
    package func reasons(_ tested: [ResultsTable.Reason?], exclusions: [String?]) -> [String] {
        zip(genes, positions).map { gene, position in
            guard let position else { return exclusions[gene] ?? "" }
            return tested[position]?.rawValue ?? ""
        }
    }

    package func doubles(_ values: [Double]) -> ResultColumn.Values {
        doubles(preparing: { values })
    }

    /// - Parameter value: The value of the analysed gene at a position.
    package func doubles(_ value: @escaping @Sendable (Int) -> Double) -> ResultColumn.Values {
        .computed(count: positions.count) { [positions] in { rows in positions[rows].map { $0.map(value) ?? .nan } } }
    }

    /// - Parameter make: The values of all analysed genes.
    package func doubles(preparing make: @escaping @Sendable () -> [Double]) -> ResultColumn.Values {
        .computed(count: positions.count) { [positions] in
            let values = make()
            return { rows in positions[rows].map { $0.map { values[$0] } ?? .nan } }
        }
    }

    /// - Parameter known: Where the value means something; elsewhere it is NA.
    package func integers(_ values: [Int32], where known: [Bool]) -> ResultColumn.Values {
        .integers(positions.map { position in position.flatMap { known[$0] ? values[$0] : nil } })
    }

    package func logicals(_ values: [Bool], where known: [Bool]) -> ResultColumn.Values {
        .logicals(positions.map { position in position.flatMap { known[$0] ? values[$0] : nil } })
    }
}

extension ResultColumn {
    /// What is known of the genes: `symbol`, `chromosome`, `biotype`; none without an annotation.
    package static func annotation(of inputs: StudyInputs) -> [ResultColumn] {
        guard !inputs.annotation.isEmpty else { return [] }
        return [
            ResultColumn("symbol", .texts(inputs.annotation.map { $0.symbol ?? "" }), "gene symbol"),
            ResultColumn("chromosome", .words(inputs.annotation.map { $0.chromosome ?? "" }), "chromosome"),
            ResultColumn("biotype", .words(inputs.annotation.map { $0.biotype ?? "" }), "gene biotype"),
        ]
    }

    /// The columns of `results.<coefficient>.tsv` after the gene's name and annotation.
    package static func results(
        of test: TestResults, in analysis: AnalysisResults, inputs: StudyInputs, spread: GeneSpread
    )
        -> [ResultColumn]
    {
        let table = test.table
        let counted = analysis.geneWise.allZero.map { !$0 }
        let definitions = TestDefinitions(analysis, settings: inputs.configuration.differentialExpression)
        var columns = [
            ResultColumn(
                "baseMean", spread.doubles(table.baseMeans), "mean of normalized counts over all samples",
                unit: .counts),
            ResultColumn(
                "log2FoldChange", spread.doubles(table.log2FoldChanges),
                analysis.priorFits == nil
                    ? "maximum-likelihood log2 fold change" : "log2 fold change under a normal prior", unit: .log2),
            ResultColumn(
                "lfcSE", spread.doubles(table.standardErrors), "standard error of log2FoldChange", unit: .log2),
            ResultColumn("stat", spread.doubles(table.statistics), definitions.statistic, unit: .standardErrors),
            ResultColumn("pvalue", spread.doubles(table.pValues), definitions.pValue, unit: .probability),
            ResultColumn(
                "padj", spread.doubles(table.adjustedPValues),
                "Benjamini-Hochberg adjusted p-value after independent filtering", unit: .probability),
        ]
        if let null = table.empiricalNull {
            columns += [
                ResultColumn(
                    "pvalueEmpirical", spread.doubles(null.pValues), "p-value under fdrtool's empirical null",
                    unit: .probability),
                ResultColumn(
                    "padjEmpirical", spread.doubles(null.adjustedPValues),
                    "Benjamini-Hochberg adjusted pvalueEmpirical", unit: .probability),
                ResultColumn(
                    "lfdr", spread.doubles(null.localFalseDiscoveryRates), "local false discovery rate",
                    unit: .probability),
            ]
        }
        columns += shrunken(of: test, spread: spread)
        columns += entries(of: analysis, spread: spread) { _ in counted }.filter(\.entry.isOfResults).map(\.column)
        let reasons = spread.reasons(table.reasons, exclusions: inputs.exclusions)
        columns.append(ResultColumn("reason", .words(reasons), "why a value is missing or needs care"))
        return columns
    }

    /// The columns of `genes.tsv` after the gene's name.
    package static func intermediates(of analysis: AnalysisResults, spread: GeneSpread) -> [ResultColumn] {
        let (geneWise, fits) = (analysis.geneWise, analysis.fits)
        let counted = geneWise.allZero.indices.map { !geneWise.allZero[$0] || analysis.isNewlyAllZero[$0] }
        // A gene whose counts were all replaced by zero keeps its first fit where there was no other to refit.
        let fitted = fits.deviance.map { !$0.isNaN }
        var columns = entries(of: analysis, spread: spread) { known in
            switch known {
            case .always: geneWise.allZero.map { _ in true }
            case .ofGenesWithCounts: counted
            case .ofFittedGenes: fitted
            }
        }.map(\.column)
        columns += special(of: analysis, spread: spread, fitted: fitted)
        let expanded = analysis.priorFits.flatMap { prior in analysis.input.expandedDesign.map { (prior, $0) } }
        let names = expanded?.1.matrix.columnNames ?? analysis.input.design.columnNames
        let stride = names.count
        for (column, name) in names.enumerated() {
            let (betas, errors) = (
                expanded?.0.beta ?? fits.beta, expanded?.0.standardError ?? fits.standardError
            )
            let beta: @Sendable (Int) -> Double = { betas[$0 * stride + column] }
            let error: @Sendable (Int) -> Double = { errors[$0 * stride + column] }
            columns += [
                ResultColumn(name, spread.doubles(beta), "log2 coefficient", unit: .log2),
                ResultColumn("SE_" + name, spread.doubles(error), "its standard error, log2", unit: .log2),
                ResultColumn(
                    "WaldStatistic_" + name, spread.doubles { beta($0) / error($0) }, "its Wald statistic",
                    unit: .standardErrors),
                ResultColumn(
                    "WaldPvalue_" + name,
                    spread.doubles(preparing: { waldPValues(of: analysis, beta: beta, error: error) }),
                    "its two-sided Wald p-value", unit: .probability),
            ]
        }
        return columns.uniquelyNamed(besides: ["gene_id"])
    }

    /// The columns that the fits' own descriptions show, in the order of `genes.tsv`.
    ///
    /// - Parameter known: Which of the analysed genes have a value.
    private static func entries(
        of analysis: AnalysisResults, spread: GeneSpread, known: (TableEntry.Known) -> [Bool]
    ) -> [ShownColumn] {
        let trend = TableEntry.at(TableEntry.placeOfTrend, "dispersion of the trend at baseMean")
        let fits = analysis.fits.shownColumns(spread, known)
        // What a fit under a prior says of itself stands in the place of what the first one does.
        let prior = analysis.priorFits?.shownColumns(spread, known) ?? []
        let dispFit = ShownColumn(
            entry: trend,
            column: ResultColumn("dispFit", spread.doubles(analysis.dispFit), trend.meaning, unit: trend.unit))
        return
            (analysis.geneWise.shownColumns(spread, known) + [dispFit]
            + fits.map { fit in prior.first { $0.column.name == fit.column.name } ?? fit })
            .sorted { $0.entry.place < $1.entry.place }
    }

    /// The two-sided p-values of one coefficient for all analysed genes.
    private static func waldPValues(
        of analysis: AnalysisResults, beta: (Int) -> Double, error: (Int) -> Double
    ) -> [Double] {
        let genes = analysis.geneWise.allZero.indices
        let (freedom, refitted) = (analysis.degreesOfFreedom, analysis.refittedGenes)
        guard !freedom.isEmpty else {
            return DifferentialExpression.waldPValues(ofStatistics: genes.map { beta($0) / error($0) })
        }
        return genes.map { gene in
            waldTest(
                log2FoldChange: beta(gene), standardError: error(gene),
                null: refitted.contains(gene) ? .normal : .studentT(degreesOfFreedom: freedom[gene])
            ).pValue
        }
    }
}

extension [ResultColumn] {
    /// The columns with a number behind a name that is taken: a coefficient may be called `baseMean`, or as the index.
    func uniquelyNamed(besides reserved: Set<String> = []) -> [ResultColumn] {
        zip(self, uniqueNames(map(\.name), besides: reserved)).map { column, name in
            column.named(name)
        }
    }
}

/// A column of fits as a table shows it.
private struct ShownColumn {
    let entry: TableEntry
    let column: ResultColumn
}

extension GeneColumns {
    fileprivate func shownColumns(_ spread: GeneSpread, _ known: (TableEntry.Known) -> [Bool]) -> [ShownColumn] {
        Self.columns.compactMap { column in
            guard let entry = column.entry else { return nil }
            let values: ResultColumn.Values =
                switch column.values {
                case .doubles(let path): spread.doubles(self[keyPath: path])
                case .integers(let path): spread.integers(self[keyPath: path], where: known(entry.known))
                case .booleans(let path): spread.logicals(self[keyPath: path], where: known(entry.known))
                }
            return ShownColumn(
                entry: entry, column: ResultColumn(column.name, values, entry.meaning, unit: entry.unit))
        }
    }
}
