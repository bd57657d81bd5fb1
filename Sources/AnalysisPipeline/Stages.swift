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

    /// Shards of sets: p-values too small to be counted.
    case rareGeneSets = "rare-gene-sets"

    /// Shards of sets: null scores drawn as the GSEA desktop draws them.
    case desktopNulls = "desktop-nulls"

    /// Shards of permutations: gene-set scores under permuted labels of samples.
    case phenotypeNulls = "phenotype-nulls"

    /// What a person sees while the stage runs.
    package var title: String {
        switch self {
        case .geneWiseDispersions: "gene-wise dispersions"
        case .models: "models and tests"
        case .replacedGenes: "refit of replaced genes"
        case .shrinkage: "shrunken coefficients"
        case .transforms: "transformed counts"
        case .geneSetNulls: "gene-set nulls"
        case .rareGeneSets: "rare p-values"
        case .desktopNulls: "gene-set nulls of the desktop"
        case .phenotypeNulls: "permuted phenotypes"
        }
    }
}

/// How the genes of a matrix are cut into shards.
package enum GeneShards {
    /// Returns the ranges, from the shape of the matrix alone.
    ///
    /// A shard has about 131,072 counts, so that 96 samples make some twenty
    /// shards of 26,000 genes: few enough for the cost of a message not to matter.
    /// The last four are cut into quarters, so that all threads end at nearly the
    /// same time. Lengths are multiples of eight, the number of genes side by side
    /// in the kernels.
    package static func ranges(geneCount: Int, sampleCount: Int) -> [Range<Int>] {
        let length = max(64, min(4096, 131_072 / max(1, sampleCount) / 8 * 8))
        let quarter = max(64, length / 4 / 8 * 8)
        var ranges: [Range<Int>] = []
        var first = 0
        while first < geneCount {
            let rest = geneCount - first
            let end = first + min(rest, rest > 4 * length ? length : quarter)
            ranges.append(first..<end)
            first = end
        }
        return ranges
    }
}

/// How a number of permutations is cut into shards.
package enum PermutationShards {
    /// Returns the ranges, from the number of permutations and what one costs.
    ///
    /// Results do not depend on the cut. Where it falls does not depend on the number,
    /// so that a run that is raised to more permutations plans the shards it
    /// has again: blocks of 8,192 for the first quarter of a million, of 32,768 up to
    /// a million, and of 131,072, a second or less, from there on. Where permutations
    /// are dear, blocks are halved until they take no more than four seconds.
    ///
    /// - Parameter cost: About how many nanoseconds a permutation takes.
    package static func ranges(of permutations: Range<Int>, cost: Double = 0) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        var first = permutations.lowerBound
        while first < permutations.upperBound {
            var length = first < 1 << 18 ? 1 << 13 : first < 1 << 20 ? 1 << 15 : 1 << 17
            while length > 256 && Double(length) * cost > 4e9 { length /= 2 }
            let end = min(permutations.upperBound, (first / length + 1) * length)
            ranges.append(first..<end)
            first = end
        }
        return ranges
    }
}
