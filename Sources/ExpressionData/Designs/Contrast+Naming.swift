extension Contrast {
    /// The same combination under another name.
    package func named(_ name: String) -> Contrast {
        Contrast(name: name, weights: weights, estimate: estimate, allZeroSamples: allZeroSamples)
    }
}
