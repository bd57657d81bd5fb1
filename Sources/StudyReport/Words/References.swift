extension Reference {
    // MARK: Differential expression

    package static let deseq2 = Reference(
        key: "Love2014", authors: ["Love MI", "Huber W", "Anders S"], year: 2014,
        title: "Moderated estimation of fold change and dispersion for RNA-seq data with DESeq2",
        container: "Genome Biology", volume: "15", number: "12", pages: "550", doi: "10.1186/s13059-014-0550-8")

    /// Size factors by the median of ratios; the variance-stabilizing transformation.
    package static let deseq = Reference(
        key: "Anders2010", authors: ["Anders S", "Huber W"], year: 2010,
        title: "Differential expression analysis for sequence count data", container: "Genome Biology", volume: "11",
        number: "10", pages: "R106", doi: "10.1186/gb-2010-11-10-r106")

    /// Lengths of transcripts as offsets of the counts.
    package static let tximport = Reference(
        key: "Soneson2015", authors: ["Soneson C", "Love MI", "Robinson MD"], year: 2015,
        title: "Differential analyses for RNA-seq: transcript-level estimates improve gene-level inferences",
        container: "F1000Research", volume: "4", pages: "1521", doi: "10.12688/f1000research.7563.1")

    package static let localRegression = Reference(
        key: "Loader1999", kind: .book, authors: ["Loader C"], year: 1999, title: "Local Regression and Likelihood",
        container: "Springer", doi: "10.1007/b98858")

    package static let independentFiltering = Reference(
        key: "Bourgon2010", authors: ["Bourgon R", "Gentleman R", "Huber W"], year: 2010,
        title: "Independent filtering increases detection power for high-throughput experiments",
        container: "Proceedings of the National Academy of Sciences", volume: "107", number: "21", pages: "9546-9551",
        doi: "10.1073/pnas.0914005107")

    package static let benjaminiHochberg = Reference(
        key: "Benjamini1995", authors: ["Benjamini Y", "Hochberg Y"], year: 1995,
        title: "Controlling the false discovery rate: a practical and powerful approach to multiple testing",
        container: "Journal of the Royal Statistical Society: Series B (Methodological)", volume: "57", number: "1",
        pages: "289-300", doi: "10.1111/j.2517-6161.1995.tb02031.x")

    package static let falseDiscoveryRate = Reference(
        key: "Strimmer2008", authors: ["Strimmer K"], year: 2008,
        title: "A unified approach to false discovery rate estimation", container: "BMC Bioinformatics", volume: "9",
        pages: "303", doi: "10.1186/1471-2105-9-303")

    package static let fdrtool = Reference(
        key: "Strimmer2008fdrtool", authors: ["Strimmer K"], year: 2008,
        title: "fdrtool: a versatile R package for estimating local and tail area-based false discovery rates",
        container: "Bioinformatics", volume: "24", number: "12", pages: "1461-1462",
        doi: "10.1093/bioinformatics/btn209")

    package static let apeglm = Reference(
        key: "Zhu2019", authors: ["Zhu A", "Ibrahim JG", "Love MI"], year: 2019,
        title:
            "Heavy-tailed prior distributions for sequence count data: removing the noise and preserving large differences",
        container: "Bioinformatics", volume: "35", number: "12", pages: "2084-2092",
        doi: "10.1093/bioinformatics/bty895")

    // MARK: Gene sets

    package static let gsea = Reference(
        key: "Subramanian2005",
        authors: [
            "Subramanian A", "Tamayo P", "Mootha VK", "Mukherjee S", "Ebert BL", "Gillette MA", "Paulovich A",
            "Pomeroy SL", "Golub TR", "Lander ES", "Mesirov JP",
        ], year: 2005,
        title:
            "Gene set enrichment analysis: a knowledge-based approach for interpreting genome-wide expression profiles",
        container: "Proceedings of the National Academy of Sciences", volume: "102", number: "43",
        pages: "15545-15550", doi: "10.1073/pnas.0506580102")

    /// The method before its weighted statistic; the authors of GSEA ask for both.
    package static let firstGSEA = Reference(
        key: "Mootha2003",
        authors: [
            "Mootha VK", "Lindgren CM", "Eriksson K-F", "Subramanian A", "Sihag S", "Lehar J", "Puigserver P",
            "Carlsson E", "Ridderstråle M", "Laurila E", "Houstis N", "Daly MJ", "Patterson N", "Mesirov JP",
            "Golub TR", "Tamayo P", "Spiegelman B", "Lander ES", "Hirschhorn JN", "Altshuler D", "Groop LC",
        ], year: 2003,
        title:
            "PGC-1α-responsive genes involved in oxidative phosphorylation are coordinately downregulated in human diabetes",
        container: "Nature Genetics", volume: "34", number: "3", pages: "267-273", doi: "10.1038/ng1180")

    package static let permutationPValues = Reference(
        key: "Phipson2010", authors: ["Phipson B", "Smyth GK"], year: 2010,
        title:
            "Permutation P-values should never be zero: calculating exact P-values when permutations are randomly drawn",
        container: "Statistical Applications in Genetics and Molecular Biology", volume: "9", number: "1", pages: "39",
        doi: "10.2202/1544-6115.1585")

    package static let binomialInterval = Reference(
        key: "Clopper1934", authors: ["Clopper CJ", "Pearson ES"], year: 1934,
        title: "The use of confidence or fiducial limits illustrated in the case of the binomial",
        container: "Biometrika", volume: "26", number: "4", pages: "404-413", doi: "10.1093/biomet/26.4.404")

    /// Bounds that hold at any number of permutations: what *settled* means.
    package static let confidenceSequence = Reference(
        key: "Robbins1970", authors: ["Robbins H"], year: 1970,
        title: "Statistical methods related to the law of the iterated logarithm",
        container: "The Annals of Mathematical Statistics", volume: "41", number: "5", pages: "1397-1409",
        doi: "10.1214/aoms/1177696786")

    package static let philox = Reference(
        key: "Salmon2011", kind: .proceedings, authors: ["Salmon JK", "Moraes MA", "Dror RO", "Shaw DE"], year: 2011,
        title: "Parallel random numbers: as easy as 1, 2, 3",
        container:
            "Proceedings of the International Conference for High Performance Computing, Networking, Storage and Analysis (SC '11)",
        doi: "10.1145/2063384.2063405")

    package static let splitting = Reference(
        key: "Botev2008", authors: ["Botev ZI", "Kroese DP"], year: 2008,
        title:
            "An efficient algorithm for rare-event probability estimation, combinatorial optimization, and counting",
        container: "Methodology and Computing in Applied Probability", volume: "10", number: "4", pages: "471-505",
        doi: "10.1007/s11009-008-9073-7")

    package static let fgsea = Reference(
        key: "Korotkevich2021", kind: .other,
        authors: ["Korotkevich G", "Sukhov V", "Budin N", "Shpak B", "Artyomov MN", "Sergushichev A"], year: 2021,
        title: "Fast gene set enrichment analysis", container: "bioRxiv", doi: "10.1101/060012")

    // MARK: Permuted samples

    /// Which shuffles leave the null as it is, and the names of the schemes.
    package static let exchangeability = Reference(
        key: "Winkler2014", authors: ["Winkler AM", "Ridgway GR", "Webster MA", "Smith SM", "Nichols TE"], year: 2014,
        title: "Permutation inference for the general linear model", container: "NeuroImage", volume: "92",
        pages: "381-397", doi: "10.1016/j.neuroimage.2014.01.060")

    /// The scheme `residual`: the exposure's residuals on the covariates are shuffled.
    package static let residualPermutation = Reference(
        key: "Dekker2007", authors: ["Dekker D", "Krackhardt D", "Snijders TAB"], year: 2007,
        title: "Sensitivity of MRQAP tests to collinearity and autocorrelation conditions",
        container: "Psychometrika", volume: "72", number: "4", pages: "563-581", doi: "10.1007/s11336-007-9016-1")

    package static let signFlips = Reference(
        key: "Hemerik2020", authors: ["Hemerik J", "Goeman JJ", "Finos L"], year: 2020,
        title: "Robust testing in generalized linear models by sign flipping score contributions",
        container: "Journal of the Royal Statistical Society: Series B (Statistical Methodology)", volume: "82",
        number: "3", pages: "841-864", doi: "10.1111/rssb.12369")

    package static let standardizedSignFlips = Reference(
        key: "DeSantis2022", kind: .other,
        authors: ["De Santis R", "Goeman JJ", "Hemerik J", "Davenport S", "Finos L"], year: 2022,
        title: "Inference in generalized linear models with robustness to misspecified variances", container: "arXiv",
        doi: "10.48550/arXiv.2209.13918")

    /// The family-wise error rate of genes.
    package static let maxT = Reference(
        key: "Westfall1993", kind: .book, authors: ["Westfall PH", "Young SS"], year: 1993,
        title: "Resampling-based multiple testing: examples and methods for p-value adjustment", container: "Wiley")

    package static let anytimePValues = Reference(
        key: "Besag1991", authors: ["Besag J", "Clifford P"], year: 1991, title: "Sequential Monte Carlo p-values",
        container: "Biometrika", volume: "78", number: "2", pages: "301-304", doi: "10.1093/biomet/78.2.301")

    package static let paretoTail = Reference(
        key: "Knijnenburg2009", authors: ["Knijnenburg TA", "Wessels LFA", "Reinders MJT", "Shmulevich I"], year: 2009,
        title: "Fewer permutations, more accurate P-values", container: "Bioinformatics", volume: "25", number: "12",
        pages: "i161-i168", doi: "10.1093/bioinformatics/btp211")

    // MARK: Networks

    package static let enrichmentMap = Reference(
        key: "Merico2010", authors: ["Merico D", "Isserlin R", "Stueker O", "Emili A", "Bader GD"], year: 2010,
        title: "Enrichment Map: a network-based method for gene-set enrichment visualization and interpretation",
        container: "PLoS ONE", volume: "5", number: "11", pages: "e13984", doi: "10.1371/journal.pone.0013984")

    package static let autoAnnotate = Reference(
        key: "Kucera2016", authors: ["Kucera M", "Isserlin R", "Arkhangorodsky A", "Bader GD"], year: 2016,
        title: "AutoAnnotate: A Cytoscape app for summarizing networks with semantic annotations",
        container: "F1000Research", volume: "5", pages: "1717", doi: "10.12688/f1000research.9090.1")

    package static let markovClustering = Reference(
        key: "vanDongen2000", kind: .thesis, authors: ["van Dongen S"], year: 2000,
        title: "Graph clustering by flow simulation", container: "University of Utrecht")

    // MARK: The program

    package static func modicum(version: String, numericContract: Int) -> Reference {
        Reference(
            key: "Modicum", kind: .other, organisation: "The Modicum authors",
            title: "Modicum: distributed differential expression and gene-set enrichment",
            version: "\(version), numeric contract \(numericContract)")
    }
}
