import ExpressionData
import ReadsToCounts

// What comes from another machine is checked before anything is planned, opened or started: by the coordinator for the
// whole request, and by each worker for its shard.

extension CountPlan {
    /// Throws unless the plan is one that `modicum count` makes.
    ///
    /// - Throws: `TaskRefusal`.
    package func check() throws {
        try context.check()
        let names = samples.map(\.name)
        guard !names.isEmpty, Set(names).count == names.count, names == sheet.samples.map(\.name) else {
            throw TaskRefusal(
                "the request has \(names.count) samples and its sheet \(sheet.samples.count); the same samples are needed, "
                    + "each once")
        }
        for sample in samples { try sample.check() }
        let paths = samples.flatMap(\.files).map(\.path)
        if let twice = Dictionary(paths.map { ($0, 1) }, uniquingKeysWith: +).first(where: { $0.value > 1 }) {
            throw TaskRefusal("\(twice.key) is named \(twice.value) times; a file belongs to one lane of one sample")
        }
        var tools = context.settings.tools
        if case .index = context.reference { tools.removeAll { $0 == .hisat2Build } }
        let unknown = tools.filter { context.versions[$0] == nil }
        guard unknown.isEmpty else {
            throw TaskRefusal("the request does not say which version of \(listed(unknown.map(\.executable))) is meant")
        }
    }
}

extension CountContext {
    func check() throws {
        do { try settings.check() } catch { throw TaskRefusal("\(error)") }
        try FileReference.check(path: store)
        try annotation.checkForm()
        for file in reference.files { try file.checkForm() }
        if case .index(let prefix, let files) = reference {
            try FileReference.check(path: prefix)
            // HISAT2 has 8 files, STAR some 20.
            guard (1...1_000).contains(files.count) else {
                throw TaskRefusal("\(prefix): an index has 1 to 1000 files, and the request names \(files.count)")
            }
        }
    }
}

extension SampleTask {
    func check() throws {
        guard ReadSheet.isName(name) else { throw TaskRefusal("`\(name)` cannot be the name of a sample") }
        guard (1...Self.mostLanes).contains(lanes.count) else {
            throw TaskRefusal("sample \(name) has \(lanes.count) lanes; it must have 1 to \(Self.mostLanes)")
        }
        guard lanes.allSatisfy({ ($0.second != nil) == isPaired }) else {
            throw TaskRefusal("sample \(name) has paired and single reads; count them apart, or leave the mates out")
        }
        for file in files { try file.checkForm() }
    }

    /// More than any sequencer writes; with `FileReference.sizes`, four times the bytes of all of them are below 2^63.
    private static let mostLanes = 10_000
}

extension FileReference {
    /// What a file may have: up to 64 TiB.
    static let sizes = 0...(1 << 46)

    func checkForm() throws {
        try Self.check(path: path)
        guard Self.sizes.contains(bytes) else { throw TaskRefusal("\(path) cannot have \(bytes) bytes") }
    }

    static func check(path: String) throws {
        guard path.hasPrefix("/"), !path.utf8.contains(0), path.utf8.count < 4_096 else {
            throw TaskRefusal("`\(path.prefix(200))` is no path from the root; files are named by such")
        }
    }
}
