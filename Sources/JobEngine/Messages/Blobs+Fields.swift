import ContentDigest

extension BlobRequest: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, digest)
        writer.write(2, offset)
        writer.write(3, length)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        var digest: SHA256Digest?
        var offset: UInt64 = 0
        var length: Int?
        while let field = try reader.next() {
            switch field.tag {
            case 1: digest = try field.digest()
            case 2: offset = try field.byteCount()
            case 3: length = try field.count()
            default: break
            }
        }
        self.init(digest: try required(digest, "digest"), offset: offset, length: try required(length, "length"))
    }
}

extension BlobChunk {
    /// Writes everything but the content.
    func write(to writer: inout FieldWriter) {
        writer.write(1, digest)
        writer.write(2, offset)
        if let size { writer.write(3, size) }
    }

    init(from reader: inout FieldReader, content: [UInt8]) throws(FrameError) {
        var digest: SHA256Digest?
        var offset: UInt64 = 0
        var size: UInt64?
        while let field = try reader.next() {
            switch field.tag {
            case 1: digest = try field.digest()
            case 2: offset = try field.byteCount()
            case 3: size = try field.byteCount()
            default: break
            }
        }
        self.init(digest: try required(digest, "digest"), offset: offset, size: size, content: content)
    }
}

extension Submission: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, title)
        writer.write(2, blobs)
        writer.write(3, bytes: request)
        writer.write(4, replicatedShare)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        self.init(title: "", blobs: [], request: [])
        while let field = try reader.next() {
            switch field.tag {
            case 1: title = try field.name()
            case 2: try blobs.append(bounded: try field.value(NamedBlob.self))
            case 3: request = try field.bytes()
            case 4: replicatedShare = try field.rate()
            default: break
            }
        }
        guard (0...1).contains(replicatedShare) else { throw .malformed("a share is not between 0 and 1") }
    }
}

extension Submission.NamedBlob: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, name)
        writer.write(2, digest)
        writer.write(3, size)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        var name: String?
        var digest: SHA256Digest?
        var size: UInt64?
        while let field = try reader.next() {
            switch field.tag {
            case 1: name = try field.key()
            case 2: digest = try field.digest()
            case 3: size = try field.byteCount()
            default: break
            }
        }
        self.init(
            name: try required(name, "name"), digest: try required(digest, "digest"), size: try required(size, "size"))
    }
}
