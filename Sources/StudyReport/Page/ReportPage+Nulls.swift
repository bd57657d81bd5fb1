import NetworkFormats
import SamplePermutation
import StoredRuns

// What the page says of null distributions, and of lists that several exposures share.

extension ReportPage {
    /// What the page needs to know of the permuted samples of an analysis.
    func nulls(of permutation: StoredPermutation) -> JSONValue {
        let nulls = StatisticNulls(permutation)
        let words = [
            "theoretical": nulls.isSigned ? "theoretical: standard normal" : "theoretical: chi-square",
            "fdrtool": "fitted: by fdrtool's rules to the statistics themselves",
            "permutations":
                "permuted: \(NumberWords.counted(permutation.permutations, "shuffle")) of samples, all genes together",
        ]
        var members: [String: JSONValue] = [
            "statistic": .string(permutation.statistic == "wald" ? "Wald" : "score"),
            "rows": .array(
                nulls.nulls.filter { $0.count(below: 1) != nil }.map { null in
                    .array([
                        .string(words[null.name] ?? null.name), Self.number(null.mean),
                        Self.number(null.standardDeviation), Self.number(null.eta0),
                        Self.number(null.count(below: 0.05)), Self.number(null.count(below: 0.001)),
                        Self.number(null.adjustedCount(below: 0.05)),
                    ])
                }),
        ]
        members["flips"] = run.record.schemeComparisons?[permutation.place].map { .string($0) }
        return .object(members)
    }

    /// Where p and q of an analysis's sets come from.
    func setNull(of permutation: StoredPermutation?) -> JSONValue {
        let words = SetNullWords(run, permutation: permutation)
        return .object([
            "used": .string(words.used), "other": .string(words.other), "calibration": .string(words.calibration),
            "page": .string(SetNullWords.page),
        ])
    }

    var overlaps: JSONValue {
        .array(
            OverlapComparison.all(of: run.overlaps).map { comparison in
                .object([
                    "kind": .string(comparison.isOfSets ? "gene sets" : "genes"),
                    "adjustment": .string(comparison.adjustment), "exposures": Self.texts(comparison.exposures),
                    "lengths": .array(comparison.joint.lengths.map { .integer($0) }),
                    "observed": .integer(comparison.joint.observed), "joint": Self.under(comparison.joint),
                    "conditional": .array(comparison.conditional.map(Self.under)), "words": .string(comparison.words),
                ])
            })
    }

    private static func under(_ overlap: StoredOverlap) -> JSONValue {
        .object([
            "kept": .string(overlap.kept ?? ""), "expected": number(overlap.expected), "p": number(overlap.pValue),
            "permutations": .integer(overlap.permutations),
        ])
    }

    private static func number(_ value: Int?) -> JSONValue { value.map { .integer($0) } ?? .string("NA") }
    private static func number(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .string("NA") }
}
