import ContentDigest
import JobEngine
import Payloads
import Synchronization

/// The names of what the shards of a stage read.
///
/// A stage lists them as an `enum … : String, ShardInput`. They travel with the shard.
package protocol ShardInput: RawRepresentable, CaseIterable, Hashable, Sendable where RawValue == String {
    /// Those that a shard may do without.
    static var optional: Set<Self> { get }
}

extension ShardInput {
    package static var optional: Set<Self> { [] }

    /// Inputs in the order in which shards name them: that of their declaration.
    static func names(of inputs: some Collection<Self>) -> [UInt8] {
        Array(allCases.filter(inputs.contains).map(\.rawValue).joined(separator: " ").utf8)
    }
}

/// A shard as its stage sees it: a range, and what is read by name.
package struct StageShard<Input: ShardInput>: Sendable {
    /// Genes, sets or permutations.
    package let range: Range<Int>
    private let inputs: [Input: Blob]
    private let decodedInputs: DecodedInputs

    /// - Parameters:
    ///   - inputs: What the shard names, in that order.
    ///   - decoded: Keeps what is decoded, for the stage's other shards.
    init(_ shard: Shard, inputs: [Blob], decoded: DecodedInputs) throws {
        let names = String(decoding: shard.parameters, as: UTF8.self).split(separator: " ").map(String.init)
        let read = names.compactMap(Input.init(rawValue:))
        guard read.count == names.count, read.count == inputs.count, Set(read).count == read.count else {
            throw PayloadError(
                description:
                    "a shard of `\(shard.stage)` reads \(inputs.count) inputs called `\(names.joined(separator: " "))`"
            )
        }
        range = shard.range
        self.inputs = Dictionary(uniqueKeysWithValues: zip(read, inputs))
        decodedInputs = decoded
    }

    package func has(_ input: Input) -> Bool { inputs[input] != nil }

    package func content(_ input: Input) throws -> [UInt8] { try blob(input).content }

    func digest(_ input: Input) throws -> SHA256Digest { try blob(input).digest }

    /// Returns a decoded input, decoding it for the first of all shards that read it: for what many have in common.
    package func shared<Value: Sendable>(_ input: Input, decode: ([UInt8]) throws -> Value) throws -> Value {
        try decodedInputs.value(for: blob(input), decode: decode)
    }

    /// A number per gene of the shard.
    func doubles(_ input: Input) throws -> [Double] {
        var reader = PayloadReader(try content(input))
        return try reader.readDoubles()
    }

    private func blob(_ input: Input) throws -> Blob {
        guard let blob = inputs[input] else {
            throw PayloadError(description: "a shard has no input `\(input.rawValue)`")
        }
        return blob
    }
}

/// Keeps what was decoded from blobs, for all compute threads of a worker.
///
/// Holds as many values as a run has analyses and lists: tens, so nothing is ever dropped.
final class DecodedInputs: Sendable {
    private struct Key: Hashable {
        let digest: SHA256Digest
        let type: ObjectIdentifier
    }

    /// One blob's value, once it is decoded.
    private final class Entry: Sendable {
        let value = Mutex<(any Sendable)?>(nil)
    }

    private let entries = Mutex<[Key: Entry]>([:])

    /// Returns the decoded blob, decoding it at the first call. Other threads that ask meanwhile wait for it: decoding
    /// may take seconds.
    func value<Value: Sendable>(for blob: Blob, decode: ([UInt8]) throws -> Value) throws -> Value {
        let key = Key(digest: blob.digest, type: ObjectIdentifier(Value.self))
        let entry = entries.withLock { entries in
            let entry = entries[key] ?? Entry()
            entries[key] = entry
            return entry
        }
        return try entry.value.withLock { known in
            if let value = known as? Value { return value }
            let value = try decode(blob.content)
            known = value
            return value
        }
    }
}
