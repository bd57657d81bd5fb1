import AnalysisPipeline
import ExpressionData
import Foundation
import SamplePermutation

/// What a run will take, from the shape of its inputs alone.
///
/// The rates are those of one core with AVX2 (`docs/benchmarks.md`); a plan is
/// right within a factor of two or three, and says so.
struct StudyPlan {
    /// CPU seconds per gene, sample and coefficient: 26,000 × 96 × 10 take about 1.5 s in all stages.
    private static let secondsPerTerm = 6e-8

    /// Designs with few coefficients cost as if they had four: logarithms and gamma functions do not depend on them.
    private static let leastTerms = 4

    /// CPU seconds to read or write a megabyte of text and of the store.
    private static let secondsPerMegabyte = 0.01

    /// CPU seconds per permutation of all sizes up to 500, and per set and list.
    private static let secondsPerPermutation = 2e-5

    let lines: [String]

    init(_ inputs: StudyInputs) {
        var lines: [String] = []
        var seconds = 0.0
        var memory = 40e6
        var disk = 0.0
        if let counts = inputs.counts {
            let genes = inputs.exclusions.count { $0 == nil }
            let ranges = GeneShards.ranges(geneCount: genes, sampleCount: counts.sampleCount)
            lines.append(
                "plan     \(counted(ranges.count, "shard")) of genes in "
                    + (inputs.analyses.count == 1 ? "the analysis" : "each of \(inputs.analyses.count) analyses")
                    + ", twice")
            let cells = Double(genes * counts.sampleCount)
            let columns = inputs.analyses.map(\.design.columnCount)
            let tests = inputs.analyses.reduce(0) { $0 + $1.tests.count }
            for count in columns { seconds += cells * Double(max(count, Self.leastTerms)) * Self.secondsPerTerm }
            // Numbers are written with up to 17 digits, and stand in the store once more.
            let details = Double(genes) * Double(columns.reduce(0) { $0 + 5 * $1 + 16 })
            let numbers = details + Double(genes) * Double(12 * tests)
            disk += numbers * 22 + Double(counts.counts.count)
            if !inputs.files.details { disk -= details * 14 }
            memory += Double(counts.counts.count) * 8 + numbers * 12
            seconds += (disk + Double(counts.counts.count) * 4) / 1e6 * Self.secondsPerMegabyte
        }
        if let sets = inputs.configuration.geneSets, let settings = inputs.configuration.samplePermutation {
            let work = PermutationWork(of: inputs, sets: sets, settings: settings)
            lines += work.lines
            seconds += work.seconds
            memory += work.memory
            disk += work.disk
        } else if let sets = inputs.configuration.geneSets {
            let lists = max(1, inputs.analyses.reduce(0) { $0 + $1.tests.count })
            let permutations = inputs.settling?.limit ?? sets.permutations
            let blocks = PermutationShards.ranges(of: 0..<permutations).count
            lines.append(
                "plan     \(inputs.settling == nil ? "" : "up to ")\(blocks) shards of permutations for each of "
                    + "\(lists) ranked lists")
            seconds += Double(lists * permutations) * Self.secondsPerPermutation
            disk += Double(lists * inputs.geneSets.count) * 600
            memory += Double(lists * inputs.geneSets.count) * 2_000
        }
        lines.append("time     about \(Self.time(seconds)) of one core, divided by the cores that take part")
        lines.append("memory   about \(Int((memory / 1e6).rounded(.up))) MB in the coordinator, less in a worker")
        lines.append("disk     about \(Int((disk / 1e6).rounded(.up))) MB of results")
        self.lines = lines
    }

    private static func time(_ seconds: Double) -> String {
        switch seconds {
        case ..<1: "1 s"
        case ..<120: "\(Int(seconds.rounded(.up))) s"
        case ..<7200: "\(Int((seconds / 60).rounded(.up))) min"
        default: "\(Int((seconds / 3600).rounded(.up))) h"
        }
    }
}

/// What permutations of samples will take.
private struct PermutationWork {
    let lines: [String]
    let seconds: Double
    let memory: Double
    let disk: Double

    init(of inputs: StudyInputs, sets: StudyConfiguration.GeneSets, settings: SamplePermutationSettings) {
        let exposures = inputs.permutedExposures(settings)
        let genes = inputs.exclusions.count { $0 == nil }
        let samples = inputs.counts?.sampleCount ?? 0
        let tested = inputs.geneSets.filter { (sets.minSize...sets.maxSize).contains($0.genes.count) }
        let members = tested.reduce(0) { $0 + $1.genes.count } * settings.setStatistics.all.count
        let permutations = Double(inputs.settling?.limit ?? sets.permutations)
        var (seconds, memory) = (0.0, 0.0)
        for exposure in exposures {
            let columns = exposure.covariates.columnCount
            let nanoseconds = SamplePermutationModel.cost(
                genes: genes, samples: samples, covariates: columns, members: members, statistic: settings.statistic,
                columns: exposure.columnCount, refitsDispersion: settings.refitDispersion == true)
            // Sets take two passes; the flips beside them one of a thousand.
            seconds += nanoseconds * 1e-9 * (permutations * (tested.isEmpty ? 1 : 2) + 1000)
            if exposures.count > 1 {
                // One more pass of all together, and some draws with each of the others kept.
                seconds += nanoseconds * 1e-9 * (permutations + 1000 * Double(exposures.count - 1))
            }
            memory +=
                Double(genes) * (8 * Double(3 * samples + columns * (columns + 1) / 2) + 8 * Double(samples) + 200)
        }
        let kept = NullScoreSpace(inputs)
        let keptBytes = kept?.bytes ?? 0
        self.seconds = seconds
        self.memory = memory + keptBytes
        let perExposure = Double(genes) * 300 + Double(tested.count) * 600
        disk = Double(exposures.count) * perExposure + keptBytes
        var lines = exposures.map { exposure in
            "plan     \(exposure.name): samples permuted by scheme \(exposure.scheme), "
                + (exposure.log10DistinctCount < 6
                    ? "\(Int(pow(10, exposure.log10DistinctCount).rounded())) distinct shuffles"
                    : "more than a million distinct shuffles")
                + (exposure.columnCount > 1 ? ", \(exposure.columnCount) columns tested jointly" : "")
                + ", smallest possible p \(String(format: "%.3g", exposure.smallestPossibleP))"
        }
        if let kept { lines.append("plan     null scores kept: \(kept.size)") }
        self.lines = lines
    }
}
