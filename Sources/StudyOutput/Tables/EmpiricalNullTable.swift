import AnalysisPipeline
import ExpressionFormats

extension EmpiricalNulls {
    /// The columns of `empirical_null.tsv`, a row per test: fdrtool's `param`.
    var columns: [TableColumn] {
        func numbers(_ name: String, _ value: (Entry) -> Double) -> TableColumn {
            TableColumn(name, .doubles(entries.map(value)))
        }
        return [
            TableColumn("analysis", .strings(entries.map(\.analysis))),
            TableColumn("test", .strings(entries.map(\.test))),
            numbers("genes") { Double($0.geneCount) }, numbers("cutoff") { $0.parameters.cutoff },
            numbers("N.cens") { Double($0.parameters.censoredCount) }, numbers("eta0") { $0.parameters.eta0 },
            numbers("eta0.SE") { $0.parameters.eta0StandardError }, numbers("sd") { $0.parameters.standardDeviation },
            numbers("sd.SE") { $0.parameters.standardDeviationStandardError },
        ]
    }
}
