/// A set's name in the style of the Bader laboratory's collections, `NAME%SOURCE%ID`.
struct GeneSetName {
    let title: String
    private let source: String
    private let identifier: String

    var text: String { "\(title)%\(source)%\(identifier)" }

    /// A name of ordinary biology without any of the themes' words.
    init(ofNullSet index: Int, from stream: inout DrawStream) {
        func pick(_ words: [String]) -> String { words[stream.integer(below: words.count)] }
        let subject = pick(Self.nullSubjects)
        let process = pick(Self.nullProcesses)
        self.init(title: pick(Self.prefixes) + "\(subject) \(process)", index, from: &stream)
    }

    init(of theme: Theme, set index: Int, from stream: inout DrawStream) {
        let titles = Self.titles(of: theme)
        self.init(title: titles[stream.integer(below: titles.count)], index, from: &stream)
    }

    /// The set's number makes the name unique.
    private init(title: String, _ index: Int, from stream: inout DrawStream) {
        let number = index + 1
        self.title = "\(title) \(number)"
        switch stream.choice(weights: [60, 12, 8, 12, 5, 3]) {
        case 0: (source, identifier) = ("GOBP", "GO:9" + zeroPadded(number, to: 6))
        case 1: (source, identifier) = ("GOMF", "GO:9" + zeroPadded(number, to: 6))
        case 2: (source, identifier) = ("GOCC", "GO:9" + zeroPadded(number, to: 6))
        case 3: (source, identifier) = ("REACTOME", "R-SIM-9" + zeroPadded(number, to: 6))
        case 4: (source, identifier) = ("WIKIPATHWAYS", "WP9" + zeroPadded(number, to: 6))
        default: (source, identifier) = ("MSIGDB_C2", "SIMULATED_" + zeroPadded(number, to: 6))
        }
    }

    private static let prefixes = [
        "", "", "", "REGULATION OF ", "POSITIVE REGULATION OF ", "NEGATIVE REGULATION OF ", "CELLULAR ",
    ]

    private static let nullSubjects = [
        "ACTIN", "AMINO ACID", "BONE", "CALCIUM", "CARBOHYDRATE", "CARTILAGE", "CELL CYCLE", "CHOLESTEROL", "CHROMATIN",
        "COLLAGEN", "DNA", "EPITHELIAL", "EXTRACELLULAR MATRIX", "FATTY ACID", "GLUCOSE", "GLYCAN", "HEART", "HISTONE",
        "HORMONE", "ION", "KERATIN", "KIDNEY", "LIPID", "LYSOSOME", "MEMBRANE", "MICROTUBULE", "MRNA", "MUSCLE",
        "NEURON", "NUCLEOTIDE", "PEPTIDE", "PHOSPHATE", "POTASSIUM", "RETINA", "SODIUM", "STEROID", "SULFUR", "SYNAPSE",
        "TELOMERE", "VESICLE",
    ]

    private static let nullProcesses = [
        "ASSEMBLY", "BINDING", "BIOSYNTHESIS", "CATABOLISM", "DEVELOPMENT", "DIFFERENTIATION", "HOMEOSTASIS",
        "LOCALIZATION", "MODIFICATION", "MORPHOGENESIS", "ORGANIZATION", "REMODELING", "REPAIR", "SECRETION",
        "SIGNALING", "SPLICING", "TRANSPORT", "UPTAKE",
    ]

    private static func titles(of theme: Theme) -> [String] {
        switch theme {
        case .interferon:
            [
                "RESPONSE TO TYPE I INTERFERON", "INTERFERON ALPHA BETA SIGNALING", "INTERFERON GAMMA RESPONSE",
                "CELLULAR RESPONSE TO INTERFERON", "INTERFERON STIMULATED GENES", "REGULATION OF INTERFERON PRODUCTION",
            ]
        case .mitochondrion:
            [
                "MITOCHONDRIAL TRANSLATION", "MITOCHONDRIAL RESPIRATORY CHAIN ASSEMBLY", "OXIDATIVE PHOSPHORYLATION",
                "MITOCHONDRIAL ATP SYNTHESIS", "MITOCHONDRIAL ELECTRON TRANSPORT", "MITOCHONDRIAL PROTEIN IMPORT",
            ]
        case .virusDefence:
            [
                "DEFENSE RESPONSE TO VIRUS", "REGULATION OF VIRAL GENOME REPLICATION", "RESPONSE TO VIRUS",
                "ANTIVIRAL INNATE IMMUNE RESPONSE", "VIRAL LIFE CYCLE", "DETECTION OF VIRUS",
            ]
        }
    }
}
