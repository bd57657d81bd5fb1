import ExpressionData
import ExpressionFormats

/// Size factors that a user gives: the columns `sample` and `sizeFactor`, as `size_factors.tsv` has them.
enum SizeFactorFile {
    /// Returns one positive size factor per sample, in the order of `samples`.
    static func read(_ file: InputFile, samples: [String]) throws -> [Double] {
        let table = try DelimitedTable(file)
        let names = try table.strings("sample")
        let values = try table.doubles("sizeFactor")
        var bySample: [String: Double] = [:]
        for (row, name) in names.enumerated() {
            guard values[row] > 0, values[row].isFinite else {
                throw InputError(
                    file: file.name, line: row + 2, sample: name, "the size factor \(values[row]) is not positive",
                    remedy: "Give a positive number for every sample.")
            }
            guard bySample.updateValue(values[row], forKey: name) == nil else {
                throw InputError(
                    file: file.name, line: row + 2, sample: name, "the sample occurs twice",
                    remedy: "Keep one line per sample.")
            }
        }
        return try samples.map { sample in
            guard let value = bySample[sample] else {
                throw InputError(
                    file: file.name, sample: sample, "there is no size factor for this sample",
                    remedy: "Add a line for it.")
            }
            return value
        }
    }
}
