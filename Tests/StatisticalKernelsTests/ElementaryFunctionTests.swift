import StatisticalKernels
import Testing

// Expected values were computed with forty digits and rounded once.

/// The difference in units of the expected value's last place.
private func unitsOff(_ value: Double, _ expected: Double) -> Double {
    value == expected ? 0 : (value - expected).magnitude / expected.ulp
}

@Suite("Elementary functions")
struct ElementaryFunctionTests {
    @Test(
        "log is within one unit in the last place",
        arguments: [
            (Double.leastNonzeroMagnitude, -744.4400719213812), (1e-300, -690.7755278982137),
            (0.1, -2.3025850929940455),
            (0.7071067811865475, -0.34657359027997275), (0.9999999999, -1.000000082790371e-10),
            (1.0000001, 9.999999505838704e-08), (1.5, 0.4054651081081644), (10.0, 2.302585092994046),
            (1e+17, 39.14394658089878), (1.7e+308, 709.7268368932282),
        ])
    func logarithm(x: Double, expected: Double) {
        #expect(unitsOff(log(x), expected) <= 1)
    }

    @Test(
        "log1p is within one unit in the last place",
        arguments: [
            (-0.9999, -9.210340371976294), (-0.3, -0.35667494393873234), (-1e-10, -1.00000000005e-10),
            (1e-300, 1e-300), (1e-17, 1e-17), (1e-09, 9.999999995e-10), (0.4, 0.33647223662121295),
            (3.0, 1.3862943611198906), (1e10, 23.025850930040455), (1e+300, 690.7755278982137),
        ])
    func logarithmOfOnePlus(x: Double, expected: Double) {
        #expect(unitsOff(log1p(x), expected) <= 1)
    }

    @Test(
        "exp is within one unit in the last place",
        arguments: [
            (-740.0, 85 * Double.leastNonzeroMagnitude), (-708.0, 3.307553003638408e-308),
            (-20.5, 1.2501528663867426e-09),
            (-1e-09, 0.999999999), (1e-09, 1.000000001), (0.3, 1.3498588075760032), (1.0, 2.718281828459045),
            (50.25, 6.657293676747253e+21), (709.7, 1.6549840276802644e+308),
        ])
    func exponential(x: Double, expected: Double) {
        #expect(unitsOff(exp(x), expected) <= 1)
    }

    @Test(
        "expm1 is within two units in the last place",
        arguments: [
            (-30.0, -0.9999999999999064), (-1.0, -0.6321205588285577), (-1e-10, -9.999999999500001e-11),
            (1e-17, 1e-17), (1e-05, 1.0000050000166668e-05), (0.4, 0.49182469764127035), (5.0, 147.4131591025766),
            (100.0, 2.6881171418161356e+43),
        ])
    func exponentialLessOne(x: Double, expected: Double) {
        #expect(unitsOff(expm1(x), expected) <= 2)
    }

    @Test(
        "pow is within a few units in the last place",
        arguments: [
            (2.0, 0.5, 1.4142135623730951), (1.0000001, 1e7, 2.7182816941320818), (10.0, -300.0, 1e-300),
            (0.3, 200.0, 2.656139888758728e-105), (1e-05, 0.3, 0.0316227766016838), (7.0, 3.0, 343.0),
        ])
    func power(x: Double, y: Double, expected: Double) {
        // The error of the logarithm grows with the exponent of the result.
        #expect(unitsOff(pow(x, y), expected) <= 4)
    }

    @Test("Edges follow IEEE 754")
    func edges() {
        #expect(log(0) == -.infinity)
        #expect(log(-1).isNaN)
        #expect(log(.infinity) == .infinity)
        #expect(log1p(-1) == -.infinity)
        #expect(exp(-.infinity) == 0)
        #expect(exp(710) == .infinity)
        #expect(exp(0) == 1)
        #expect(exp(.nan).isNaN)
        #expect(expm1(-.infinity) == -1)
        #expect(pow(0, 0) == 1)
        #expect(pow(0, 2) == 0)
        #expect(pow(-2, 0.5).isNaN)
    }

    @Test("log2 is exact at powers of two", arguments: [-1074, -1022, -3, 0, 1, 52, 1023])
    func binaryLogarithm(exponent: Int) {
        let power = Double(sign: .plus, exponent: exponent, significand: 1)
        #expect(log2(power) == Double(exponent))
    }
}

@Suite("Gamma functions")
struct GammaFunctionTests {
    @Test(
        "logGamma keeps fourteen digits",
        arguments: [
            (1e-300, 690.7755278982137), (1e-05, 11.512919692895826), (0.43, 0.7229726396414984),
            (0.5, 0.5723649429247001), (1.4616, -0.12148629003589732), (3.0, 0.6931471805599453),
            (9.5, 11.689333420797269), (10.0, 12.801827480081469), (100.25, 360.28455963776423),
            (1e10, 220258509288.81058),
        ])
    func logarithmOfGamma(x: Double, expected: Double) {
        // Below ten the recurrence cancels values near fourteen.
        #expect((logGamma(x) - expected).magnitude <= 1e-14 * max(1, expected.magnitude))
    }

    @Test(
        "digamma keeps fifteen digits",
        arguments: [
            (1e-08, -100000000.57721564), (0.1, -10.423754940411076), (0.5, -1.9635100260214235),
            (1.0, -0.5772156649015329), (1.5, 0.03648997397857652), (9.0, 2.14064147795561),
            (12.5, 2.4851956512749123), (1e6, 13.815510057964191),
        ])
    func firstDerivative(x: Double, expected: Double) {
        #expect((digamma(x) - expected).magnitude <= 2e-15 * max(1, expected.magnitude))
    }

    @Test(
        "trigamma keeps fifteen digits",
        arguments: [
            (1e-06, 1000000000001.645), (0.1, 101.43329915079275), (0.5, 4.934802200544679),
            (1.0, 1.6449340668482264), (2.0, 0.6449340668482264), (9.0, 0.11751201469403143),
            (25.0, 0.04081066325722558), (1e6, 1.0000005000001667e-06),
        ])
    func secondDerivative(x: Double, expected: Double) {
        #expect((trigamma(x) - expected).magnitude <= 2e-15 * expected)
    }

    @Test("logGamma is zero at one and two, and infinite at zero")
    func edges() {
        #expect(logGamma(1) == 0)
        #expect(logGamma(2) == 0)
        #expect(logGamma(0) == .infinity)
        #expect(logGamma(-1).isNaN)
        #expect(digamma(0).isNaN)
        #expect(trigamma(0).isNaN)
    }
}
