import ContentDigest

extension MessageBody {
    /// The type as it stands in a message's seventh byte.
    var type: UInt8 {
        switch self {
        case .hello: 1
        case .welcome: 2
        case .reject: 3
        case .ready: 4
        case .lease: 5
        case .beat: 6
        case .result: 7
        case .acknowledge: 8
        case .fail: 9
        case .giveBack: 10
        case .drain: 11
        case .goodbye: 12
        case .cancel: 13
        case .blobRequest: 14
        case .blobChunk: 15
        case .submit: 16
        case .submitted: 17
        case .statusRequest: 18
        case .status: 19
        case .cancelRun: 20
        case .runEnded: 21
        case .watch: 22
        case .resultsRequest: 23
        case .results: 24
        case .logRequest: 25
        case .log: 26
        }
    }

    /// What travels as the second part.
    var payload: [UInt8] {
        switch self {
        case .lease(let offer): offer.shard.parameters
        case .result(let result): result.payload
        case .blobChunk(let chunk): chunk.content
        case .submit(let submission): Self.fields(submission.write)
        case .status(let snapshot): Self.fields(snapshot.write)
        case .runEnded(let outcome): Self.fields(outcome.write)
        case .results(let files): Self.fields { $0.write(1, files) }
        case .log(let lines): Self.fields { $0.write(1, lines) }
        default: []
        }
    }

    /// Fields as a payload, which may be larger than a head.
    private static func fields(_ write: (inout FieldWriter) -> Void) -> [UInt8] {
        var writer = FieldWriter()
        write(&writer)
        return writer.bytes
    }

    /// Writes what stands in the head.
    func write(to writer: inout FieldWriter) {
        switch self {
        case .hello(let hello): hello.write(to: &writer)
        case .welcome(let welcome): welcome.write(to: &writer)
        case .reject(let rejection): rejection.write(to: &writer)
        case .ready(let credits): writer.write(1, credits)
        case .lease(let offer): offer.write(to: &writer)
        case .beat(let beat): beat.write(to: &writer)
        case .result(let result): result.write(to: &writer)
        case .acknowledge(let shard), .cancel(let shard): writer.write(1, shard.digest)
        case .fail(let fault): fault.write(to: &writer)
        case .giveBack(let shards): writer.write(1, shards.map(\.digest))
        case .drain(let reason), .goodbye(let reason): writer.write(1, reason)
        case .blobRequest(let request): request.write(to: &writer)
        case .blobChunk(let chunk): chunk.write(to: &writer)
        case .logRequest(let number): writer.write(1, number)
        case .submit, .status, .runEnded, .results, .log: break
        case .submitted, .statusRequest, .cancelRun, .watch, .resultsRequest: break
        }
    }

    /// Reads a body of the given type.
    init(type: UInt8, from fields: FieldReader, payload: [UInt8]) throws(FrameError) {
        var reader = fields
        var content = FieldReader(payload, in: 0..<payload.count)
        switch type {
        case 1: self = .hello(try Hello(from: &reader))
        case 2: self = .welcome(try Welcome(from: &reader))
        case 3: self = .reject(try Rejection(from: &reader))
        case 4: self = .ready(credits: try SingleField(from: &reader).field.count(atMost: MessageLimits.credits))
        case 5: self = .lease(try LeaseOffer(from: &reader, parameters: payload))
        case 6: self = .beat(try Beat(from: &reader))
        case 7: self = .result(try ShardResult(from: &reader, payload: payload))
        case 8: self = .acknowledge(ShardID(try SingleField(from: &reader).field.digest()))
        case 9: self = .fail(try ShardFault(from: &reader))
        case 10: self = .giveBack(try MessageBody.shards(from: &reader))
        case 11: self = .drain(reason: try SingleField(from: &reader).field.text())
        case 12: self = .goodbye(reason: try SingleField(from: &reader).field.text())
        case 13: self = .cancel(ShardID(try SingleField(from: &reader).field.digest()))
        case 14: self = .blobRequest(try BlobRequest(from: &reader))
        case 15: self = .blobChunk(try BlobChunk(from: &reader, content: payload))
        case 16: self = .submit(try Submission(from: &content))
        case 17: self = .submitted
        case 18: self = .statusRequest
        case 19: self = .status(try StatusSnapshot(from: &content))
        case 20: self = .cancelRun
        case 21: self = .runEnded(try RunOutcome(from: &content))
        case 22: self = .watch
        case 23: self = .resultsRequest
        case 24: self = .results(try MessageBody.files(from: &content))
        case 25: self = .logRequest(after: try SingleField(from: &reader).field.number())
        case 26: self = .log(try MessageBody.lines(from: &content))
        default: throw .unknownType(type)
        }
    }

    private static func files(from reader: inout FieldReader) throws(FrameError) -> [Submission.NamedBlob] {
        var files: [Submission.NamedBlob] = []
        while let field = try reader.next() {
            if field.tag == 1 { try files.append(bounded: field.value(Submission.NamedBlob.self)) }
        }
        return files
    }

    private static func lines(from reader: inout FieldReader) throws(FrameError) -> [LogLine] {
        var lines: [LogLine] = []
        while let field = try reader.next() {
            if field.tag == 1 { try lines.append(bounded: field.value(LogLine.self)) }
        }
        return lines
    }

    private static func shards(from reader: inout FieldReader) throws(FrameError) -> [ShardID] {
        var shards: [ShardID] = []
        while let field = try reader.next() {
            if field.tag == 1 { try shards.append(bounded: ShardID(try field.digest())) }
        }
        return shards
    }
}

/// The only field of a small message: the first with tag 1.
private struct SingleField {
    let field: Field

    init(from reader: inout FieldReader) throws(FrameError) {
        while let field = try reader.next() {
            if field.tag == 1 {
                self.field = field
                return
            }
        }
        throw .malformed("an empty message")
    }
}
