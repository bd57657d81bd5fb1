import ExpressionData
import HDF5

/// kallisto's `abundance.h5`: what its `abundance.tsv` says, in more digits, and bootstraps.
///
/// The file has no abundances; they are the shares of `est_counts / eff_length`
/// in a million, as kallisto and tximport compute them.
enum KallistoArchive {
    /// The name that kallisto gives the file.
    static let fileName = "abundance.h5"

    /// - Throws: `InputError` when the file is damaged, of another program, or of differing lengths.
    static func read(_ file: InputFile, sample: String) throws -> Quantification {
        let remedy = "Expected kallisto's \(fileName), with aux/ids, aux/eff_lengths and est_counts."
        let (names, lengths, counts): ([String], [Double], [Double])
        do {
            (names, lengths, counts) = try file.withPathOnDisk { path in
                let root = try ForeignFile(reading: path).root
                let auxiliary = root.group("aux")
                return (
                    try auxiliary.dataset("ids").readStrings(), try auxiliary.dataset("eff_lengths").read(),
                    try root.dataset("est_counts").read()
                )
            }
        } catch let error as HDF5Error {
            throw InputError(
                error, file: file.name, sample: sample, remedy: remedy, compression: "give abundance.tsv in its place")
        }
        guard names.count == lengths.count, names.count == counts.count else {
            throw InputError(
                file: file.name, sample: sample,
                "it has \(counted(names.count, "transcript")), but \(counted(lengths.count, "length")) and "
                    + counted(counts.count, "count"),
                remedy: remedy)
        }
        for (column, values) in [("eff_lengths", lengths), ("est_counts", counts)] {
            if let row = values.firstIndex(where: { !($0 >= 0 && $0.isFinite) }) {
                throw InputError(
                    file: file.name, sample: sample, column: column,
                    "the value of \(names[row]) is not a number of at least 0", remedy: "Quantify the sample again.")
            }
        }
        let masses = zip(counts, lengths).map { $0 == 0 ? 0 : $0 / $1 }
        let total = masses.reduce(0, +)
        return try Quantification(
            names: names, abundances: masses.map { 1e6 * $0 / total }, counts: counts, lengths: lengths,
            fileName: file.name, sample: sample)
    }
}
