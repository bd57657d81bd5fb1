import ExpressionFormats
import Foundation
import RunStore

/// What a killed command has left under temporary names.
package enum LeftOverFiles {
    /// Removes it.
    ///
    /// - Parameter folder: Of results; no command may be writing to it.
    package static func remove(below folder: String) {
        let store = (RunDocument.temporaryPath(for: WrittenResults.storeName) as NSString).lastPathComponent
        let files = FileManager.default
        guard let names = files.enumerator(atPath: folder) else { return }
        for case let name as String in names {
            let last = (name as NSString).lastPathComponent
            // One that cannot be removed is in nobody's way.
            if last == store || last.hasSuffix(AtomicFile.temporarySuffix) {
                try? files.removeItem(atPath: folder + "/" + name)
            }
        }
    }
}
