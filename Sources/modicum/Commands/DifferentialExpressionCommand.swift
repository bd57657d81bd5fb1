import ArgumentParser
import ExpressionFormats
import StudyFiles

struct DifferentialExpressionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "de",
        abstract: "Differential expression for one design, with DESeq2's numbers.",
        discussion: """
            Example:
              modicum de --counts counts.tsv.gz --samples samples.tsv --design "~ batch + condition" \\
                --reference condition=untreated --filter "count > 3 in >= 5" --empirical-null fdrtool --out results
              modicum de --counts counts.tsv.gz --samples samples.tsv --design "~ genotype * treatment" \\
                --test lrt --reduced "~ genotype + treatment" --transform vst --out results
              modicum de --counts salmon/ --tx2gene tx2gene.tsv --samples samples.tsv --contrasts contrasts.csv \\
                --out results
            """)

    @OptionGroup var single: DesignArguments

    @OptionGroup var names: NameOptions

    @OptionGroup var options: RunOptions

    private var request: DifferentialExpressionRequest {
        var request = single.request
        request.prefix = names.prefix
        return request
    }

    func validate() throws { try single.check(prefix: names.prefix) }

    func run() throws {
        try Computation(
            title: "de \(single.design ?? single.designMatrix ?? single.contrasts ?? "")",
            request: .differentialExpression(request),
            options: options
        )
        .run { try InputFile(path: $0) }
    }
}
