/// The stages of a run, in order: this list is the method.
///
/// A sharded stage runs on the workers. Between two of them the coordinator
/// reduces what came back, because the next one needs every gene at once:
/// - before `geneWiseDispersions`: gene filter and size factors;
/// - before `models`: dispersion trend and prior width;
/// - before `replacedGenes`: which genes had outliers replaced;
/// - before `shrinkage`: the priors of the coefficients;
/// - before `transforms`: the trend and the prior of the transform;
/// - before `geneSetNulls`: independent filtering, adjustment, empirical null, ranked lists;
/// - at the end: NES, p, FDR, FWER, leading edges, and the files.
///
/// A stage with nothing to do is passed over.
package enum Stage: String, CaseIterable, Sendable {
    /// Shards of genes: gene-wise dispersions.
    case geneWiseDispersions = "gene-wise-dispersions"

    /// Shards of genes: MAP dispersions, negative-binomial models, Cook's distances.
    case models = "negative-binomial-models"

    /// The genes with replaced outliers: both steps again on the new counts.
    case replacedGenes = "replaced-genes"

    /// Shards of genes: coefficients under a prior, where they were asked for.
    case shrinkage = "shrunken-coefficients"

    /// Shards of genes: transformed counts, where they were asked for.
    case transforms = "transformed-counts"

    /// Shards of permutations: enrichment scores of random gene sets.
    case geneSetNulls = "gene-set-nulls"

    /// What a person sees while the stage runs.
    package var title: String {
        switch self {
        case .geneWiseDispersions: "gene-wise dispersions"
        case .models: "models and tests"
        case .replacedGenes: "refit of replaced genes"
        case .shrinkage: "shrunken coefficients"
        case .transforms: "transformed counts"
        case .geneSetNulls: "gene-set nulls"
        }
    }
}

/// How the genes of a matrix are cut into shards.
package enum GeneShards {
    /// Returns the ranges, from the shape of the matrix alone.
    ///
    /// A shard has about 131,072 counts, so that 96 samples make some twenty
    /// shards of 26,000 genes: enough for two threads to end together, few
    /// enough for the cost of a message not to matter. The length is a multiple
    /// of eight, the number of genes side by side in the kernels.
    package static func ranges(geneCount: Int, sampleCount: Int) -> [Range<Int>] {
        let length = max(64, min(4096, 131_072 / max(1, sampleCount) / 8 * 8))
        return stride(from: 0, to: geneCount, by: length).map { $0..<min(geneCount, $0 + length) }
    }
}

/// How a number of permutations is cut into shards.
package enum PermutationShards {
    /// Returns the ranges, from the number of permutations alone.
    ///
    /// Results do not depend on the cut. Blocks of at most 131,072 keep a shard
    /// at a second or less; below, some thirty shards serve many workers.
    package static func ranges(of permutations: Range<Int>) -> [Range<Int>] {
        let count = permutations.count
        let length = max(8192, min(131_072, (count / 32 + 1023) / 1024 * 1024))
        return stride(from: permutations.lowerBound, to: permutations.upperBound, by: length).map {
            $0..<min(permutations.upperBound, $0 + length)
        }
    }
}
