import ExpressionData

/// One file of one sample, in a folder of such files.
package struct SampleFile: Equatable, Sendable {
    package var sample: String

    /// Relative to the folder.
    package var member: String

    package init(sample: String, member: String) {
        self.sample = sample
        self.member = member
    }
}

/// Folders with one file, or one folder, per sample.
package enum SampleFolder {
    /// Tells the format of a folder's files by their names, which the programs choose, or nil.
    package static func format(of members: [String]) -> CountsFormat? {
        let names = members.map(plainName)
        func hasEnding(_ endings: [String]) -> Bool {
            names.contains { name in endings.contains { name.hasSuffix($0) } }
        }
        for format in [CountsFormat.mtx, .salmon, .kallisto, .rsem, .star] where hasEnding(endings(of: format)) {
            return format
        }
        // Any text may end in .txt or .tsv; what else HTSeq's files are called says more.
        return hasEnding(endings(of: .htseq).filter { $0 != ".txt" && $0 != ".tsv" }) ? .htseq : nil
    }

    /// The files of the samples, in the order of the listing.
    ///
    /// A sample is named by its file without the words the programs append, or
    /// by the folder of a file that has the program's own name. The sample sheet
    /// decides whether words such as `_quant` at a folder's end belong to the name.
    ///
    /// - Throws: `InputError` when there is no such file, or two are of one sample.
    package static func samples(
        of members: [String], format: CountsFormat, sampleNames sheet: [String]?, folder: String
    ) throws -> [SampleFile] {
        var endings = endings(of: format)
        // RSEM writes both; genes are what is wanted, and they need no table of transcripts. Of kallisto's two the text
        // is read where there is any.
        if format == .rsem || format == .kallisto, members.contains(where: { plainName($0).hasSuffix(endings[0]) }) {
            endings.removeLast()
        }
        var files: [SampleFile] = []
        for member in members {
            let plain = plainName(member)
            guard let ending = endings.first(where: { plain.hasSuffix($0) }) else { continue }
            let parts = member.split(separator: "/")
            var name = String(plain.dropLast(ending.count).split(separator: "/").last ?? "")
            if plain.dropLast(ending.count).hasSuffix("/") || name.isEmpty {
                name = parts.count > 1 ? String(parts[parts.count - 2]) : member
            }
            while let last = name.last, "._-".contains(last), name.count > 1 { name.removeLast() }
            files.append(SampleFile(sample: name, member: member))
        }
        guard !files.isEmpty else {
            throw InputError(
                file: folder, "the folder has no file of a sample in the format \(format.rawValue)",
                remedy: "Expected, in it or in one folder per sample, files that end in \(listed(endings)).")
        }
        let full = files.map(\.sample)
        let bare = full.map(withoutAppendages)
        var names = full
        if Set(bare).count == bare.count, sheet.map({ Set($0) != Set(full) }) ?? true { names = bare }
        for (position, name) in names.enumerated() {
            if let first = names[..<position].firstIndex(of: name) {
                throw InputError(
                    file: folder, sample: name,
                    "two files are of the same sample: \(files[first].member) and \(files[position].member)",
                    remedy: "Name the files, or their folders, by their samples.")
            }
            files[position].sample = name
        }
        return files
    }

    private static func plainName(_ member: String) -> String {
        member.hasSuffix(".gz") ? String(member.dropLast(3)) : member
    }

    private static func endings(of format: CountsFormat) -> [String] {
        switch format {
        case .star: ["ReadsPerGene.out.tab"]
        case .salmon: ["quant.sf"]
        case .kallisto: ["abundance.tsv", KallistoArchive.fileName]
        case .rsem: [".genes.results", ".isoforms.results"]
        case .mtx: ["matrix.mtx"]
        case .htseq:
            [".htseq.txt", ".htseq", ".counts.txt", ".counts.tsv", ".counts", ".count", "_counts.txt", ".txt", ".tsv"]
        case .table, .featureCounts, .h5ad, .gct: []
        }
    }

    private static func withoutAppendages(_ name: String) -> String {
        for ending in ["_quant", ".quant", "_salmon", ".salmon", "_kallisto", ".kallisto"]
        where name.hasSuffix(ending) && name.count > ending.count {
            return String(name.dropLast(ending.count))
        }
        return name
    }
}
