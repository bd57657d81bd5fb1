/// Doubles in memory that is aligned for rows of eight lanes, kept as long as something refers to it.
///
/// `@unchecked Sendable`: whoever makes one writes before sharing it, and nobody after.
final class LaneMemory: @unchecked Sendable {
    let doubles: UnsafeMutablePointer<Double>
    let count: Int
    private let memory: UnsafeMutableRawPointer

    /// Zeros.
    init(count: Int) {
        self.count = count
        memory = .allocate(byteCount: max(count, 8) * 8, alignment: 64)
        doubles = memory.bindMemory(to: Double.self, capacity: max(count, 8))
        doubles.initialize(repeating: 0, count: max(count, 8))
    }

    var raw: UnsafeMutableRawPointer { memory }

    deinit { memory.deallocate() }
}
