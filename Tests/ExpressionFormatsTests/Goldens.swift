import ExpressionFormats

/// The project's own goldens of inputs, made by `ops/goldens/make-inputs.sh`.
enum Goldens {
    static let folder: String = {
        var parts = #filePath.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        parts.removeLast(3)
        return (parts + ["datasets", "goldens", "inputs"]).joined(separator: "/")
    }()

    static func path(_ relative: String) -> String { folder + "/" + relative }

    static func file(_ relative: String) throws -> InputFile { try InputFile(path: path(relative)) }

    /// The files of the samples in a folder of the goldens.
    static func samples(
        _ name: String, _ format: CountsFormat, sheet: [String]? = nil
    ) throws -> [(sample: String, file: InputFile)] {
        let folder = try file(name)
        return try SampleFolder.samples(
            of: folder.members(), format: format, sampleNames: sheet, folder: folder.name
        ).map { ($0.sample, try file(name + "/" + $0.member)) }
    }

    /// A table of numbers with genes in rows, by gene and then by sample.
    static func table(_ name: String) throws -> [String: [String: Double]] {
        let table = try DelimitedTable(file(name))
        let columns = try table.columnNames.dropFirst().map { ($0, try table.doubles($0)) }
        return Dictionary(
            uniqueKeysWithValues: try table.strings("gene_id").enumerated().map { row, gene in
                (gene, Dictionary(uniqueKeysWithValues: columns.map { ($0.0, $0.1[row]) }))
            })
    }
}
