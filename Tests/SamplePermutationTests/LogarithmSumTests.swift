import KernelArguments
import StatisticalKernels
import Testing

@Suite("Sums of logarithms side by side")
struct LogarithmSumTests {
    @Test("Every build's sums have the bits of logarithms added one by one", arguments: CPULevel.supported)
    func bits(level: CPULevel) {
        let values = (0..<257).map { 0x1p-30 + Double($0 * $0) * 0.37 }
        let rates = [-1e-5, 1e-9, 0.003, 0.7, 1, 2.5, 1e6, 1e300, 0, 1e-300, 3e18, -4e-5, 0.1, 0.2, 17, 1e-3]
        let memory = UnsafeMutablePointer<SIMD8<Double>>.allocate(capacity: 4)
        defer { memory.deallocate() }
        let doubles = UnsafeMutableRawPointer(memory).assumingMemoryBound(to: Double.self)
        for (place, rate) in rates.enumerated() { doubles[place] = rate }
        values.withUnsafeBufferPointer { values in
            var arguments = LogarithmSumArguments(
                values: values.baseAddress!, valueCount: values.count, rates: doubles, groupCount: 2,
                sums: doubles + 16)
            ModelKernels(level: level).sumLogarithms(&arguments)
        }
        for (place, rate) in rates.enumerated() {
            let expected = values.reduce(0.0) { $0 + log1p(rate * $1) }
            #expect(doubles[16 + place].bitPattern == expected.bitPattern, "rate \(rate)")
        }
    }
}
