/// What whoever exports says of a crate, beside what the run tells.
package struct CrateLabel: Equatable, Sendable {
    /// Nil: after the study file.
    package var title: String?

    /// Nil: none was declared, and the crate says so.
    package var license: CrateLicense?

    package init(title: String? = nil, license: CrateLicense? = nil) {
        self.title = title
        self.license = license
    }
}

/// The licence of a crate's files, by its address.
package struct CrateLicense: Equatable, Sendable {
    package let address: String
    package let name: String

    /// The program's own.
    static let mit = CrateLicense(identifier: "MIT")

    /// - Parameter text: An identifier of the SPDX list, or an address on the web; nil is returned for anything else.
    package init?(_ text: String) {
        if text.hasPrefix("https://") || text.hasPrefix("http://") {
            guard !text.contains(where: \.isWhitespace), !text.hasSuffix("//") else { return nil }
            self.init(address: text, name: text)
            return
        }
        let isIdentifier = text.utf8.allSatisfy {
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0
                || [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "+")].contains($0)
        }
        guard !text.isEmpty, isIdentifier else { return nil }
        self.init(identifier: text)
    }

    private init(identifier: String) { self.init(address: "https://spdx.org/licenses/" + identifier, name: identifier) }

    private init(address: String, name: String) {
        self.address = address
        self.name = name
    }
}
