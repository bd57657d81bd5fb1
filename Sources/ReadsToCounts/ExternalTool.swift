/// The programs that counting runs: the only ones that a worker starts.
///
/// A coding key, so that dictionaries by program are written as objects, whose keys are sorted; without it they are lists in
/// the order of a hash, which is another in every process.
package enum ExternalTool: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable, Comparable {
    case fastqc
    case trimGalore = "trim_galore"
    case cutadapt
    case fastp
    case hisat2
    case hisat2Build = "hisat2-build"
    case star = "STAR"
    case samtools
    case featureCounts

    /// The name of its executable.
    package var executable: String { rawValue }

    /// The package of bioconda that brings it.
    package var condaPackage: String { self == .star ? "star" : debianPackage }

    /// The package of Debian and Ubuntu that brings it.
    package var debianPackage: String {
        switch self {
        case .trimGalore: "trim-galore"
        case .hisat2Build: "hisat2"
        case .star: "rna-star"
        case .featureCounts: "subread"
        default: rawValue
        }
    }

    /// What makes it print its version.
    package var versionArguments: [String] {
        switch self {
        case .featureCounts: ["-v"]
        default: ["--version"]
        }
    }

    /// The version in what it prints: the first word that begins as a number with a point does.
    package func version(in output: String) -> String? {
        for word in output.split(whereSeparator: { $0.isWhitespace }) {
            let number = word.first == "v" ? word.dropFirst() : word
            guard let first = number.first, first.isASCII, first.isNumber, number.contains(".") else { continue }
            let kept = number.prefix { $0.isASCII && ($0.isNumber || $0.isLetter || $0 == "." || $0 == "-") }
            return String(kept)
        }
        return nil
    }

    package static func < (left: ExternalTool, right: ExternalTool) -> Bool { left.rawValue < right.rawValue }
}

/// Versions by their numbers, so that 2.0.10 is later than 2.0.9.
package func isVersion(_ version: String, atLeast least: [Int]) -> Bool {
    let numbers = version.split(separator: ".").map { part in Int(part.prefix { $0.isNumber }) ?? 0 }
    for (index, wanted) in least.enumerated() {
        let number = index < numbers.count ? numbers[index] : 0
        if number != wanted { return number > wanted }
    }
    return true
}
