import StatisticalKernels

/// Densities of null distributions, for curves over histograms.
enum NullCurve {
    /// The density at z of a normal distribution around 0.
    static func normal(_ z: Double, deviation: Double) -> Double {
        normalDensity(z / deviation) / deviation
    }
}
