import Testing

import StoredRuns
import StudyReport

@Suite("Numbers of the report")
struct StudyReportTests {
    @Test("A correlation has R's p-value: r = 0.684 over 96 samples has 1.6e-14")
    func correlation() {
        // Two columns with exactly that correlation: b is r·a and a part at right angles to a.
        let a = (0..<96).map { Double($0 % 2 == 0 ? 1 : -1) }
        let c = (0..<96).map { Double($0 / 2 % 2 == 0 ? 1 : -1) }
        let r = 0.684
        let found = Correlation(a, zip(a, c).map { r * $0 + (1 - r * r).squareRoot() * $1 })
        #expect(abs(found.coefficient - r) < 1e-12 && found.count == 96)
        #expect(abs(found.pValue / 1.58e-14 - 1) < 0.01)
    }

    @Test("Basophils below one percent are cell counts beside the others; shares of one are not")
    func cellCounts() {
        let percent: [(name: String, values: SampleRows.Values)] = [
            ("neutrophils", .numeric([60, 55])), ("Basophils", .numeric([0.4, 0.9])), ("dose", .numeric([1, 2])),
        ]
        let found = CohortColumns(columns: percent, tested: ["dose"], designs: ["neutrophils"])
        #expect(found.cells.map(\.name) == ["neutrophils", "Basophils"])
        #expect(
            found.covariates.map(\.name) == ["neutrophils", "Basophils"] && found.exposures.map(\.name) == ["dose"])
        let shares: [(name: String, values: SampleRows.Values)] = [
            ("neutrophils", .numeric([0.60, 0.55])), ("basophils", .numeric([0.004, 0.009])),
        ]
        #expect(CohortColumns(columns: shares, tested: [], designs: []).cells.isEmpty)
    }

    @Test("Missing values leave their pair out, and a constant has no correlation")
    func correlationOfFew() {
        let found = Correlation([1, 2, .nan, 4, 5], [2, 4, 1, 8, 10])
        #expect(abs(found.coefficient - 1) < 1e-12 && found.count == 4)
        #expect(Correlation([1, 1, 1], [1, 2, 3]).coefficient.isNaN)
        #expect(Correlation([1, 2], [1, 2]).pValue.isNaN)
    }

    @Test("The components of a plane are its own directions")
    func principalComponents() {
        // Four samples on a cross in a plane of three genes, the third a copy of the first.
        let samples: [[Double]] = [[3, 0, 3], [-3, 0, -3], [0, 1, 0], [0, -1, 0]]
        let found = PrincipalComponents(of: samples.flatMap { $0 }, samples: 4)
        #expect(found.scores.count == 2 && found.genes == 3)
        #expect(abs(found.explained[0] - 36.0 / 38) < 1e-9 && abs(found.explained[1] - 2.0 / 38) < 1e-9)
        let first = found.scores[0].map { ($0 * 1e9).rounded() / 1e9 }
        #expect(abs(abs(first[0]) - 18.squareRoot()) < 1e-6 && abs(first[0] + first[1]) < 1e-6 && abs(first[2]) < 1e-6)
    }

    @Test("Genes with a missing value take no part in the components")
    func componentsOfMissing() {
        let found = PrincipalComponents(of: [1, .nan, 2, 5, 4, 1], samples: 3)
        #expect(found.genes == 1)
    }

    @Test("Items that are near each other stand beside each other")
    func clusterOrder() {
        let places = [0.0, 10, 0.5, 10.4, 0.2]
        let order = ClusterOrder.leaves(places.map { a in places.map { abs(a - $0) } })
        #expect(Set(order.prefix(3)) == [0, 2, 4] || Set(order.suffix(3)) == [0, 2, 4])
        #expect(ClusterOrder.leaves([]).isEmpty && ClusterOrder.leaves([[0]]) == [0])
    }

    @Test("Regions of three sets are those of the study: 42 genes in seven regions")
    func overlaps() {
        let volume = Set((0..<37).map { "v\($0)" })
        let composite: Set<String> = ["v0", "v1", "v2", "v3", "v4", "c1", "c2", "c3", "c4", "c5"]
        #expect(Overlaps([volume, ["v0"], composite]).counts == [0, 32, 0, 0, 5, 4, 0, 1])
    }

    @Test(
        "Probabilities are words that are never zero",
        arguments: [
            (0.5, "0.500"), (0.0123, "0.0123"), (2.4e-8, "2.4 × 10⁻⁸"), (9.96e-5, "1.0 × 10⁻⁴"),
            (Double.leastNonzeroMagnitude, "4.9 × 10⁻³²⁴"),
            (0, "< 10⁻³⁰⁷"), (.nan, "NA"),
        ])
    func probabilities(value: Double, text: String) {
        #expect(NumberWords.probability(value) == text)
    }

    @Test("Counts are grouped by thousands")
    func counts() {
        #expect(NumberWords.counted(25_944, "gene") == "25,944 genes" && NumberWords.counted(1, "set") == "1 set")
    }

    @Test("A set without a useful description is labelled by the words of its name")
    func descriptions() {
        #expect(StudyNetworks.description("interferon signaling", of: "X") == "interferon signaling")
        #expect(
            StudyNetworks.description("http://www.gsea-msigdb.org/x", of: "HALLMARK_TNFA_SIGNALING")
                == "HALLMARK TNFA SIGNALING")
        #expect(StudyNetworks.description("", of: "TYPE I IFN%GO%GO:1") == "TYPE I IFN")
    }
}

@Suite("Bytes as text of a page")
struct PageTextTests {
    /// What the page's script does.
    private func decoded(_ text: [UInt8]) -> [UInt8] {
        let parts = text.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
        let count = Int(String(decoding: parts[0], as: UTF8.self)) ?? -1
        var bytes: [UInt8] = []
        for start in stride(from: parts[1].startIndex, to: parts[1].endIndex, by: 5) {
            let number = parts[1][start..<start + 5].reduce(UInt64(0)) {
                $0 * 85 + UInt64(PageText.alphabet.firstIndex(of: $1) ?? 0)
            }
            for shift in [24, 16, 8, 0] { bytes.append(UInt8(number >> UInt64(shift) & 255)) }
        }
        return Array(bytes.prefix(count))
    }

    @Test("Bytes come back whatever they are and however many", arguments: 0..<10)
    func roundTrip(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: 255 - 37 * $0) }
        #expect(decoded(PageText.encoded(bytes)) == bytes)
        #expect(decoded(PageText.encoded([UInt8](repeating: 255, count: count))).allSatisfy { $0 == 255 })
    }

    @Test("No character ends a script or begins markup")
    func alphabet() {
        #expect(Set(PageText.alphabet).count == 85)
        #expect(Set(PageText.alphabet).isDisjoint(with: Array("<>&\"'`\\=: ".utf8)))
    }

    @Test("Files of two analyses whose names would be joined alike have different names")
    func fileNames() {
        #expect(
            StoredRun.fileNames(of: ["a.b/c", "a/b.c", "main/Age", "main/age", "main/dose"])
                == ["a.b.c", "a.b.c~2", "main.Age", "main.age~2", "main.dose"])
    }
}
