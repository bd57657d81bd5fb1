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
            case 2: offset = try field.number()
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
            case 2: offset = try field.number()
            case 3: size = try field.number()
            default: break
            }
        }
        self.init(digest: try required(digest, "digest"), offset: offset, size: size, content: content)
    }
}

extension Submission {
    /// Writes everything but the request, which travels as the payload.
    func write(to writer: inout FieldWriter) {
        writer.write(1, title)
        writer.write(2, blobs)
    }

    init(from reader: inout FieldReader, request: [UInt8]) throws(FrameError) {
        self.init(title: "", blobs: [], request: request)
        while let field = try reader.next() {
            switch field.tag {
            case 1: title = try field.text()
            case 2: try blobs.append(bounded: try field.value(NamedBlob.self))
            default: break
            }
        }
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
            case 1: name = try field.text()
            case 2: digest = try field.digest()
            case 3: size = try field.number()
            default: break
            }
        }
        self.init(
            name: try required(name, "name"), digest: try required(digest, "digest"), size: try required(size, "size"))
    }
}
