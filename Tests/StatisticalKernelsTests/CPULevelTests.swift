import Glibc
import StatisticalKernels
import Testing

@Suite("Kernel builds")
struct CPULevelTests {
    @Test("What the CPU tells of itself is what the kernel lists in /proc/cpuinfo")
    func asTheKernelLists() throws {
        let flags = Set(try #require(flagsOfKernel()))
        let v3 = ["avx", "avx2", "fma", "bmi1", "bmi2", "f16c", "movbe", "abm"]
        let v4 = v3 + ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
        var expected = [CPULevel.baseline]
        if flags.isSuperset(of: v3) { expected.append(.v3) }
        if flags.isSuperset(of: v4) { expected.append(.v4) }
        #expect(CPULevel.supported == expected)
    }

    private func flagsOfKernel() -> [String]? {
        guard let file = fopen("/proc/cpuinfo", "r") else { return nil }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0 {
            guard let line else { break }
            let fields = String(cString: line).split(whereSeparator: \.isWhitespace)
            if fields.first == "flags" { return fields.map(String.init) }
        }
        return nil
    }
}
