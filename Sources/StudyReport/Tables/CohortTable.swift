import ExpressionFormats
import Figures
import StoredRuns

/// The cohort's characteristics, as the first table of a paper has them.
enum CohortTable {
    /// One row per numeric column and per level of a factor: samples with a value, mean (SD), median (IQR), range, and of
    /// levels the count (%).
    static func columns(of samples: SampleRows) -> [TableColumn] {
        var rows: [[String]] = []
        for (name, values) in samples.columns {
            switch values {
            case .numeric(let numbers):
                let finite = numbers.filter(\.isFinite)
                rows.append([name, "", "\(finite.count)"] + summary(of: finite) + [""])
            case .factor(let codes, let levels):
                let known = codes.count { $0 >= 0 }
                for (level, label) in levels.enumerated() {
                    let count = codes.count { $0 == level }
                    let percent = fixed(100 * Double(count) / Double(max(known, 1)), decimals: 1)
                    rows.append([name, label, "\(known)", "", "", "", "\(count) (\(percent))"])
                }
            }
        }
        let names = ["variable", "level", "n", "mean (SD)", "median (IQR)", "range", "count (%)"]
        return names.enumerated().map { index, name in TableColumn(name, .strings(rows.map { $0[index] })) }
    }

    private static func summary(of values: [Double]) -> [String] {
        guard !values.isEmpty else { return ["", "", ""] }
        let n = Double(values.count)
        let mean = values.reduce(0, +) / n
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        let deviation = n > 1 ? (squares / (n - 1)).squareRoot() : 0
        let range = (values.max() ?? 0) - (values.min() ?? 0)
        let decimals = range >= 100 ? 0 : range >= 1 ? 1 : 3
        func text(_ value: Double) -> String { fixed(value, decimals: decimals) }
        return [
            "\(text(mean)) (\(text(deviation)))",
            "\(text(quantile(values, 0.5))) (\(text(quantile(values, 0.75) - quantile(values, 0.25))))",
            "\(text(values.min() ?? 0)) to \(text(values.max() ?? 0))",
        ]
    }
}
