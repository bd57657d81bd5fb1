import Foundation

/// The package's executables that tests start.
package enum BuiltProducts {
    /// The program under test: the one that `MODICUM_EXECUTABLE` names, else the one of the same build as the tests.
    package static let modicum = ProcessInfo.processInfo.environment["MODICUM_EXECUTABLE"] ?? path(of: "modicum")

    /// Where a product of the same build is: beside the test bundle.
    package static func path(of product: String) -> String {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        // Where an interpreter loads the bundle, its path is an argument.
        let places = ([own] + CommandLine.arguments.filter { $0.contains(".xctest") })
            .map { URL(fileURLWithPath: $0).deletingLastPathComponent().path + "/" + product }
        return places.first { FileManager.default.isExecutableFile(atPath: $0) } ?? places[0]
    }
}
