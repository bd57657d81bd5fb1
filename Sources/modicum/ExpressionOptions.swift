import ArgumentParser
import StudyFiles

/// Expression data whose samples are compared.
struct ExpressionOptions: ParsableArguments {
    @Option(name: .long, help: "Expression matrix (GCT).")
    var expression: String?

    @Option(name: .long, help: "Phenotypes of its samples (CLS), classes or numeric profiles.")
    var phenotypes: String?

    @Option(name: .long, help: "A_versus_B: the classes compared (default: the first two of the file).")
    var compare: String?

    @Option(name: .long, help: "The numeric profile (default: the first of the file).")
    var profile: String?

    @Option(
        name: .long,
        help: """
            signal-to-noise, t-test, ratio, difference, log2-ratio; of a numeric profile pearson, spearman, cosine, \
            euclidean, manhattan (default: signal-to-noise).
            """)
    var metric: String?

    @Flag(name: .long, help: "Medians of the classes instead of means.")
    var median = false

    @Option(
        name: .long,
        help: "phenotype: the samples' labels are permuted; gene-sets: random gene sets (default: phenotype).")
    var permute: String?

    @Option(
        name: .long, help: "no-balance, or equalize-and-balance: half of each class stays in it (default: no-balance).")
    var shuffle: String?

    @Option(name: .long, help: "Rank by real scores, or by abs(olute) ones (default: real).")
    var sort: String?

    @Option(name: .long, help: "descending, or ascending (default: descending).")
    var order: String?

    func validate() throws {
        let words = [
            ("--permute", permute), ("--shuffle", shuffle), ("--sort", sort), ("--order", order), ("--metric", metric),
        ]
        for (option, value) in words where value != nil && expression == nil {
            throw ValidationError("\(option) needs --expression: a ranked list has no samples")
        }
        if expression == nil, median || phenotypes != nil || compare != nil || profile != nil {
            throw ValidationError(
                "--phenotypes, --compare, --profile and --median need --expression: a ranked list has no samples")
        }
        if expression != nil, phenotypes == nil {
            throw ValidationError("--phenotypes is missing: the CLS file of the expression data")
        }
    }

    func request() throws -> ExpressionRequest {
        guard let expression, let phenotypes else {
            throw ValidationError("give --expression and --phenotypes")
        }
        var request = ExpressionRequest(expression: expression, phenotypes: phenotypes)
        request.compare = compare
        request.profile = profile
        if let metric { request.metric = metric }
        request.median = median
        if let permute { request.permute = permute }
        if let shuffle { request.shuffle = shuffle }
        if let sort { request.sort = sort }
        if let order { request.order = order }
        return request
    }
}
