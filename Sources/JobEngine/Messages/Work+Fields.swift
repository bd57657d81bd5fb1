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
        writer.write(10, lease.proof)
    }

    init(from reader: inout FieldReader, parameters: [UInt8]) throws(FrameError) {
        var lease = (epoch: nil as UInt64?, number: nil as UInt64?, proof: 0 as UInt128)
        var id: SHA256Digest?
        var attempt = 0
        var deadline: Duration?
        var stage: String?
        var range = (lower: nil as Int?, upper: nil as Int?)
        var inputs: [SHA256Digest] = []
        while let field = try reader.next() {
            switch field.tag {
            case 1: lease.epoch = try field.epoch()
            case 2: lease.number = try field.number()
            case 3: id = try field.digest()
            case 4: attempt = try field.count()
            case 5: deadline = try field.duration()
            case 6: stage = try field.key()
            case 7: range.lower = try field.count()
            case 8: range.upper = try field.count()
            case 9: try inputs.append(bounded: try field.digest())
            case 10: lease.proof = try field.wide()
            default: break
            }
        }
        let bounds = (try required(range.lower, "start of range"), try required(range.upper, "end of range"))
        guard bounds.0 <= bounds.1 else { throw .malformed("a range ends before it starts") }
        self.init(
            lease: LeaseID(
                epoch: try required(lease.epoch, "lease epoch"), number: try required(lease.number, "lease"),
                proof: lease.proof),
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
        writer.write(6, lease.proof)
        writer.write(7, size)
    }

    init(from reader: inout FieldReader, payload: [UInt8]) throws(FrameError) {
        var shard: SHA256Digest?
        var lease = (epoch: 0 as UInt64, number: 0 as UInt64, proof: 0 as UInt128)
        var digest: SHA256Digest?
        var elapsed = Duration.zero
        var size: Int?
        while let field = try reader.next() {
            switch field.tag {
            case 1: shard = try field.digest()
            case 2: lease.epoch = try field.epoch()
            case 3: lease.number = try field.number()
            case 4: digest = try field.digest()
            case 5: elapsed = try field.duration()
            case 6: lease.proof = try field.wide()
            case 7: size = try field.count()
            default: break
            }
        }
        let total = try required(size, "size")
        guard total <= MessageLimits.payloadBytes else { throw .malformed("a result is too long") }
        guard payload.isEmpty || payload.count == total else { throw .malformed("a result is cut short") }
        self.init(
            shard: ShardID(try required(shard, "shard")),
            lease: LeaseID(epoch: lease.epoch, number: lease.number, proof: lease.proof),
            digest: try required(digest, "digest"), elapsed: elapsed, payload: payload)
        self.size = total
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
