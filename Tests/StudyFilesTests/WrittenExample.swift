import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import ExpressionFormats
import GeneSetEnrichment
import SamplePermutation
import StudyFiles
import Testing

/// A small study from the texts of its inputs: 120 genes in 8 samples of two groups, and three gene sets.
///
/// Every tenth gene differs, and gene 7 has an outlier.
enum WrittenExample {
    static let genes = (0..<120).map { "gene\($0)" }

    static let files: [String: String] = {
        let counts = genes.indices.map { gene in
            let row = (0..<8).map { sample in
                if (gene, sample) == (7, 6) { return "90000" }
                let level = 40 + gene * gene % 700
                let noise = (gene * 8 + sample) * 7919 % 101 - 50
                let effect = gene % 10 == 0 && sample >= 4 ? 3 : 1
                return "\(max(0, level * effect + level * noise / 160))"
            }
            return "gene\(gene)\t" + row.joined(separator: "\t") + "\n"
        }
        let sheet = (0..<8).map { "s\($0)\t\($0 < 4 ? "control" : "treated")\n" }
        let sets = [
            "first\t\t" + genes[..<12].joined(separator: "\t"), "last\t\t" + genes[105...].joined(separator: "\t"),
            "third\tevery third gene\t"
                + genes.indices.filter { $0 % 3 == 0 }.map { genes[$0] }.joined(separator: "\t"),
        ]
        return [
            "c.tsv": "gene_id\t" + (0..<8).map { "s\($0)" }.joined(separator: "\t") + "\n" + counts.joined(),
            "s.tsv": "sample\tgroup\n" + sheet.joined(),
            "a.tsv": "gene_id\tchromosome\tbiotype\ngene0\t1\tprotein_coding\ngene5\tX\t\n",
            "sets.gmt": sets.joined(separator: "\n") + "\n",
        ]
    }()

    static func inputs(_ change: (inout DifferentialExpressionRequest) -> Void = { _ in }) throws -> StudyInputs {
        var request = DifferentialExpressionRequest(counts: "c.tsv", samples: "s.tsv", design: "~ group")
        request.annotation = "a.tsv"
        request.options.model.dispersionTrend = .mean
        request.options.model.minReplicatesForReplace = LeastReplicates(stored: 3)!
        var settings = GeneSetSettings()
        settings.minSize = 3
        settings.permutations = 1000
        request.geneSets = RankedSetsRequest(
            files: ["sets.gmt"], settings: settings, ranking: .waldZ, settlingLimit: nil)
        change(&request)
        return try request.load { try InputFile(name: $0, text: #require(files[$0])) }
    }

    static func played(_ inputs: StudyInputs) throws -> StudyResults {
        var player = StudyPlayer(inputs: inputs)
        return try player.play()
    }

    /// Every distinct shuffle would be more than these.
    static func permutedSamples() throws -> StudyInputs {
        var inputs = try Self.inputs()
        inputs.configuration.geneSets?.ranking = .permutedScore
        inputs.configuration.geneSets?.permutations = 60
        var samples = SamplePermutationSettings()
        samples.setStatistics = SetStatistics(text: "ks,mean")!
        inputs.configuration.samplePermutation = samples
        return inputs
    }
}
