/// A run's file that cannot be written or used, in words for the person who has it.
package enum RunStoreError: Error, Equatable, CustomStringConvertible {
    case noSuchFile(String)
    case notHDF5(file: String)
    case truncated(file: String, expectedBytes: Int, foundBytes: Int)
    case damaged(file: String, reason: String)
    case notARun(file: String)
    case newerFormat(file: String, found: Int64, newestKnown: Int64)
    case contentChanged(file: String, recorded: String, found: String)
    case missing(path: String)
    case wrongType(path: String, expected: String, found: String)
    case wrongShape(path: String, expected: [Int], found: [Int])
    case unusableText(path: String, element: Int)
    case cannotWrite(file: String, reason: String)

    package var description: String {
        switch self {
        case .noSuchFile(let file):
            "\(file): there is no such file, or it may not be read. Expected the modicum.h5 in the folder of a finished run"
        case .notHDF5(let file):
            "\(file): this is not an HDF5 file. Expected the modicum.h5 of a run"
        case .truncated(let file, let expected, let found):
            "\(file): the file is cut short: it should have \(expected) bytes and has \(found). "
                + "Copy it again, or run the study again"
        case .damaged(let file, let reason):
            "\(file): the file is damaged (\(reason)). Copy it again, or run the study again"
        case .notARun(let file):
            "\(file): this HDF5 file is not one that Modicum wrote, or another program has changed it since. "
                + "Expected the modicum.h5 of a run, unchanged"
        case .newerFormat(let file, let found, let newestKnown):
            "\(file): written by a newer version of Modicum: its store format is \(found), "
                + "this version reads up to \(newestKnown). Use the newer version"
        case .contentChanged(let file, let recorded, let found):
            "\(file): the content is not what was written: its identity is recorded as \(recorded) and is \(found). "
                + "Use an unchanged copy"
        case .missing(let path):
            "the run holds no \(path)"
        case .wrongType(let path, let expected, let found):
            "\(path) holds \(found) where \(expected) is expected"
        case .wrongShape(let path, let expected, let found):
            "\(path) has the shape \(found) where \(expected) is expected"
        case .unusableText(let path, let element):
            "\(path): element \(element + 1) holds a NUL character, which no reader of the file would see past. "
                + "Remove it from the input"
        case .cannotWrite(let file, let reason):
            "\(file): cannot be written: \(reason)"
        }
    }
}
