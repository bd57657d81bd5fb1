import ExpressionData
import ExpressionFormats
import StatisticalKernels

/// What is known of one sample's reads after counting: a row of `quality.tsv`.
package struct SampleQuality: Equatable, Codable, Sendable {
    package var sample: String
    package var isPaired: Bool

    /// Pairs, or single reads, as they came.
    package var reads: Int

    /// Those that trimming left; as many where nothing is trimmed.
    package var trimmed: Int
    package var alignment: AlignmentSummary
    package var assignment: AssignmentSummary
    package var evidence: StrandEvidence

    /// Nil where nobody looked at the alignments.
    package var profile: AlignmentProfile?

    /// Of the reads as they came, the mean over the files; nil without FastQC.
    package var gcPercent: Double?
    package var deduplicatedPercent: Double?

    /// Modules that FastQC calls failed in any file.
    package var failedModules: [String]

    package init(
        sample: String, isPaired: Bool, reads: Int, trimmed: Int, alignment: AlignmentSummary,
        assignment: AssignmentSummary, evidence: StrandEvidence
    ) {
        self.sample = sample
        self.isPaired = isPaired
        self.reads = reads
        self.trimmed = trimmed
        self.alignment = alignment
        self.assignment = assignment
        self.evidence = evidence
        failedModules = []
    }
}

/// `quality.tsv`: one row a sample, in the order of the sheet.
package struct QualityTable: Sendable {
    package let rows: [QualityRow]

    /// Per sample, in what it stands apart from the others.
    package let flags: [[String]]

    package init(_ rows: [SampleQuality], strandedness: Strandedness) {
        self.init(rows.map { QualityRow($0, strandedness: strandedness) })
    }

    package init(_ rows: [QualityRow]) {
        self.rows = rows
        let measures: [(String, Double, (QualityRow) -> Double?)] = [
            ("reads", 1, { $0.reads.map { log(Double(max($0, 1))) / log(2) } }),
            ("aligned", 0.05, { $0.alignment?.alignedFraction }),
            ("assigned", 0.05, { $0.assignment.map { $0.assignedFraction ?? 0 } }),
            ("exonic", 0.05, { $0.profile.map { $0.exonicFraction ?? 0 } }),
        ]
        var flags = [[String]](repeating: [], count: rows.count)
        for (name, least, value) in measures {
            let known = rows.indices.filter { value(rows[$0]) != nil }
            for outlier in Outliers.indices(of: known.compactMap { value(rows[$0]) }, leastDistance: least) {
                flags[known[outlier.index]].append(name + (outlier.isLow ? "-low" : "-high"))
            }
        }
        self.flags = flags
    }

    /// Sentences on samples that stand apart.
    package var warnings: [String] {
        zip(rows, flags).filter { !$1.isEmpty }.map { row, flags in
            "sample \(row.sample) stands apart from the others (\(flags.joined(separator: ", "))); see quality.tsv"
        }
    }

    package var bytes: [UInt8] { TableWriter.bytes(columns) }

    /// What no log says is NA.
    package var columns: [TableColumn] {
        func words(_ name: String, _ value: (QualityRow) -> String?) -> TableColumn {
            TableColumn(name, .strings(rows.map { value($0) ?? "NA" }))
        }
        func integers(_ name: String, _ value: (QualityRow) -> Int?) -> TableColumn {
            TableColumn(name, .integers(rows.map(value)))
        }
        func doubles(_ name: String, _ value: (QualityRow) -> Double?) -> TableColumn {
            TableColumn(name, .doubles(rows.map { value($0) ?? .nan }))
        }
        return [
            TableColumn("sample", .strings(rows.map(\.sample))),
            integers("reads", \.reads), integers("trimmed", \.trimmed), integers("aligned") { $0.alignment?.aligned },
            integers("assigned") { $0.assignment?.assigned },
            integers("unassigned_ambiguity") { $0.assignment?["Unassigned_Ambiguity"] },
            integers("unassigned_multimapping") { $0.assignment?["Unassigned_MultiMapping"] },
            integers("unassigned_nofeatures") { $0.assignment?["Unassigned_NoFeatures"] },
            words("strandedness") { $0.strandedness?.rawValue },
            integers("strand_forward") { $0.evidence?.forward }, integers("strand_reverse") { $0.evidence?.reverse },
            words("layout") { $0.isPaired.map { $0 ? "paired" : "single" } },
            doubles("aligned_fraction") { $0.alignment?.alignedFraction },
            doubles("assigned_fraction") { $0.assignment?.assignedFraction },
            doubles("exonic_fraction") { $0.profile?.exonicFraction },
            doubles("intronic_fraction") { $0.profile?.intronicFraction },
            doubles("intergenic_fraction") { $0.profile?.intergenicFraction },
            doubles("mean_coverage") { $0.profile?.meanCoverage },
            doubles("bias_5") { $0.profile?.fivePrimeBias }, doubles("bias_3") { $0.profile?.threePrimeBias },
            doubles("bias_5_3", \.fiveToThreePrimeBias),
            doubles("gc_percent", \.gcPercent), doubles("deduplicated_percent", \.deduplicatedPercent),
            words("fastqc_failed") { $0.failedModules?.joined(separator: ";") },
            TableColumn("flags", .strings(flags.map { $0.joined(separator: ";") })),
        ]
    }
}

/// Samples that stand apart from the others in one number.
package enum Outliers {
    /// Returns those with a modified z-score, 0.6745 (x − median) / MAD, above 3.5 in size (Iglewicz & Hoaglin 1993).
    ///
    /// - Parameter leastDistance: Nearer to the median than this none is, however much alike the others are.
    /// - Returns: None among fewer than four.
    package static func indices(of values: [Double], leastDistance: Double) -> [(index: Int, isLow: Bool)] {
        guard values.count >= 4 else { return [] }
        let center = median(values)
        let deviation = median(values.map { abs($0 - center) })
        return values.indices.compactMap { index in
            let distance = values[index] - center
            guard abs(distance) >= leastDistance, 0.6745 * abs(distance) > 3.5 * deviation else { return nil }
            return (index, distance < 0)
        }
    }

    static func median(_ values: [Double]) -> Double {
        let sorted = values.sorted()
        let half = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
    }
}
