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
            euclidean, manhattan.
            """)
    var metric = "signal-to-noise"

    @Flag(name: .long, help: "Medians of the classes instead of means.")
    var median = false

    @Option(name: .long, help: "phenotype: the samples' labels are permuted; gene-sets: random gene sets.")
    var permute = "phenotype"

    @Option(name: .long, help: "no-balance, or equalize-and-balance: half of each class stays in it.")
    var shuffle = "no-balance"

    @Option(name: .long, help: "Rank by real scores, or by abs(olute) ones.")
    var sort = "real"

    @Option(name: .long, help: "descending, or ascending.")
    var order = "descending"

    func validate() throws {
        for (option, value, allowed) in [
            ("--permute", permute, ["phenotype", "gene-sets"]),
            ("--shuffle", shuffle, ["no-balance", "equalize-and-balance"]),
            ("--sort", sort, ["real", "abs"]), ("--order", order, ["descending", "ascending"]),
            (
                "--metric", metric,
                [
                    "signal-to-noise", "t-test", "ratio", "difference", "log2-ratio", "pearson", "spearman", "cosine",
                    "euclidean", "manhattan",
                ]
            ),
        ] where !allowed.contains(value) {
            throw ValidationError("\(option) must be one of \(allowed.joined(separator: ", ")), not \(value)")
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
        request.metric = metric
        request.median = median
        request.permute = permute
        request.shuffle = shuffle
        request.sort = sort
        request.order = order
        return request
    }
}
