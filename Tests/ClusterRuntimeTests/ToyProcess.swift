import ClusterRuntime
import DurableFiles
import Glibc
import Testing

/// The executable of `ToyWorker`, beside the test bundle.
func toyWorker() throws -> String {
    var buffer = [CChar](repeating: 0, count: 4_096)
    let count = readlink("/proc/self/exe", &buffer, buffer.count - 1)
    let own = String(decoding: buffer.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let path = "\(DurableFile.parent(of: own))/ToyWorker"
    if DurableFile.exists(path) { return path }
    // Where an interpreter loads the bundle, its path is an argument.
    let bundle = try #require(CommandLine.arguments.first { $0.contains(".xctest") })
    return "\(DurableFile.parent(of: bundle))/ToyWorker"
}
