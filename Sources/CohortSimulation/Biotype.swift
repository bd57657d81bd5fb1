/// One class of genes: how many there are, and how they are expressed in whole blood.
///
/// The shares are those of an Ensembl release of the human genome, rounded. The
/// shares expressed, and the depth, are set so that of 58,000 genes about 25,944
/// pass `count > 3 in >= 5` of 96 samples on the autosomes, 58 per cent of them
/// protein coding.
struct Biotype: Sendable {
    let name: String

    /// Out of 58,000 genes.
    let share: Double

    /// The share of genes with a role in the tissue; the others have next to no counts.
    let expressedShare: Double

    /// The natural logarithm of the mean count of expressed genes: its mean and standard deviation.
    let logMean: Double
    let logMeanSD: Double

    /// What symbols begin with; genes of a class without it have none.
    let symbolStem: String?

    static let all: [Biotype] = [
        Biotype(
            name: "protein_coding", share: 19_900, expressedShare: 0.79, logMean: 5.0, logMeanSD: 1.9, symbolStem: "Q"),
        Biotype(
            name: "lncRNA", share: 14_600, expressedShare: 0.42, logMean: 2.6, logMeanSD: 1.4, symbolStem: "LINCQ"),
        Biotype(
            name: "processed_pseudogene", share: 10_600, expressedShare: 0.218, logMean: 2.2, logMeanSD: 1.4,
            symbolStem: "PSQ"),
        Biotype(
            name: "unprocessed_pseudogene", share: 2_700, expressedShare: 0.20, logMean: 2.3, logMeanSD: 1.5,
            symbolStem: "PSQ"),
        Biotype(
            name: "transcribed_unprocessed_pseudogene", share: 900, expressedShare: 0.55, logMean: 3.0, logMeanSD: 1.6,
            symbolStem: "PSQ"),
        Biotype(
            name: "misc_RNA", share: 2_300, expressedShare: 0.165, logMean: 2.3, logMeanSD: 1.6, symbolStem: "MISCQ"),
        Biotype(name: "snRNA", share: 1_950, expressedShare: 0.147, logMean: 2.3, logMeanSD: 1.6, symbolStem: "RNUQ"),
        Biotype(name: "miRNA", share: 1_900, expressedShare: 0.11, logMean: 2.0, logMeanSD: 1.4, symbolStem: "MIRQ"),
        Biotype(name: "TEC", share: 1_100, expressedShare: 0.367, logMean: 2.3, logMeanSD: 1.4, symbolStem: nil),
        Biotype(name: "snoRNA", share: 1_000, expressedShare: 0.367, logMean: 2.8, logMeanSD: 1.6, symbolStem: "SNORQ"),
        Biotype(
            name: "rRNA_pseudogene", share: 550, expressedShare: 0.18, logMean: 2.2, logMeanSD: 1.4, symbolStem: nil),
        Biotype(
            name: "unitary_pseudogene", share: 500, expressedShare: 0.18, logMean: 2.0, logMeanSD: 1.4,
            symbolStem: "PSQ"),
    ]
}

/// Where a gene lies.
enum Chromosome {
    /// Names, and how many of 57,500 genes each holds.
    static let genes: [(name: String, share: Double)] = [
        ("1", 5_300), ("2", 3_950), ("3", 3_010), ("4", 2_500), ("5", 2_850), ("6", 2_850), ("7", 2_850), ("8", 2_320),
        ("9", 2_230), ("10", 2_200), ("11", 3_200), ("12", 2_930), ("13", 1_300), ("14", 2_200), ("15", 2_130),
        ("16", 2_450), ("17", 2_950), ("18", 1_160), ("19", 2_920), ("20", 1_370), ("21", 840), ("22", 1_310),
        ("X", 2_350), ("Y", 520), ("MT", 37),
    ]
}
