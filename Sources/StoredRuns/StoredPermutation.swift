import RunStore

/// What permutations of samples left of one exposure in a finished run.
package struct StoredPermutation: Sendable {
    /// The group of the store that has it, by which `run.json` names it too.
    package let place: String

    /// Such as `residual`.
    package let scheme: String

    /// `score` or `wald`.
    package let statistic: String
    package let permutations: Int
    package let isEnumerated: Bool
    package let smallestPossibleP: Double

    /// By gene with a fit: the observed statistic, and the model's p of it.
    package let statistics: [Double]
    package let modelPValues: [Double]

    /// How many null statistics of all genes and permutations lie in each bin of `NullOfZ`, and their moments.
    package let nullBins: [UInt64]
    package let nullMean: Double
    package let nullDeviation: Double

    /// - Returns: Nil where no samples were permuted there.
    init?(at place: String, in document: RunDocument) throws {
        let table = place + "/gene_statistics"
        guard let attributes = document.attributes(ofGroup: table), let null = document[place + "/null_statistics"],
            case .string(let scheme) = attributes["scheme"], case .string(let statistic) = attributes["statistic"],
            case .integer(let permutations) = attributes["permutations"]
        else { return nil }
        self.place = place
        self.scheme = scheme
        self.statistic = statistic
        self.permutations = Int(permutations)
        isEnumerated = attributes["enumerated"] == .bool(true)
        func number(_ value: AttributeValue?) -> Double { if case .double(let number) = value { number } else { .nan } }
        smallestPossibleP = number(attributes["smallestPossibleP"])
        statistics = try document.doubles(table + "/statistic")
        modelPValues = try document.doubles(table + "/pvalueModel")
        nullBins = try document.uint64s(place + "/null_statistics")
        nullMean = number(null.attributes["mean"])
        nullDeviation = number(null.attributes["standardDeviation"])
    }
}

/// How much lists of several exposures share, under one null.
package struct StoredOverlap: Sendable, Equatable {
    /// Whether the lists are of gene sets, or of genes.
    package var isOfSets: Bool
    package var adjustment: String

    /// Whose lists are compared.
    package var exposures: [String]

    /// The exposure that stayed as it was while the other's was shuffled; nil: the rows of all were shuffled together.
    package var kept: String?
    package var shuffled: String?

    /// How many entries each list has, under every shuffle.
    package var lengths: [Int]
    package var observed: Int
    package var expected: Double
    package var pValue: Double
    package var permutations: Int

    package init(
        isOfSets: Bool, adjustment: String, exposures: [String], kept: String? = nil, shuffled: String? = nil,
        lengths: [Int], observed: Int, expected: Double, pValue: Double, permutations: Int
    ) {
        (self.isOfSets, self.adjustment, self.exposures) = (isOfSets, adjustment, exposures)
        (self.kept, self.shuffled, self.lengths) = (kept, shuffled, lengths)
        (self.observed, self.expected, self.pValue, self.permutations) = (observed, expected, pValue, permutations)
    }

    /// - Returns: None where no exposures were permuted together.
    static func all(in document: RunDocument) throws -> [StoredOverlap] {
        let table = "uns/permutation_family/overlaps"
        guard document.attributes(ofGroup: table) != nil else { return [] }
        func texts(_ name: String) throws -> [String] {
            let path = table + "/" + name
            guard document.attributes(ofGroup: path) != nil else { return try document.strings(path) }
            let (codes, categories) = try document.categorical(path)
            return codes.map { $0 < 0 ? "" : categories[$0] }
        }
        func numbers(_ name: String) throws -> [Double] { try document.doubles(table + "/" + name) }
        let (kinds, adjustments, exposures) = (try texts("kind"), try texts("adjustment"), try texts("exposures"))
        let (kept, shuffled, lengths) = (try texts("kept"), try texts("shuffled"), try texts("lengths"))
        let (observed, expected) = (try numbers("observed"), try numbers("expected"))
        let (p, permutations) = (try numbers("pvalue"), try numbers("permutations"))
        return kinds.indices.map { row in
            StoredOverlap(
                isOfSets: kinds[row] == "gene_sets", adjustment: adjustments[row],
                exposures: exposures[row].split(separator: ",").map(String.init),
                kept: kept[row].isEmpty ? nil : kept[row], shuffled: shuffled[row].isEmpty ? nil : shuffled[row],
                lengths: lengths[row].split(separator: ",").compactMap { Int($0) }, observed: Int(observed[row]),
                expected: expected[row], pValue: p[row], permutations: Int(permutations[row]))
        }
    }
}
