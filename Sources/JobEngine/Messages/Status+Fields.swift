import ContentDigest

extension StatusSnapshot: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, build)
        writer.write(2, epoch)
        writer.write(3, uptime)
        writer.write(4, runs)
        writer.write(5, workers)
        writer.write(6, badFrames)
        writer.write(7, blockers)
        if let livePage { writer.write(8, livePage) }
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        self.init(build: "", epoch: 0, uptime: .zero, runs: [], workers: [], badFrames: 0, blockers: [])
        while let field = try reader.next() {
            switch field.tag {
            case 1: build = try field.text()
            case 2: epoch = try field.epoch()
            case 3: uptime = try field.duration()
            case 4: try runs.append(bounded: try field.value(RunStatus.self))
            case 5: try workers.append(bounded: try field.value(WorkerStatus.self))
            case 6: badFrames = try field.count()
            case 7: try blockers.append(bounded: try field.text())
            case 8: livePage = try field.value(LivePageAddress.self)
            default: break
            }
        }
    }
}

extension RunStatus: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, run.value)
        writer.write(2, title)
        writer.write(3, UInt64(phase.rawValue))
        writer.write(4, stage)
        writer.write(5, stageTitle)
        writer.write(6, shards)
        writer.write(7, done)
        writer.write(8, reused)
        writer.write(9, leased)
        writer.write(10, failed)
        writer.write(11, rate)
        if let remaining { writer.write(12, remaining) }
        writer.write(13, failures)
        writer.write(14, stages)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        self.init(
            run: .none, title: "", phase: .queued, stage: 0, stageTitle: "", shards: 0, done: 0, reused: 0, leased: 0,
            failed: 0, rate: 0, remaining: nil, failures: [])
        while let field = try reader.next() {
            switch field.tag {
            case 1: run = RunID(try field.wide())
            case 2: title = try field.name()
            case 3: phase = try required(Phase(rawValue: try field.small(UInt8.self)), "known phase")
            case 4: stage = try field.count()
            case 5: stageTitle = try field.text()
            case 6: shards = try field.count()
            case 7: done = try field.count()
            case 8: reused = try field.count()
            case 9: leased = try field.count()
            case 10: failed = try field.count()
            case 11: rate = try field.rate()
            case 12: remaining = try field.duration()
            case 13: try failures.append(bounded: try field.lines())
            case 14: try stages.append(bounded: try field.value(StageSummary.self))
            default: break
            }
        }
    }
}

extension WorkerStatus: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, incarnation.value)
        writer.write(2, host)
        writer.write(3, labels)
        writer.write(4, threads)
        writer.write(5, UInt64(phase.rawValue))
        writer.write(6, leases)
        writer.write(7, done)
        writer.write(8, bytes: memory)
        writer.write(9, silence)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        self.init(
            incarnation: Incarnation(0), host: "", labels: [], threads: 0, phase: .serving, leases: 0, done: 0,
            memory: 0, silence: .zero)
        while let field = try reader.next() {
            switch field.tag {
            case 1: incarnation = Incarnation(try field.wide())
            case 2: host = try field.text()
            case 3: try labels.append(bounded: try field.text())
            case 4: threads = try field.count(atMost: MessageLimits.threads)
            case 5: phase = try required(Phase(rawValue: try field.small(UInt8.self)), "known phase")
            case 6: leases = try field.count()
            case 7: done = try field.count()
            case 8: memory = try field.byteCount()
            case 9: silence = try field.duration()
            default: break
            }
        }
    }
}

extension LivePageAddress: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, host)
        writer.write(2, Int(port))
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        self.init(host: "", port: 0)
        while let field = try reader.next() {
            switch field.tag {
            case 1: host = try field.name()
            case 2: port = try field.small(UInt16.self)
            default: break
            }
        }
    }
}

extension StageSummary: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, title)
        writer.write(2, shards)
        writer.write(3, reused)
        writer.write(4, elapsed)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        self.init(title: "", shards: 0, reused: 0, elapsed: .zero)
        while let field = try reader.next() {
            switch field.tag {
            case 1: title = try field.text()
            case 2: shards = try field.count()
            case 3: reused = try field.count()
            case 4: elapsed = try field.duration()
            default: break
            }
        }
    }
}
