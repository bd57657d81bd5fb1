import Payloads

/// The largest of many values, whatever the order in which they came.
package struct LargestValues: Equatable, Sendable {
    /// 250 exceedances of a threshold that lies halfway to the next value.
    static let kept = 251

    /// No particular order; more than `kept` until they are cut.
    private var values: [Float] = []

    /// Values not above this are not among the largest; no value is once they are given up.
    private var bound = -Float.infinity

    /// Whether the values are not wanted any more.
    private(set) var isGivenUp = false

    package init() {}

    @inline(__always)
    package mutating func add(_ value: Float) {
        guard value > bound else { return }
        values.append(value)
        if values.count >= 4 * Self.kept { cut() }
    }

    mutating func giveUp() {
        isGivenUp = true
        bound = .infinity
        values = []
    }

    mutating func append(_ other: LargestValues) {
        if isGivenUp || other.isGivenUp {
            giveUp()
            return
        }
        values += other.values
        cut()
    }

    private mutating func cut() {
        values.sort(by: >)
        guard values.count >= Self.kept else { return }
        values.removeSubrange(Self.kept...)
        bound = values[Self.kept - 1]
    }

    /// At most `kept` of them, the largest first.
    package var descending: [Float] { Array(values.sorted(by: >).prefix(Self.kept)) }

    package static func == (a: LargestValues, b: LargestValues) -> Bool {
        a.isGivenUp == b.isGivenUp && a.descending == b.descending
    }

    func write(to writer: inout PayloadWriter) {
        writer.write(isGivenUp)
        writer.write(descending.map(\.bitPattern))
    }

    init(from reader: inout PayloadReader) throws(PayloadError) {
        isGivenUp = try reader.readBool()
        if isGivenUp { bound = .infinity }
        values = try reader.readArray(of: UInt32.self).map { Float(bitPattern: $0) }
        guard values.count <= Self.kept else { throw .misfit }
        cut()
    }
}
