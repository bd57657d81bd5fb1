import HDF5

extension RunDocument {
    /// Reads a run's file, and checks that its content is what was written.
    ///
    /// - Parameter checkingIdentity: Whether to compute the content's identity and compare it with the recorded
    ///   one, which takes most of the time of reading.
    /// - Throws: `RunStoreError` for a file that is missing, not HDF5, cut short, damaged, changed since it was
    ///   written, not a run's, or written by a newer version.
    package static func read(
        from path: String, checkingIdentity: Bool = true
    ) throws(RunStoreError) -> RunDocument {
        try FileSeal.check(path)
        do {
            let root = try ForeignFile(reading: path).root
            let recorded = try checkFormat(of: root, in: path)
            var document = RunDocument()
            try document.restore(group: root, at: "", in: path, depth: 0)
            var attributes = document.attributes(ofGroup: "") ?? [:]
            attributes["identity"] = nil
            attributes["modicum-format"] = nil
            document.restoreGroup("", attributes: attributes)
            if checkingIdentity {
                let found = "\(document.identity)"
                guard found == recorded else {
                    throw RunStoreError.contentChanged(file: path, recorded: recorded, found: found)
                }
            }
            return document
        } catch let error as RunStoreError {
            throw error
        } catch let error as HDF5Error {
            throw .damaged(file: path, reason: error.description)
        } catch {
            throw .damaged(file: path, reason: "\(error)")
        }
    }

    /// Reads what a run's file says of itself, without the rest of its content.
    ///
    /// - Throws: `RunStoreError` as for the whole file.
    package static func stamp(of path: String) throws(RunStoreError) -> (identity: String, configuration: String) {
        try FileSeal.check(path)
        do {
            let root = try ForeignFile(reading: path).root
            let identity = try checkFormat(of: root, in: path)
            return (identity, try root.dataset(configurationPath).readStrings().first ?? "")
        } catch let error as RunStoreError {
            throw error
        } catch {
            throw .damaged(file: path, reason: "\(error)")
        }
    }

    /// The name that a file has while it is written.
    package static func temporaryPath(for path: String) -> String { StoreFile.temporaryPath(for: path) }

    /// The identity that the root records.
    private static func checkFormat(of root: ForeignGroup, in path: String) throws -> String {
        let names = try root.attributeNames()
        guard names.contains("modicum-format"), names.contains("identity"),
            case .integers(let versions) = try root.attribute("modicum-format")?.content, let version = versions.first,
            case .strings(let identities) = try root.attribute("identity")?.content, let identity = identities.first
        else { throw RunStoreError.notARun(file: path) }
        guard version <= formatVersion else {
            throw RunStoreError.newerFormat(file: path, found: version, newestKnown: formatVersion)
        }
        return identity
    }

    /// Reads a group and all below it.
    private mutating func restore(group: ForeignGroup, at path: String, in file: String, depth: Int) throws {
        // A damaged file can hold a group that holds itself.
        guard depth < 32 else { throw RunStoreError.damaged(file: file, reason: "groups without end at \(path)") }
        restoreGroup(path, attributes: try group.attributes())
        for (name, kind) in try group.members() {
            let memberPath = path.isEmpty ? name : "\(path)/\(name)"
            switch kind {
            case .group:
                try restore(group: group.group(name), at: memberPath, in: file, depth: depth + 1)
            case .dataset:
                let dataset = group.dataset(name)
                guard let content = try dataset.content() else {
                    throw RunStoreError.damaged(file: file, reason: "\(memberPath) has a type that no run has")
                }
                restore(
                    StoredDataset(content, shape: try dataset.shape(), attributes: try dataset.attributes()),
                    at: memberPath)
            case .other:
                throw RunStoreError.damaged(file: file, reason: "\(memberPath) is neither a group nor a dataset")
            }
        }
    }
}

extension ForeignDataset {
    fileprivate func content() throws(HDF5Error) -> StoredContent? {
        switch try elementType() {
        case .float64: .doubles(try read())
        case .float32: .floats(try read())
        case .int8: .int8s(try read())
        case .int16: .int16s(try read())
        case .int32: .int32s(try read())
        case .int64: .int64s(try read())
        case .uint64: .uint64s(try read())
        case .bool: .bools(try readBools())
        case .string: .strings(try readStrings())
        case nil: nil
        }
    }
}

extension ForeignObject {
    fileprivate func attributes() throws(HDF5Error) -> StoredAttributes {
        var attributes = StoredAttributes()
        for name in try attributeNames() {
            guard let (content, shape) = try attribute(name) else { continue }
            attributes[name] =
                switch content {
                case .strings(let values): shape.isEmpty ? .string(values[0]) : .strings(values)
                case .doubles(let values): shape.isEmpty ? .double(values[0]) : .doubles(values)
                case .integers(let values): shape.isEmpty ? .integer(values[0]) : .integers(values)
                case .bools(let values): values.count == 1 ? .bool(values[0]) : nil
                }
        }
        return attributes
    }
}
