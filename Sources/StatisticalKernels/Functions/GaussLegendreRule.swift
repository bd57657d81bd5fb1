/// Nodes and weights of Gauss–Legendre quadrature on 0...1.
///
/// Exact for polynomials of degree below twice the number of nodes. The nodes
/// are roots of the Legendre polynomial, found by Newton's method.
package struct GaussLegendreRule: Sendable {
    /// Ascending, inside 0...1.
    package let nodes: [Double]

    /// One per node, with a sum of 1.
    package let weights: [Double]

    /// - Precondition: `count` is positive.
    /// - Complexity: O(*count*²).
    package init(nodeCount count: Int) {
        var nodes = [Double](repeating: 0, count: count)
        var weights = [Double](repeating: 0, count: count)
        for index in 0..<(count + 1) / 2 {
            // Tricomi's first term; Newton's method needs no better start.
            var x = cosineOfFirstQuadrant(Double.pi * (Double(index) + 0.75) / (Double(count) + 0.5))
            var slope = 0.0
            for _ in 0..<100 {
                let (value, derivative) = legendre(count, at: x)
                slope = derivative
                let step = value / derivative
                x -= step
                if step.magnitude <= 1e-15 {
                    slope = legendre(count, at: x).derivative
                    break
                }
            }
            let weight = 1 / ((1 - x * x) * slope * slope)
            nodes[index] = (1 - x) / 2
            nodes[count - 1 - index] = (1 + x) / 2
            weights[index] = weight
            weights[count - 1 - index] = weight
        }
        self.nodes = nodes
        self.weights = weights
    }
}

/// Returns the Legendre polynomial of a degree and its derivative, by Bonnet's recursion.
private func legendre(_ degree: Int, at x: Double) -> (value: Double, derivative: Double) {
    var previous = 1.0
    var value = x
    if degree == 0 { return (1, 0) }
    for order in 1..<degree {
        let n = Double(order)
        (previous, value) = (value, ((2 * n + 1) * x * value - n * previous) / (n + 1))
    }
    return (value, Double(degree) * (x * value - previous) / (x * x - 1))
}

/// Returns the cosine of an angle in 0...π/2, by its Taylor series about 0.
private func cosineOfFirstQuadrant(_ angle: Double) -> Double {
    let square = angle * angle
    var term = 1.0
    var sum = 1.0
    for n in 1...12 {
        term *= -square / Double((2 * n - 1) * (2 * n))
        sum += term
    }
    return sum
}
