import ExpressionData

/// What a user has the names of tables begin with, so that those of several runs can stand in one folder.
enum FilePrefix {
    /// Throws for what would leave the folder, or leave no room for the names.
    static func check(_ prefix: String) throws {
        let isUnsafe = prefix.unicodeScalars.contains { $0 == "/" || $0.properties.generalCategory == .control }
        guard !isUnsafe, !prefix.hasPrefix("."), prefix.utf8.count <= ResultFolderName.longest else {
            throw InputError(
                "--prefix must have no slash, no control character, no dot in front and at most "
                    + "\(ResultFolderName.longest) bytes",
                remedy: "Tables are called by it and their own names, such as --prefix liver. for liver.gene_sets.tsv.")
        }
    }
}
