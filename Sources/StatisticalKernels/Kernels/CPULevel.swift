import CLanes
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

    /// The levels that this CPU can run, the slowest first.
    package static let supported: [CPULevel] = {
        let level = Int(modicum_instruction_level())
        return allCases.filter { $0.instructionLevel <= level }
    }()

    private var instructionLevel: Int {
        switch self {
        case .baseline: 0
        case .v3: 3
        case .v4: 4
        }
    }
}
