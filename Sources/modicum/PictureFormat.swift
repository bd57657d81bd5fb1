import Foundation

/// What figures can be turned into, by librsvg's `rsvg-convert`.
enum PictureFormat: String, CaseIterable {
    case png, pdf

    /// At 300 dots an inch, which journals ask for; PDF has no dots.
    private var arguments: [String] {
        switch self {
        case .png: ["-f", "png", "-d", "300", "-p", "300", "-b", "white"]
        case .pdf: ["-f", "pdf", "-d", "72", "-p", "72"]
        }
    }

    /// Makes a picture beside each figure.
    ///
    /// - Parameter files: Names relative to the folder, of which those of figures are converted.
    /// - Returns: The names of the pictures.
    /// - Throws: `CommandFailure` where the program is not installed or does not take a figure.
    func convert(_ files: [String], in folder: String) throws -> [String] {
        guard let program = Self.program else {
            throw CommandFailure(
                status: .failed,
                message: "--\(rawValue) needs rsvg-convert, which is not installed (package librsvg2-bin)")
        }
        return try files.filter { $0.hasPrefix("figures/") && $0.hasSuffix(".svg") }.map { name in
            let picture = name.dropLast(3) + rawValue
            let process = Process()
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments + ["-o", "\(folder)/\(picture)", "\(folder)/\(name)"]
            process.standardInput = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw CommandFailure(status: .failed, message: "rsvg-convert could not read \(folder)/\(name)")
            }
            return String(picture)
        }
    }

    private static var program: String? {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { $0 + "/rsvg-convert" }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
