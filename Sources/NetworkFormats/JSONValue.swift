import Foundation

/// A JSON document under construction. Members of objects are written by name, so that the text is always the same.
package indirect enum JSONValue: Encodable, Sendable {
    case string(String)
    case number(Double)
    case integer(Int)
    case truth(Bool)
    case array([JSONValue])
    case object([String: JSONValue])

    init(_ value: NetworkValue) {
        switch value {
        case .text(let text): self = .string(text)
        case .texts(let texts): self = .array(texts.map { .string($0) })
        case .number(let number): self = .number(number)
        case .integer(let integer): self = .integer(integer)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .string(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .integer(let value): try container.encode(value)
        case .truth(let value): try container.encode(value)
        case .array(let values): try container.encode(values)
        case .object(let members): try container.encode(members)
        }
    }

    /// The document as UTF-8 text.
    ///
    /// - Parameter isIndented: Whether people are to read it too.
    package func bytes(isIndented: Bool = false) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if isIndented { encoder.outputFormatting.insert(.prettyPrinted) }
        return Array(try encoder.encode(self))
    }
}

extension [NetworkAttribute] {
    /// The values of one node or edge that has them, by name.
    func object(at index: Int) -> [String: JSONValue] {
        reduce(into: [:]) { object, attribute in
            if let value = attribute.values[index] { object[attribute.name] = JSONValue(value) }
        }
    }
}
