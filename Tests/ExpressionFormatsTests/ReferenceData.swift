import BuiltProducts

/// The folder of outputs of the reference programs, beside the package.
enum ReferenceData {
    static let folder = ReferenceFolder.path

    static var isPresent: Bool { ReferenceFolder.isPresent }

    static func path(_ relative: String) -> String { folder + "/" + relative }
}
