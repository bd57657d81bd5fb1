import ExpressionData

/// The names of options, in sentences that a study's reader sees.
///
/// Readers and models speak of options, as most of their users know them; in a
/// study file the same things are keys.
package enum StudyKeys {
    /// The text with `--size-factors` written as the study file's `size-factors:`, and so on.
    package static func naming(_ text: String) -> String {
        keys.reduce(text) { text, key in
            var result = ""
            var rest = text[...]
            while let range = rest.firstRange(of: "--" + key) {
                result += rest[..<range.lowerBound]
                let next = rest[range.upperBound...].first
                let isWhole = next.map { !$0.isLetter && $0 != "-" } ?? true
                result += isWhole ? "`\(key):`" : String(rest[range])
                rest = rest[range.upperBound...]
            }
            return result + rest
        }
    }

    private static let keys = [
        "counts-format", "samples", "tx2gene", "gene-lengths", "scaled-counts", "strandedness", "annotation",
        "strip-versions", "collapse-replicates",
        "size-factors", "control-genes", "dispersion-trend", "empirical-null", "weight", "use-t", "lfc-threshold",
        "fpkm", "fpm-robust", "basepairs",
    ]
}

extension InputError {
    /// The same error in the words of a study file.
    var namingStudyKeys: InputError {
        var error = self
        error.problem = StudyKeys.naming(problem)
        error.remedy = StudyKeys.naming(remedy)
        return error
    }
}

extension InputWarning {
    /// The same finding in the words of a study file.
    var namingStudyKeys: InputWarning {
        InputWarning(severity, place: place, StudyKeys.naming(message))
    }
}
