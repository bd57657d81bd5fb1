import JobEngine

/// The blobs that more than one stage reads, kept between them until no stage to come reads them.
package struct KeptBlobs: Sendable {
    package enum Kind: String, Sendable {
        /// The counts of the analysed genes, one blob per range of genes.
        case counts

        /// The gene-wise dispersions as they came from the workers, of each analysis one blob per range of genes.
        case geneWiseDispersions = "gene-wise dispersions"
    }

    private var blobs: [Kind: [Int: [Blob]]] = [:]

    /// What the stage in hand says that it reads.
    private var allowed: Set<Kind> = []

    package init() {}

    /// Lets a stage have what it says that it reads, and nothing else.
    package mutating func serve(_ kinds: Set<Kind>) { allowed = kinds }

    /// - Parameter owner: The position of the analysis, where each has its own.
    package mutating func keep(_ blobs: [Blob], as kind: Kind, of owner: Int = 0) {
        self.blobs[kind, default: [:]][owner] = blobs
    }

    /// - Throws: `StageError` where the stage does not say that it reads them, or where they were not kept.
    package func blobs(_ kind: Kind, of owner: Int = 0) throws -> [Blob] {
        guard allowed.contains(kind) else {
            throw StageError(description: "a stage reads the \(kind.rawValue) and does not say so")
        }
        guard let blobs = blobs[kind]?[owner] else {
            throw StageError(description: "a stage reads the \(kind.rawValue), which no stage before it has made")
        }
        return blobs
    }

    /// Gives up what no stage to come reads.
    package mutating func keep(only kinds: Set<Kind>) {
        blobs = blobs.filter { kinds.contains($0.key) }
    }

    /// What is kept at present.
    package var kinds: Set<Kind> { Set(blobs.keys) }
}
