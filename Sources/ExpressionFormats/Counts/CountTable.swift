import ExpressionData

/// Count tables: genes in rows, samples in columns.
package enum CountTable {
    /// What to do with a number that is not whole.
    package enum Fractions: Sendable {
        /// It is an error: raw counts are whole.
        case refused

        /// It is rounded to the nearest whole number, a half to the even one, as R does.
        case rounded
    }

    /// Called with every block of a file's content, in order.
    package typealias Observer = (UnsafeRawBufferPointer) -> Void

    static let remedyForFractions =
        "Counts that salmon, kallisto or RSEM estimated need their transcripts' lengths: name the folder of "
        + "quantifications and a table with --tx2gene, or this table and the lengths' with --gene-lengths; "
        + "counts that were already scaled by length are taken with --scaled-counts. "
        + "Normalised, TPM or FPKM values cannot be used; take the counts they were made from."

    /// Reads raw counts from a table, plain or gzip.
    ///
    /// A count is a whole number from 0 to 2^31 − 1; `12.0` and `1e3` are whole
    /// numbers too, as DESeq2 takes them. Half a megabyte of the text is in
    /// memory at a time, or the longest line.
    ///
    /// - Parameters:
    ///   - format: A format of one file of text; by default told by the content.
    ///   - sampleNames: The sample sheet's names, which decide how much of a BAM
    ///     file's path is the sample's name.
    ///   - observer: Sees the content as it is read.
    ///   - note: Called with what was left out.
    /// - Throws: `InputError`, naming the line, the gene and the sample.
    package static func read(
        _ file: InputFile, format: CountsFormat? = nil, sampleNames: [String]? = nil,
        fractions: Fractions = .refused, observer: Observer? = nil, note: ([InputWarning]) -> Void = { _ in }
    ) throws -> CountMatrix {
        var window = ContentWindow(try file.reader(), observer: observer)
        try window.extend()
        try ForeignContent.refuse(window.text.prefix(16).map { $0 }, name: file.name)
        let header = try TableHeader.read(&window, format: format, sampleNames: sampleNames, fileName: file.name)
        note(header.notes)
        var rows = CountRows(header, fractions: fractions, fileName: file.name)
        try rows.parse(&window)
        return CountMatrix(geneIDs: rows.geneIDs, sampleNames: header.samples, counts: rows.counts)
    }

    package static func read(
        path: String, format: CountsFormat? = nil, sampleNames: [String]? = nil
    ) throws -> CountMatrix {
        try read(InputFile(path: path), format: format, sampleNames: sampleNames)
    }
}
