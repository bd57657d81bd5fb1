import ContentDigest

extension Hello: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, UInt64(role.rawValue))
        writer.write(2, build)
        writer.write(3, UInt64(protocols.lowerBound))
        writer.write(4, UInt64(protocols.upperBound))
        writer.write(5, UInt64(numericContract))
        writer.write(6, host)
        writer.write(7, labels)
        writer.write(8, threads)
        writer.write(9, bytes: memory)
        if let lifetime { writer.write(10, lifetime) }
        writer.write(11, leases)
        writer.write(12, results)
        writer.write(13, runsPrograms)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        self.init()
        var role: PeerRole?
        var lowest: UInt16?
        var highest: UInt16?
        while let field = try reader.next() {
            switch field.tag {
            case 1: role = PeerRole(rawValue: try field.small(UInt8.self))
            case 2: build = try field.name()
            case 3: lowest = try field.small(UInt16.self)
            case 4: highest = try field.small(UInt16.self)
            case 5: numericContract = try field.small(UInt32.self)
            case 6: host = try field.name()
            case 7:
                let label = try field.name()
                if labels.count < MessageLimits.labels { labels.append(label) }
            case 8: threads = try field.count(atMost: MessageLimits.threads)
            case 9: memory = try field.byteCount()
            case 10: lifetime = try field.duration()
            case 11: try leases.append(bounded: try field.value(HeldLease.self))
            case 12: try results.append(bounded: try field.value(HeldResult.self))
            case 13: runsPrograms = try field.flag()
            default: break
            }
        }
        self.role = try required(role, "role")
        let bounds = (try required(lowest, "lowest protocol"), try required(highest, "highest protocol"))
        guard bounds.0 <= bounds.1 else { throw .malformed("an empty range of protocols") }
        protocols = bounds.0...bounds.1
    }
}

extension HeldLease: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, run.value)
        writer.write(2, shard.digest)
        writer.write(3, lease.epoch)
        writer.write(4, lease.number)
        writer.write(5, isStarted)
        writer.write(6, progress)
        writer.write(7, lease.proof)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        var run: UInt128?
        var shard: SHA256Digest?
        var lease = (epoch: 0 as UInt64, number: 0 as UInt64, proof: 0 as UInt128)
        var isStarted = false
        var progress: UInt64 = 0
        while let field = try reader.next() {
            switch field.tag {
            case 1: run = try field.wide()
            case 2: shard = try field.digest()
            case 3: lease.epoch = try field.epoch()
            case 4: lease.number = try field.number()
            case 5: isStarted = try field.flag()
            case 6: progress = try field.number()
            case 7: lease.proof = try field.wide()
            default: break
            }
        }
        self.init(
            run: RunID(try required(run, "run")), shard: ShardID(try required(shard, "shard")),
            lease: LeaseID(epoch: lease.epoch, number: lease.number, proof: lease.proof), isStarted: isStarted,
            progress: progress)
    }
}

extension HeldResult: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, run.value)
        writer.write(2, shard.digest)
        writer.write(3, digest)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        var run: UInt128?
        var shard: SHA256Digest?
        var digest: SHA256Digest?
        while let field = try reader.next() {
            switch field.tag {
            case 1: run = try field.wide()
            case 2: shard = try field.digest()
            case 3: digest = try field.digest()
            default: break
            }
        }
        self.init(
            run: RunID(try required(run, "run")), shard: ShardID(try required(shard, "shard")),
            digest: try required(digest, "digest"))
    }
}

extension Welcome: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, UInt64(protocolVersion))
        writer.write(2, beatInterval)
        writer.write(3, lostAfter)
        writer.write(4, blobs)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        var version: UInt16?
        var beat: Duration?
        var lost: Duration?
        var blobs: [SHA256Digest] = []
        while let field = try reader.next() {
            switch field.tag {
            case 1: version = try field.small(UInt16.self)
            case 2: beat = try field.duration()
            case 3: lost = try field.duration()
            case 4: try blobs.append(bounded: try field.digest())
            default: break
            }
        }
        self.init(
            protocolVersion: try required(version, "protocol version"), beatInterval: try required(beat, "beat"),
            lostAfter: try required(lost, "time of loss"), blobs: blobs)
    }
}

extension Rejection: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, UInt64(reason.rawValue))
        writer.write(2, text)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        var reason: Reason?
        var text = ""
        while let field = try reader.next() {
            switch field.tag {
            case 1: reason = Reason(rawValue: try field.small(UInt8.self))
            case 2: text = try field.text()
            default: break
            }
        }
        self.init(try required(reason, "known reason"), text)
    }
}

extension Beat: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, credits)
        writer.write(2, leases)
        writer.write(3, results)
        writer.write(4, bytes: memory)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        self.init()
        while let field = try reader.next() {
            switch field.tag {
            case 1: credits = try field.count(atMost: MessageLimits.credits)
            case 2: try leases.append(bounded: try field.value(HeldLease.self))
            case 3: try results.append(bounded: try field.value(HeldResult.self))
            case 4: memory = try field.byteCount()
            default: break
            }
        }
    }
}
