import Foundation
import NetworkFormats

/// One thing that a crate tells of.
struct CrateEntity {
    let id: String
    private let type: String
    private let properties: [String: JSONValue]

    /// - Parameter properties: Those that are nil are left out.
    init(_ id: String, _ type: String, _ properties: [String: JSONValue?]) {
        self.id = id
        self.type = type
        self.properties = properties.compactMapValues { $0 }
    }

    var json: JSONValue { .object(properties.merging(["@id": .string(id), "@type": .string(type)]) { $1 }) }

    /// The path of a file as an address relative to the crate.
    static func path(_ name: String) -> String {
        let plain = CharacterSet(charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/")
        return name.addingPercentEncoding(withAllowedCharacters: plain) ?? name
    }

    /// The name of a content by its SHA-256 (RFC 6920, section 3).
    static func contentName(sha256: String) -> String {
        let digits = Array(sha256.utf8)
        let bytes = stride(from: 0, to: digits.count - 1, by: 2).compactMap {
            UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16)
        }
        let text = Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
        return "ni:///sha-256;" + text.replacing("=", with: "")
    }

    /// What is in a file, by how its name ends; nil for endings of no one meaning.
    static func mediaType(ofFile name: String) -> String? {
        switch (name as NSString).pathExtension.lowercased() {
        case "tsv", "rnk": "text/tab-separated-values"
        case "csv": "text/csv"
        case "txt", "gmt", "cls", "gct", "edb", "rpt": "text/plain"
        case "h5", "h5ad": "application/x-hdf5"
        case "html": "text/html"
        case "svg": "image/svg+xml"
        case "png": "image/png"
        case "pdf": "application/pdf"
        case "json", "cyjs", "cx2": "application/json"
        case "graphml": "application/xml"
        case "yaml", "yml": "application/yaml"
        case "gz": "application/gzip"
        default: nil
        }
    }

    /// A word as a shell takes it.
    static func shellWord(_ word: String) -> String {
        let plain = CharacterSet(
            charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._/=:,@%+")
        guard word.isEmpty || word.unicodeScalars.contains(where: { !plain.contains($0) }) else { return word }
        return "'" + word.replacing("'", with: "'\\''") + "'"
    }
}

extension JSONValue {
    static func reference(_ id: String) -> JSONValue { .object(["@id": .string(id)]) }

    /// Nil for none; a single one stands without an array, as RO-Crate recommends.
    static func references(_ ids: [String]) -> JSONValue? { values(ids.map(reference)) }

    static func texts(_ texts: [String]) -> JSONValue? { values(texts.map { .string($0) }) }

    private static func values(_ values: [JSONValue]) -> JSONValue? {
        values.count > 1 ? .array(values) : values.first
    }
}
