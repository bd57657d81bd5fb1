import StatisticalKernels
import Testing

// Expected values were computed with forty digits and rounded once.

private func relativeError(_ value: Double, _ expected: Double) -> Double {
    value == expected ? 0 : (value - expected).magnitude / expected.magnitude
}

@Suite("Distributions")
struct DistributionTests {
    @Test(
        "The normal tail keeps its digits down to 1e-300",
        arguments: [
            (-8.0, 0.9999999999999993), (-1.0, 0.8413447460685429), (0.0, 0.5), (1e-09, 0.49999999960105773),
            (0.5, 0.3085375387259869), (1.96, 0.024997895148220435), (5.0, 2.866515718791939e-07),
            (10.0, 7.619853024160525e-24), (20.0, 2.7536241186062337e-89), (37.0, 5.725571222524577e-300),
        ])
    func normalTail(z: Double, expected: Double) {
        #expect(relativeError(normalUpperTail(z), expected) < 1e-15)
        #expect(normalCDF(-z) == normalUpperTail(z))
    }

    @Test(
        "The logarithm of the normal tail goes on where the tail underflows",
        arguments: [
            (-5.0, -2.866516129637636e-07), (0.0, -0.6931471805599453), (1.0, -1.8410216450092636),
            (10.0, -53.23128515051247), (37.5, -707.6689893175072), (100.0, -5005.524208694205),
            (1000.0, -500007.82669481216),
        ])
    func normalLogTail(z: Double, expected: Double) {
        #expect(relativeError(normalLogUpperTail(z), expected) < 1e-15)
    }

    @Test(
        "The normal quantile inverts the tail",
        arguments: [
            (1e-300, 37.0470962993612), (1e-100, 21.273453560965326), (1e-10, 6.361340902404057),
            (0.001, 3.0902323061678136), (0.025, 1.9599639845400543), (0.2, 0.8416212335729142),
            (0.49, 0.025068908258711057),
        ])
    func normalQuantiles(q: Double, expected: Double) {
        // Near the centre the tail itself has an absolute error of 1e-16.
        #expect((normalUpperTailQuantile(q) - expected).magnitude < 1e-15 * max(1, expected))
        #expect((normalQuantile(q) + expected).magnitude < 1e-15 * max(1, expected))
    }

    @Test("Quantiles at the ends are infinite")
    func quantileEdges() {
        #expect(normalQuantile(0) == -.infinity)
        #expect(normalQuantile(1) == .infinity)
        #expect(normalQuantile(0.5) == 0)
        #expect(normalQuantile(1.5).isNaN)
        #expect(normalUpperTail(.infinity) == 0)
        #expect(normalUpperTail(.nan).isNaN)
    }

    @Test("Many tails at once have the bits of each alone")
    func normalTailsTogether() {
        var values = (0..<4_001).map { Double($0) * 0.006107 - 12.2 }
        values += (0..<16).flatMap { [Double($0), Double($0) / 16, -Double($0) * 2.5] }
        values += [0, -0.0, 36.99, 37, 37.01, 38.2, 39, 41, -.infinity, .infinity, .nan, 1e-300]
        values += [.leastNonzeroMagnitude, 1, 2, 3, 4]
        let together = normalUpperTails(ofMagnitudes: values)
        for (value, tail) in zip(values, together) {
            let alone = normalUpperTail(value.magnitude)
            #expect(tail.bitPattern == alone.bitPattern || tail.isNaN && alone.isNaN, "at \(value)")
        }
    }

    // 1e-13 throughout: the densities of large arguments exponentiate numbers near 700.
    @Test(
        "The chi-square tail keeps its digits",
        arguments: [
            (0.1, 1.0, 0.7518296340458492), (3.84, 1.0, 0.050043521248705106), (200.0, 3.0, 4.2185411071920426e-43),
            (100.0, 100.0, 0.48119168452795674), (1400.0, 5.0, 1.3765875143943704e-300),
            (90.0, 120.0, 0.9813488653514245),
        ])
    func chiSquare(x: Double, degrees: Double, expected: Double) {
        #expect(relativeError(chiSquareUpperTail(x, degreesOfFreedom: degrees), expected) < 1e-13)
    }

    @Test(
        "Student's tail keeps its digits",
        arguments: [
            (0.01, 3.0, 0.496324555706426), (2.0, 4.0, 0.058058261758407795), (12.0, 10.0, 1.4607044123849935e-07),
            (50.0, 86.0, 1.2022092141149068e-65), (3.0, 1.0, 0.10241638234956672),
        ])
    func student(t: Double, degrees: Double, expected: Double) {
        #expect(relativeError(tUpperTail(t, degreesOfFreedom: degrees), expected) < 1e-13)
        #expect(tUpperTail(-t, degreesOfFreedom: degrees) == 1 - tUpperTail(t, degreesOfFreedom: degrees))
    }

    @Test(
        "The F tail keeps its digits",
        arguments: [
            (16.694369237175074, 3.0, 4.0, 0.010000000000000009), (1.0, 10.0, 86.0, 0.45009396334561275),
            (40.0, 2.0, 5.0, 0.0008392236160426746), (0.01, 3.0, 47.0, 0.9986094687125194),
        ])
    func fisher(f: Double, numerator: Double, denominator: Double, expected: Double) {
        #expect(relativeError(fUpperTail(f, numerator, denominator), expected) < 1e-13)
    }

    @Test(
        "The F quantile agrees with R",
        arguments: [
            (3.0, 4.0, 16.694369237175074), (2.0, 5.0, 13.273933612004827), (5.0, 3.0, 28.237080837755041),
            (10.0, 86.0, 2.534152587933594), (3.0, 47.0, 4.2279005521219046), (26.0, 24.0, 2.6279880329338243),
        ])
    func fisherQuantile(numerator: Double, denominator: Double, expected: Double) {
        #expect(relativeError(fQuantile(0.99, numerator, denominator), expected) < 1e-13)
    }

    @Test(
        "The beta quantile agrees with R, for tiny quantiles too",
        arguments: [
            (0.025, 3.0, 997.0, 0.00061972008048303271), (0.975, 501.0, 500.0, 0.53145082702820812),
            (0.025, 1.0, 1e6, 2.5317807663794191e-08), (0.975, 10.0, 1.0, 0.99747142145553824),
            (1e-10, 0.5, 3.0, 2.8444444444444445e-21),
        ])
    func betaQuantiles(p: Double, a: Double, b: Double, expected: Double) {
        #expect(relativeError(betaQuantile(p, a, b).x, expected) < 1e-12)
    }

    @Test("The two incomplete functions sum to one")
    func complements() {
        for x in [0.01, 0.3, 0.77, 0.999] {
            let beta = regularizedIncompleteBeta(2.5, 7, x: x, complement: 1 - x)
            #expect((beta.lower + beta.upper - 1).magnitude < 1e-15)
            let mirrored = regularizedIncompleteBeta(7, 2.5, x: 1 - x, complement: x)
            #expect((beta.lower - mirrored.upper).magnitude < 1e-14)
            let gamma = regularizedIncompleteGamma(3.3, 10 * x)
            #expect((gamma.lower + gamma.upper - 1).magnitude < 1e-15)
        }
    }
}
