import StatisticalKernels
import Testing

@Suite("Bounded quasi-Newton search")
struct BoundedQuasiNewtonTests {
    @Test("A quadratic inside the box is minimised at its centre")
    func quadratic() {
        let centre = [1.0, -2, 3]
        let search = BoundedQuasiNewton(from: [0, 0, 0], within: 30) { x in
            let gradient = zip(x, centre).enumerated().map { 2 * Double($0 + 1) * ($1.0 - $1.1) }
            let value = zip(x, centre).enumerated().reduce(0.0) {
                $0 + Double($1.offset + 1) * ($1.element.0 - $1.element.1) * ($1.element.0 - $1.element.1)
            }
            return (value, gradient)
        }
        #expect(search.isConverged)
        for (found, wanted) in zip(search.point, centre) { #expect((found - wanted).magnitude < 1e-3) }
    }

    @Test("A minimum outside the box is found on its wall")
    func wall() {
        let search = BoundedQuasiNewton(from: [0, 0], within: 2) { x in
            let value = (x[0] - 5) * (x[0] - 5) + (x[1] - 1) * (x[1] - 1) + 0.5 * x[0] * x[1]
            return (value, [2 * (x[0] - 5) + 0.5 * x[1], 2 * (x[1] - 1) + 0.5 * x[0]])
        }
        #expect(search.isConverged)
        #expect(search.point[0] == 2)
        #expect((search.point[1] - 0.5).magnitude < 1e-6)
    }

    @Test("Rosenbrock's valley is followed to its end")
    func rosenbrock() {
        let search = BoundedQuasiNewton(from: [-1.2, 1], within: 30) { x in
            let slack = x[1] - x[0] * x[0]
            let value = 100 * slack * slack + (1 - x[0]) * (1 - x[0])
            return (value, [-400 * x[0] * slack - 2 * (1 - x[0]), 200 * slack])
        }
        #expect(search.isConverged)
        // R's optim stops at 0.9998000 from the same start; the valley is flat there.
        #expect((search.point[0] - 1).magnitude < 1e-3)
        #expect(search.value < 1e-6)
    }

    @Test("A start at the minimum stays there")
    func minimum() {
        let search = BoundedQuasiNewton(from: [0, 0], within: 1) { x in
            (x[0] * x[0] + x[1] * x[1], [2 * x[0], 2 * x[1]])
        }
        #expect(search.isConverged)
        #expect(search.point == [0, 0])
        #expect(search.iterations == 0)
    }
}
