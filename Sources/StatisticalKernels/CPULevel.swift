import Glibc

/// Which build of the lane kernels this process uses. Results do not depend on it.
package enum CPULevel: String, Sendable {
    /// Every x86-64.
    case baseline

    /// With AVX2 and fused multiply-add.
    case v3

    /// Decided once: by `MODICUM_CPU` if it names a level that this CPU can run, else by what the CPU offers.
    package static let current: CPULevel = {
        guard supportsV3 else { return .baseline }
        guard let request = getenv("MODICUM_CPU") else { return .v3 }
        return CPULevel(rawValue: String(cString: request)) ?? .v3
    }()

    /// Whether the CPU can run the `v3` kernels, from the flags that the kernel lists.
    ///
    /// A system without that list gets the baseline, which is slower and never wrong.
    package static let supportsV3: Bool = {
        guard let file = fopen("/proc/cpuinfo", "r") else { return false }
        defer { fclose(file) }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        while getline(&line, &capacity, file) > 0 {
            guard let line else { break }
            let fields = String(cString: line).split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == "\n" })
            guard fields.first == "flags" else { continue }
            return ["avx", "avx2", "fma", "bmi1", "bmi2", "f16c", "movbe", "abm"].allSatisfy { flag in
                fields.contains { $0 == flag }
            }
        }
        return false
    }()
}
