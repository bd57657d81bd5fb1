import StatisticalKernels
import Testing

/// Expected values were computed with R 4.2.2 and locfit 1.5.
@Suite("Smoothers and minimiser")
struct SmoothingTests {
    static let x = (0..<20).map { Double($0) / 2 }

    /// A rising wave with an outlier at the eighth point.
    static let y = [
        0.0, 0.67942553860420296, 1.24147098480789664, 1.59749498660405442, 1.70929742682568175, 1.59847214410395644,
        1.34112000805986709, 6.0, 0.84319750469207189, 0.82246988233490304, 1.04107572533686144, 1.49445967442960814,
        2.12058450180107405, 2.81511998808781572, 3.45698659871878888, 3.93799997677473890, 4.18935824662338163,
        4.19848711262349017, 4.01211848524175707, 3.72484887953819044,
    ]

    static func worst(_ values: [Double], _ expected: [Double]) -> Double {
        zip(values, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    @Test("lowess agrees with R, outlier included")
    func lowessAgreesWithR() {
        let expected = [
            0.26693279818453119, 0.64475687821937677, 0.99606820516638250, 1.33148160692892592, 1.49480243872229357,
            1.47898484710470512, 1.32248274266817134, 1.16682706457532648, 1.06015157647673708, 1.03369825338228694,
            1.25520512252638694, 1.67851165633519384, 2.19295626127480414, 2.75995091170103679, 3.28553940223029839,
            3.68742271807427002, 3.92529788603613072, 3.96292910353660766, 3.98381068602065547, 3.97823906208133060,
        ]
        // Sums of eight products of order one.
        #expect(Self.worst(lowess(x: Self.x, y: Self.y, span: 0.4), expected) < 1e-14)
    }

    @Test("lowess keeps a straight line, a constant and a single point")
    func lowessEdges() {
        let line = Self.x.map { 3 * $0 - 1 }
        #expect(Self.worst(lowess(x: Self.x, y: line, span: 0.2), line) < 1e-12)
        #expect(lowess(x: [1, 1, 1], y: [2, 2, 2], span: 0.5) == [2, 2, 2])
        #expect(lowess(x: [1], y: [5], span: 0.5) == [5])
        #expect(lowess(x: [], y: [], span: 0.5).isEmpty)
    }

    @Test("A loess curve agrees with R's interpolating surface")
    func loessAgreesWithR() {
        let curve = LoessCurve(x: Self.x, y: Self.y, span: 0.5)
        let expected = [
            0.20022406795993322, 0.44486156747841354, 1.94943765176773609, 4.04489225116776829, 3.71367341154261865,
        ]
        // Local parabolas of ten points.
        #expect(Self.worst([0, 0.3, 4.1, 7.77, 9.5].map(curve.value), expected) < 1e-12)
    }

    @Test("A local regression agrees with locfit, beyond its ends too")
    func localRegressionAgreesWithLocfit() {
        let weights = Self.x.indices.map { Double(1 + $0 % 3) }
        let regression = LocalRegression(x: Self.x, y: Self.y, weights: weights)
        let expected = [
            -0.077665286470166128, 0.347309110598121751, 1.727069588062696504, 3.702238487299833736,
            4.004220296231229881, -1.536895139232198781, 3.718437508017185866,
        ]
        // locfit's values are this far from the least-squares solution.
        #expect(Self.worst([0, 0.3, 4.1, 7.77, 9.5, -1, 11].map(regression.value), expected) < 1e-7)
    }

    @Test("A local regression does not depend on the points' order")
    func localRegressionOrder() {
        let weights = [Double](repeating: 1, count: 20)
        let forward = LocalRegression(x: Self.x, y: Self.y, weights: weights)
        let backward = LocalRegression(x: Self.x.reversed(), y: Self.y.reversed(), weights: weights)
        #expect(forward == backward)
    }

    @Test("A local regression ends where nearly all points share one place")
    func localRegressionOfTies() {
        let x = [0.0] + [Double](repeating: 0.3, count: 40) + [1]
        let y = [1.0] + [Double](repeating: 2, count: 40) + [3]
        let ones = [Double](repeating: 1, count: 42)
        #expect(LocalRegression(x: x, y: y, weights: ones).value(at: 0.5).isFinite)
        let constant = LocalRegression(x: [2, 2, 2, 2], y: [1, 2, 3, 4], weights: [1, 1, 1, 1])
        #expect(constant.value(at: 2) == 2.5)
    }

    @Test("A weighted parabola through three points is exact, and through fewer a line")
    func parabola() {
        let fit = WeightedQuadratic(centre: 10, x: [1, 2, 4], y: [1, 4, 16], weights: [1, 5, 0.1])
        #expect(abs(fit.value(at: 3) - 9) < 1e-11)
        #expect(abs(fit.slope(at: 3) - 6) < 1e-11)
        let line = WeightedQuadratic(centre: 0, x: [1, 2, 2], y: [1, 4, 4], weights: [1, 1, 1])
        #expect(abs(line.value(at: 3) - 7) < 1e-13)
        #expect(line.quadratic == 0)
        let constant = WeightedQuadratic(centre: 0, x: [2, 2], y: [3, 5], weights: [1, 1])
        #expect(constant.value(at: 9) == 4)
    }

    @Test("The minimiser takes the steps of R's optimize")
    func minimiser() {
        let inside = minimum(over: -2...5) { ($0 - 1.0 / 3) * ($0 - 1.0 / 3) * exp($0) }
        #expect(abs(inside - 0.33332381345130146) < 1e-12)
        let atEnd = minimum(over: 0...1) { -$0 }
        #expect(abs(atEnd - 0.9999338930386481) < 1e-15)
        let kink = minimum(over: 0...10, tolerance: 1e-8) { pow(abs($0 - 0.3), 1.5) }
        #expect(abs(kink - 0.29999999758003032) < 1e-14)
    }

    @Test("The least concave majorant touches its corners and lies above all points")
    func majorant() {
        let x = [0.0, 1, 2, 3, 4, 6]
        let y = [0.0, 1, 1.5, 2.5, 2.6, 2.8]
        let majorant = LeastConcaveMajorant(x: x, y: y)
        #expect(majorant.knots == [0, 1, 3, 4, 6] || majorant.knots == [0, 1, 3, 6])
        #expect(zip(x, y).allSatisfy { majorant.value(at: $0) >= $1 - 1e-15 })
        #expect(majorant.value(at: 2) == 1.75)
        #expect(majorant.slope(at: 1) == 0.75 && majorant.slope(at: 0.5) == 1)
        #expect(majorant.value(at: 9) == 2.8 && majorant.slope(at: 9) == majorant.slopes[majorant.slopes.count - 1])
        #expect(zip(majorant.slopes, majorant.slopes.dropFirst()).allSatisfy { $0 >= $1 })
    }

    @Test("A cubic spline agrees with R's splinefun, beyond its ends too")
    func spline() {
        let spline = CubicSpline(x: [0, 1, 2.5, 3, 4.2, 6], y: [1, 3, 2, 5, 4, 4.5])
        let expected = [
            -14.3654079807610131, 3.1206759975951259, 3.1805695294202669, 1.6605172367378924, 20.7677103685851314,
        ]
        #expect(Self.worst([-1, 0.5, 2.7, 5, 7].map(spline.value), expected) < 1e-13)
    }

    @Test("Hyperbolic functions agree with R at small and large arguments")
    func hyperbolic() {
        // Two or three rounded operations beside the logarithm or exponential.
        for (x, expected) in [
            (1e-9, 1e-9), (-0.5, -4.8121182505960347e-01), (3, 1.8184464592320668), (1e9, 2.1416413017506354e+01),
            (1e200, 4.6121016577936911e+02),
        ] {
            #expect(abs(asinh(x) - expected) <= 1e-15 * abs(expected))
        }
        for (x, expected) in [
            (1e-9, 1e-9), (0.5, 5.2109530549374738e-01), (-3, -1.0017874927409903e+01), (30, 5.3432372907622314e+12),
        ] {
            #expect(abs(sinh(x) - expected) <= 1e-15 * abs(expected))
        }
        #expect(sinh(1e4) == .infinity)
    }
}
