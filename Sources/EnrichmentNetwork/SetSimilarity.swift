/// How alike two gene sets are, as EnrichmentMap measures it.
///
/// With `I` the shared genes, `U` the genes in either set and `m` the genes of the
/// smaller set (Merico et al., 2010):
///
///     jaccard = I / U      overlap = I / m      combined = k · overlap + (1 − k) · jaccard
package enum SetSimilarity: String, CaseIterable, Codable, Sendable {
    case combined, jaccard, overlap

    /// The least similarity that EnrichmentMap draws an edge for, unless told otherwise.
    package var defaultCutoff: Double {
        switch self {
        case .combined: 0.375
        case .jaccard: 0.25
        case .overlap: 0.5
        }
    }

    /// Returns the similarity of two sets from their sizes, from 0 (nothing shared) to 1 (the same genes, or for
    /// `overlap` one set inside the other).
    ///
    /// - Parameters:
    ///   - shared: The number of genes in both sets.
    ///   - combinedConstant: The weight `k` of the overlap in `combined`; the others ignore it.
    /// - Precondition: Neither set is empty.
    package func coefficient(shared: Int, sizes: (Int, Int), combinedConstant: Double) -> Double {
        let jaccard = Double(shared) / Double(sizes.0 + sizes.1 - shared)
        let overlap = Double(shared) / Double(min(sizes.0, sizes.1))
        return switch self {
        case .combined: combinedConstant * overlap + (1 - combinedConstant) * jaccard
        case .jaccard: jaccard
        case .overlap: overlap
        }
    }
}
