import Glibc

/// Which build of the lane kernels this process uses. Results do not depend on it.
package enum CPULevel: String, CaseIterable, Sendable {
    /// Every x86-64.
    case baseline

    /// With AVX2 and fused multiply-add.
    case v3

    /// With AVX-512.
    case v4

    /// Decided once: by `MODICUM_CPU` if it names a level that this CPU can run, else the highest that it can.
    package static let current: CPULevel = {
        if let request = getenv("MODICUM_CPU"), let level = CPULevel(rawValue: String(cString: request)),
            supported.contains(level)
        {
            return level
        }
        return supported.last ?? .baseline
    }()

    /// The levels that this CPU can run, from the flags that the kernel lists, the slowest first.
    ///
    /// A system without that list gets the baseline, which is slower and never wrong.
    package static let supported: [CPULevel] = {
        let flags = Set(cpuFlags())
        return allCases.filter { flags.isSuperset(of: $0.neededFlags) }
    }()

    private var neededFlags: [String] {
        let v3 = ["avx", "avx2", "fma", "bmi1", "bmi2", "f16c", "movbe", "abm"]
        return switch self {
        case .baseline: []
        case .v3: v3
        case .v4: v3 + ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
        }
    }

    private static func cpuFlags() -> [String] {
        guard let file = fopen("/proc/cpuinfo", "r") else { return [] }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0 {
            guard let line else { break }
            let fields = String(cString: line).split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" })
            if fields.first == "flags" { return fields.map(String.init) }
        }
        return []
    }
}
