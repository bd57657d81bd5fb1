import ExpressionData

/// Versions of programs that published results were made with.
package enum CountPreset: String, CaseIterable, Sendable {
    /// Those of the whole-blood study whose analysis is this program's model (Vigeland et al., 2022), each program with its
    /// defaults.
    case paper

    /// The versions; FastQC's was not published, and that of other programs makes no counts.
    package var versions: [ExternalTool: String] {
        switch self {
        case .paper: [.trimGalore: "0.4.5", .hisat2: "2.1.0", .hisat2Build: "2.1.0", .featureCounts: "1.6.3"]
        }
    }

    /// Throws unless the settings are those of the preset, whatever is installed.
    ///
    /// - Throws: `InputError` that says what to leave out.
    package func check(_ settings: CountSettings) throws {
        let standard = CountSettings()
        guard settings.aligner == standard.aligner, settings.trimmer == standard.trimmer,
            settings.options.values.allSatisfy({ $0.words.isEmpty })
        else {
            throw InputError(
                "the preset \(rawValue) is of \(standard.aligner.rawValue) and \(standard.trimmer.rawValue) with their defaults",
                remedy: "Leave out --aligner, --trimmer and the options of programs, or --preset.")
        }
    }

    /// Throws unless the programs are those of the preset.
    ///
    /// - Throws: `InputError` with what there is, what is needed, and how to install it.
    package func check(versions found: [ExternalTool: String]) throws {
        // An index that was given needs no program that builds one.
        let others = versions.filter { found[$0.key] != nil && found[$0.key] != $0.value }.sorted { $0.key < $1.key }
        guard others.isEmpty else {
            let packages = Set(others.map { "\($0.key.condaPackage)=\($0.value)" }).sorted()
            throw InputError(
                "the preset \(rawValue) needs other versions: "
                    + listed(others.map { "\($0.key.executable) \($0.value) (\(found[$0.key] ?? "") is there)" }),
                remedy:
                    "`conda install -c bioconda \(packages.joined(separator: " "))` brings them; or leave out --preset."
            )
        }
    }
}
