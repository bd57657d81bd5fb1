import ContentDigest

extension RunOutcome: FieldCodable {
    func write(to writer: inout FieldWriter) {
        switch self {
        case .finished(let disagreements):
            writer.write(1, 1)
            writer.write(4, disagreements)
        case .failed(let reason, let shards, let disagreements):
            writer.write(1, 2)
            writer.write(2, reason)
            writer.write(3, shards)
            writer.write(4, disagreements)
        case .cancelled:
            writer.write(1, 3)
        case .refused(let reason):
            writer.write(1, 4)
            writer.write(2, reason)
        }
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        var kind: UInt64?
        var reason = ""
        var shards: [ShardFailure] = []
        var disagreements: [Disagreement] = []
        while let field = try reader.next() {
            switch field.tag {
            case 1: kind = try field.number()
            case 2: reason = try field.lines()
            case 3: try shards.append(bounded: try field.value(ShardFailure.self))
            case 4: try disagreements.append(bounded: try field.value(Disagreement.self))
            default: break
            }
        }
        switch kind {
        case 1: self = .finished(disagreements: disagreements)
        case 2: self = .failed(reason: reason, shards: shards, disagreements: disagreements)
        case 3: self = .cancelled
        case 4: self = .refused(reason: reason)
        default: throw .malformed("an unknown outcome")
        }
    }
}

extension ShardFailure: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, stage)
        writer.write(2, range.lowerBound)
        writer.write(3, range.upperBound)
        writer.write(4, shard.digest)
        writer.write(5, attempts)
        writer.write(6, text)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        var stage = ""
        var bounds = (0, 0)
        var shard: SHA256Digest?
        var attempts = 0
        var text = ""
        while let field = try reader.next() {
            switch field.tag {
            case 1: stage = try field.text()
            case 2: bounds.0 = try field.count()
            case 3: bounds.1 = try field.count()
            case 4: shard = try field.digest()
            case 5: attempts = try field.count()
            case 6: text = try field.lines()
            default: break
            }
        }
        guard bounds.0 <= bounds.1 else { throw .malformed("a range ends before it starts") }
        self.init(
            stage: stage, range: bounds.0..<bounds.1, shard: ShardID(try required(shard, "shard")), attempts: attempts,
            text: text)
    }
}

extension Disagreement: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, stage)
        writer.write(2, range.lowerBound)
        writer.write(3, range.upperBound)
        writer.write(4, shard.digest)
        writer.write(5, hosts)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        var stage = ""
        var bounds = (0, 0)
        var shard: SHA256Digest?
        var hosts: [String] = []
        while let field = try reader.next() {
            switch field.tag {
            case 1: stage = try field.text()
            case 2: bounds.0 = try field.count()
            case 3: bounds.1 = try field.count()
            case 4: shard = try field.digest()
            case 5: try hosts.append(bounded: try field.text())
            default: break
            }
        }
        guard bounds.0 <= bounds.1 else { throw .malformed("a range ends before it starts") }
        self.init(
            stage: stage, range: bounds.0..<bounds.1, shard: ShardID(try required(shard, "shard")), hosts: hosts)
    }
}
