import ContentDigest
import Glibc
import HDF5

extension RunDocument {
    /// Writes the run's file at `path`, replacing one that is there only once the new one is complete and checked.
    ///
    /// A writer that is killed leaves what was there before, and a file with a temporary name beside it.
    ///
    /// - Returns: The run's identity, which the file records.
    /// - Throws: `RunStoreError` when the file cannot be written or a string cannot be stored; `HDF5Error`.
    @discardableResult
    package func write(to path: String) throws -> SHA256Digest {
        let identity = identity
        let image = try image(identity: "\(identity)")
        try DurableFile.write(image, to: path) { temporary in
            guard DurableFile.content(of: temporary, equals: image) else {
                throw RunStoreError.damaged(file: path, reason: "it reads differently right after it was written")
            }
        }
        return identity
    }

    /// The bytes of the run's file. They depend on the document and the HDF5 library's version alone.
    func image(identity: String) throws -> [UInt8] {
        try checkStrings()
        var image = try FileImage(reservingRoomFor: FileSeal.length) { root in
            try write(into: root, identity: identity)
        }.takeBytes()
        FileSeal.seal(&image)
        return image
    }

    private func write(into root: borrowing Group, identity: String) throws {
        for path in groupPaths {
            var attributes = self.attributes(ofGroup: path)!
            if path.isEmpty {
                attributes["identity"] = .string(identity)
                attributes["modicum-format"] = .integer(Self.formatVersion)
                try root.setAttributes(attributes)
            } else {
                try root.createGroup(path).setAttributes(attributes)
            }
        }
        for path in paths {
            try root.createDataset(path, self[path]!).setAttributes(self[path]!.attributes)
        }
    }

    private func checkStrings() throws(RunStoreError) {
        for path in paths {
            guard case .strings(let values) = self[path]!.content else { continue }
            if let element = values.firstIndex(where: hasNUL) {
                throw .unusableText(path: path, element: element)
            }
        }
    }
}

private func hasNUL(_ string: String) -> Bool {
    var string = string
    return string.withUTF8 { bytes in !bytes.isEmpty && memchr(bytes.baseAddress!, 0, bytes.count) != nil }
}

extension Group {
    fileprivate func createDataset(_ path: String, _ dataset: StoredDataset) throws(HDF5Error) -> Dataset {
        let layout = StorageLayout(of: dataset, at: path)
        let (shape, storage) = (dataset.shape, layout.storage)
        return switch dataset.content {
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
    fileprivate func setAttributes(_ attributes: StoredAttributes) throws(HDF5Error) {
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
