import ContentDigest
import ExpressionFormats

/// Names of files for texts that users chose: names of sets, coefficients, classes.
package enum FileNames {
    /// The longest name in bytes that still has room for what stands behind it while the file is written.
    package static let longest = 255 - AtomicFile.temporarySuffix.utf8.count

    /// Returns one name per text, no two of them the same, also where a file system takes upper and lower case for the same.
    ///
    /// A text stays as it is where it can. `/` and control characters become `_`, as does a dot in front; a name that
    /// is then taken, or too long, ends with `~` and the first digits of the text's SHA-256. Texts that can stay go
    /// first, so that `A_B` keeps its name beside `A/B`. The names depend on nothing but the texts and their order.
    ///
    /// - Parameter reserved: Whole names that others have.
    package static func names(
        for texts: [String], prefix: String = "", suffix: String = "", besides reserved: [String] = []
    ) -> [String] {
        var taken = Set(reserved.map(folded))
        var names = [String?](repeating: nil, count: texts.count)
        let safe = texts.map { safeText($0, isFirst: prefix.isEmpty) }
        for mustStay in [true, false] {
            for position in texts.indices
            where names[position] == nil && (!mustStay || safe[position] == texts[position]) {
                var name = prefix + safe[position] + suffix
                var copies = 0
                while name.utf8.count > longest || !taken.insert(folded(name)).inserted {
                    let text = copies == 0 ? texts[position] : "\(texts[position])\u{0}\(copies)"
                    let digest = "~" + SHA256Digest(of: text).description.prefix(8)
                    let room = longest - prefix.utf8.count - suffix.utf8.count - digest.utf8.count
                    name = prefix + start(of: safe[position], bytes: room) + digest + suffix
                    copies += 1
                }
                names[position] = name
            }
        }
        return names.map { $0! }
    }

    /// What a file system that knows no case makes of a name.
    private static func folded(_ name: String) -> String { name.lowercased() }

    private static func safeText(_ text: String, isFirst: Bool) -> String {
        var safe = ""
        for scalar in text.unicodeScalars {
            let isUnsafe = scalar == "/" || scalar.properties.generalCategory == .control
            // A hidden file is no result that anybody finds.
            let isHidden = isFirst && scalar == "." && safe.isEmpty
            safe.unicodeScalars.append(isUnsafe || isHidden ? "_" : scalar)
        }
        return safe.isEmpty && isFirst ? "_" : safe
    }

    private static func start(of text: String, bytes: Int) -> String {
        var start = ""
        for character in text {
            guard start.utf8.count + character.utf8.count <= bytes else { break }
            start.append(character)
        }
        return start
    }
}
