import ContentDigest

extension LeaseOffer {
    /// Writes everything but the shard's parameters, which travel as the payload.
    func write(to writer: inout FieldWriter) {
        writer.write(1, lease.epoch)
        writer.write(2, lease.number)
        writer.write(3, id.digest)
        writer.write(4, attempt)
        writer.write(5, deadline)
        writer.write(6, shard.stage)
        writer.write(7, shard.range.lowerBound)
        writer.write(8, shard.range.upperBound)
        writer.write(9, shard.inputs)
    }

    init(from reader: inout FieldReader, parameters: [UInt8]) throws(FrameError) {
        var lease = (epoch: nil as UInt64?, number: nil as UInt64?)
        var id: SHA256Digest?
        var attempt = 0
        var deadline: Duration?
        var stage: String?
        var range = (lower: nil as Int?, upper: nil as Int?)
        var inputs: [SHA256Digest] = []
        while let field = try reader.next() {
            switch field.tag {
            case 1: lease.epoch = try field.number()
            case 2: lease.number = try field.number()
            case 3: id = try field.digest()
            case 4: attempt = try field.count()
            case 5: deadline = try field.duration()
            case 6: stage = try field.text()
            case 7: range.lower = try field.count()
            case 8: range.upper = try field.count()
            case 9: try inputs.append(bounded: try field.digest())
            default: break
            }
        }
        let bounds = (try required(range.lower, "start of range"), try required(range.upper, "end of range"))
        guard bounds.0 <= bounds.1 else { throw .malformed("a range ends before it starts") }
        self.init(
            lease: LeaseID(
                epoch: try required(lease.epoch, "lease epoch"), number: try required(lease.number, "lease")),
            id: ShardID(try required(id, "shard")), attempt: attempt, deadline: try required(deadline, "deadline"),
            shard: Shard(
                stage: try required(stage, "stage"), parameters: parameters, range: bounds.0..<bounds.1, inputs: inputs)
        )
    }
}

extension ShardResult {
    /// Writes everything but the payload.
    func write(to writer: inout FieldWriter) {
        writer.write(1, shard.digest)
        writer.write(2, lease.epoch)
        writer.write(3, lease.number)
        writer.write(4, digest)
        writer.write(5, elapsed)
    }

    init(from reader: inout FieldReader, payload: [UInt8]) throws(FrameError) {
        var shard: SHA256Digest?
        var lease = (epoch: 0 as UInt64, number: 0 as UInt64)
        var digest: SHA256Digest?
        var elapsed = Duration.zero
        while let field = try reader.next() {
            switch field.tag {
            case 1: shard = try field.digest()
            case 2: lease.epoch = try field.number()
            case 3: lease.number = try field.number()
            case 4: digest = try field.digest()
            case 5: elapsed = try field.duration()
            default: break
            }
        }
        self.init(
            shard: ShardID(try required(shard, "shard")), lease: LeaseID(epoch: lease.epoch, number: lease.number),
            digest: try required(digest, "digest"), elapsed: elapsed, payload: payload)
    }
}

extension ShardFault: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, shard.digest)
        writer.write(2, UInt64(code.rawValue))
        writer.write(3, text)
        writer.write(4, isRetriable)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        var shard: SHA256Digest?
        var code: Code?
        var text = ""
        var isRetriable = false
        while let field = try reader.next() {
            switch field.tag {
            case 1: shard = try field.digest()
            case 2: code = Code(rawValue: try field.small(UInt8.self))
            case 3: text = try field.text()
            case 4: isRetriable = try field.flag()
            default: break
            }
        }
        self.init(
            shard: ShardID(try required(shard, "shard")), code: try required(code, "known fault"), text: text,
            isRetriable: isRetriable)
    }
}
