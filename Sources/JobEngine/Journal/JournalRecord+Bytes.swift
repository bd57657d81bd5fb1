import ContentDigest

/// A journal is a sequence of records without anything before, between or behind them:
///
/// | bytes | |
/// |---|---|
/// | 4 | `MJR` and the version of this layout, 1 |
/// | 4 | length of the fields, little-endian |
/// | 4 | length of the payload, little-endian |
/// | … | fields: what the record says |
/// | … | payload: of a shard's result, else nothing |
/// | 4 | CRC-32C of everything above, little-endian |
enum JournalLayout {
    static let marker: [UInt8] = Array("MJR".utf8) + [1]
    static let prefixBytes = 12
    static let trailerBytes = 4

    /// Longer ones are not ours.
    static let fieldBytes = 1 << 20
}

extension JournalRecord {
    /// Returns the bytes to append to a journal.
    package func encoded() -> [UInt8] {
        var writer = FieldWriter()
        write(to: &writer)
        let fields = writer.bytes
        let payload = self.payload
        var bytes: [UInt8] = []
        bytes.reserveCapacity(
            JournalLayout.prefixBytes + fields.count + payload.count + JournalLayout.trailerBytes)
        bytes.append(contentsOf: JournalLayout.marker)
        withUnsafeBytes(of: UInt32(fields.count).littleEndian) { bytes.append(contentsOf: $0) }
        withUnsafeBytes(of: UInt32(payload.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: fields)
        bytes.append(contentsOf: payload)
        let checksum = CRC32C.checksum(of: bytes)
        withUnsafeBytes(of: checksum.littleEndian) { bytes.append(contentsOf: $0) }
        return bytes
    }

    private var payload: [UInt8] {
        if case .shardDone(let result) = self { result.payload } else { [] }
    }

    private func write(to writer: inout FieldWriter) {
        switch self {
        case .runOpened(let opening):
            writer.write(1, 1)
            writer.write(2, opening.run.value)
            writer.write(3, opening.title)
            writer.write(4, UInt64(opening.numericContract))
            writer.write(5, opening.configuration)
        case .epochBegun(let epoch, let host):
            writer.write(1, 2)
            writer.write(2, epoch)
            writer.write(3, host)
        case .stagePlanned(let stage, let title, let shards, let plan):
            writer.write(1, 3)
            writer.write(2, stage)
            writer.write(3, title)
            writer.write(4, shards)
            writer.write(5, plan)
        case .shardDone(let result):
            writer.write(1, 4)
            writer.write(2, result.shard.digest)
            writer.write(3, result.stage)
            writer.write(4, result.digest)
            writer.write(5, result.host)
            writer.write(6, result.elapsed)
        case .runFinished(let succeeded, let text):
            writer.write(1, 5)
            writer.write(2, succeeded)
            writer.write(3, text)
        }
    }

    /// Reads what a record says.
    init(fields: [UInt8], payload: [UInt8]) throws(FrameError) {
        var reader = FieldReader(fields, in: 0..<fields.count)
        guard let kind = try reader.next(), kind.tag == 1 else { throw .malformed("a record without kind") }
        var values: [UInt8: Field] = [:]
        while let field = try reader.next() {
            values[field.tag] = field
        }
        func value(_ tag: UInt8) throws(FrameError) -> Field {
            try required(values[tag], "field \(tag)")
        }
        switch try kind.number() {
        case 1:
            self = .runOpened(
                RunOpening(
                    run: RunID(try value(2).wide()), title: try value(3).text(),
                    numericContract: try value(4).small(UInt32.self), configuration: try value(5).digest()))
        case 2:
            self = .epochBegun(epoch: try value(2).epoch(), host: try value(3).text())
        case 3:
            self = .stagePlanned(
                stage: try value(2).count(), title: try value(3).text(), shards: try value(4).count(),
                plan: try value(5).digest())
        case 4:
            self = .shardDone(
                JournaledResult(
                    shard: ShardID(try value(2).digest()), stage: try value(3).count(), digest: try value(4).digest(),
                    host: try value(5).text(), elapsed: try value(6).duration(), payload: payload))
        case 5:
            self = .runFinished(succeeded: try value(2).flag(), text: try value(3).text())
        case let other:
            throw .malformed("a record of unknown kind \(other)")
        }
    }
}
