/// The random name of a run, made when it is submitted.
///
/// A run keeps its name when its coordinator is restarted. The value 0 stands in
/// messages that are about no run, such as a worker's greeting.
package struct RunID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let value: UInt128

    package init(_ value: UInt128) {
        self.value = value
    }

    /// What messages carry that are about no run.
    package static let none = RunID(0)

    /// 32 lower-case hexadecimal digits.
    package var description: String { hexadecimal(value) }

    package static func < (left: RunID, right: RunID) -> Bool { left.value < right.value }
}

/// The random name of one process, made when it starts.
///
/// Host names and job ids are labels only: after a network cut, a batch system
/// may run two processes under one job id for minutes.
package struct Incarnation: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let value: UInt128

    package init(_ value: UInt128) {
        self.value = value
    }

    /// 32 lower-case hexadecimal digits.
    package var description: String { hexadecimal(value) }

    package static func < (left: Incarnation, right: Incarnation) -> Bool { left.value < right.value }
}

/// One lending of one shard to one worker.
///
/// The epoch is part of it, so that leases from before and after a restart of
/// the coordinator cannot be taken for each other.
package struct LeaseID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let epoch: UInt64
    package let number: UInt64

    /// What only the worker knows that was lent the shard, see `LeaseKey`. Never printed.
    package let proof: UInt128

    package init(epoch: UInt64, number: UInt64, proof: UInt128 = 0) {
        self.epoch = epoch
        self.number = number
        self.proof = proof
    }

    package var description: String { "\(epoch).\(number)" }

    package static func < (left: LeaseID, right: LeaseID) -> Bool {
        (left.epoch, left.number) < (right.epoch, right.number)
    }
}

/// One start of one computation inside one worker.
package struct ComputeID: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let number: UInt64

    package init(_ number: UInt64) {
        self.number = number
    }

    package var description: String { "\(number)" }

    package static func < (left: ComputeID, right: ComputeID) -> Bool { left.number < right.number }
}

private func hexadecimal(_ value: UInt128) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
}
