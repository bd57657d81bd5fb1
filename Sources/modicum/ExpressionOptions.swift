import ArgumentParser
import GeneSetEnrichment
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
        help: "What genes are ranked by, from pearson on by a numeric profile (default: signal-to-noise).")
    var metric: PhenotypeMetric?

    @Flag(name: .long, help: "Medians of the classes instead of means.")
    var median = false

    @Option(
        name: .long,
        help: """
            phenotype: the samples' labels are permuted; gene-sets: random gene sets; samples: with --run, within its \
            count model (default: phenotype, and gene-sets with --run).
            """)
    var permute: PhenotypeSettings.Permutation?

    @Option(
        name: .long, help: "equalize-and-balance: half of each class stays in it (default: no-balance).")
    var shuffle: PhenotypeSettings.Shuffle?

    @Option(name: .long, help: "Rank by real scores, or by absolute ones (default: real).")
    var sort: PhenotypeSettings.Sort?

    @Option(name: .long, help: "Which end of the list is the top (default: descending).")
    var order: PhenotypeSettings.Order?

    func validate() throws {
        let given = [
            ("--shuffle", shuffle != nil), ("--sort", sort != nil),
            ("--order", order != nil), ("--metric", metric != nil),
        ]
        for (option, isGiven) in given where isGiven && expression == nil {
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
        request.settings = settings
        return request
    }

    /// The defaults are the record's: an option that is not given has none of its own, so that it can be told from one
    /// that is.
    var settings: PhenotypeSettings {
        var settings = PhenotypeSettings()
        settings.metric = metric ?? settings.metric
        settings.median = median
        settings.permute = permute ?? settings.permute
        settings.shuffle = shuffle ?? settings.shuffle
        settings.sort = sort ?? settings.sort
        settings.order = order ?? settings.order
        return settings
    }
}
