import ContentDigest
import Glibc
import HDF5

extension RunDocument {
    /// Writes the run's file at `path`, replacing one that is there only once the new one is complete and checked.
    ///
    /// A writer that is killed leaves what was there before, and a file with a temporary name beside it.
    ///
    /// Counts that were packed ahead, and matrices that come by rows, are used up by it.
    ///
    /// - Returns: The run's identity, which the file records.
    /// - Throws: `RunStoreError` when the file cannot be written or a string cannot be stored; `HDF5Error`.
    @discardableResult
    package func write(to path: String) throws -> SHA256Digest {
        var manifest = Manifest()
        // The image's bytes depend on the document and the HDF5 library's version alone.
        let image = try FileImage { root in
            manifest = try write(into: root)
            var attributes = attributes(ofGroup: "")!
            attributes["identity"] = .string("\(manifest.identity)")
            attributes["modicum-format"] = .integer(Self.formatVersion)
            try root.setAttributes(attributes)
        }
        try image.withBytes { image in
            let seal = FileSeal.seal(of: image)
            try seal.withUnsafeBytes { seal in
                try StoreFile.write([image, seal], to: path) { temporary in
                    guard StoreFile.content(of: temporary, equals: [image, seal]) else {
                        throw RunStoreError.damaged(
                            file: path, reason: "it reads differently right after it was written")
                    }
                }
            }
        }
        return manifest.identity
    }

    /// Writes the document as an AnnData file and nothing more: no command takes it for a run's own.
    ///
    /// - Throws: `RunStoreError`, `HDF5Error`.
    package func writeAnnData(to path: String) throws {
        let image = try FileImage { root in
            _ = try write(into: root)
            try root.setAttributes(attributes(ofGroup: "")!)
        }
        try image.withBytes { image in
            try StoreFile.write([image], to: path) { temporary in
                guard StoreFile.content(of: temporary, equals: [image]) else {
                    throw RunStoreError.damaged(file: path, reason: "it reads differently right after it was written")
                }
            }
        }
    }

    /// Writes the groups and datasets one after another, so that content that is made on demand exists once at a time.
    private func write(into root: borrowing Group) throws -> Manifest {
        for path in groupPaths {
            if !path.isEmpty { try root.createGroup(path).setAttributes(attributes(ofGroup: path)!) }
        }
        var manifest = Manifest()
        for path in paths {
            let dataset = self[path]!
            if let packed = dataset.packed {
                let (chunks, digest) = packed.take()
                try root.createDataset(
                    path, int32Chunks: chunks, shape: dataset.shape, chunkShape: packed.chunkShape
                ).setAttributes(dataset.attributes)
                manifest.add(path, type: "int32", shape: dataset.shape, digest: digest)
                continue
            }
            if let rows = dataset.rows {
                let digest = try root.createDataset(path, rows, dataset)
                manifest.add(path, type: "float32", shape: dataset.shape, digest: digest)
                continue
            }
            let content = dataset.content
            try checkStrings(of: content, at: path)
            try root.createDataset(path, content, shape: dataset.shape).setAttributes(dataset.attributes)
            manifest.add(path, content, shape: dataset.shape)
        }
        return manifest
    }

    private func checkStrings(of content: StoredContent, at path: String) throws(RunStoreError) {
        guard case .strings(let values) = content else { return }
        if let element = values.firstIndex(where: hasNUL) {
            throw .unusableText(path: path, element: element)
        }
    }
}

private func hasNUL(_ string: String) -> Bool {
    var string = string
    return string.withUTF8 { bytes in !bytes.isEmpty && memchr(bytes.baseAddress!, 0, bytes.count) != nil }
}

extension Group {
    func createDataset(
        _ path: String, _ content: StoredContent, shape: [Int]
    ) throws(HDF5Error) -> Dataset {
        let layout = StorageLayout(of: content, shape: shape, at: path)
        let storage = layout.storage
        return switch content {
        case .doubles(let values): try createDataset(path, values, shape: shape, storage: storage)
        case .floats(let values): try createDataset(path, values, shape: shape, storage: storage)
        case .int8s(let values): try createDataset(path, values, shape: shape, storage: storage)
        case .int16s(let values): try createDataset(path, values, shape: shape, storage: storage)
        case .int32s(let values): try createDataset(path, values, shape: shape, storage: storage)
        case .int64s(let values): try createDataset(path, values, shape: shape, storage: storage)
        case .uint64s(let values): try createDataset(path, values, shape: shape, storage: storage)
        case .bools(let values): try createDataset(path, values, shape: shape, storage: storage)
        case .strings(let values):
            try createDataset(path, values, as: layout.strings, shape: shape, storage: storage)
        }
    }
}

extension Object where Self: ~Copyable {
    func setAttributes(_ attributes: StoredAttributes) throws(HDF5Error) {
        for (name, value) in attributes.inOrder {
            switch value {
            case .string(let value): try setAttribute(name, .strings([value]), shape: [])
            case .strings(let values): try setAttribute(name, .strings(values), shape: [values.count])
            case .double(let value): try setAttribute(name, .doubles([value]), shape: [])
            case .doubles(let values): try setAttribute(name, .doubles(values), shape: [values.count])
            case .integer(let value): try setAttribute(name, .integers([value]), shape: [])
            case .integers(let values): try setAttribute(name, .integers(values), shape: [values.count])
            case .bool(let value): try setAttribute(name, .bools([value]), shape: [])
            }
        }
    }
}
