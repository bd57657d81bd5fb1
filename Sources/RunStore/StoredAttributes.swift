/// What an attribute of a dataset or a group may hold.
package enum AttributeValue: Equatable, Sendable {
    case string(String)
    case strings([String])
    case double(Double)
    case doubles([Double])
    case integer(Int64)
    case integers([Int64])
    case bool(Bool)
}

extension AttributeValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral
{
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(floatLiteral value: Double) { self = .double(value) }
    package init(booleanLiteral value: Bool) { self = .bool(value) }
    package init(arrayLiteral elements: String...) { self = .strings(elements) }
}

/// The attributes of a dataset or a group: units, definitions, encodings.
///
/// They describe the content and are no part of the run's identity. They are
/// kept, and written, in the byte order of their names.
package struct StoredAttributes: Equatable, Sendable, ExpressibleByDictionaryLiteral {
    private var values: [String: AttributeValue] = [:]

    package init() {}

    package init(dictionaryLiteral elements: (String, AttributeValue)...) {
        for (name, value) in elements { self[name] = value }
    }

    package subscript(name: String) -> AttributeValue? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// The attributes by the bytes of their names.
    package var inOrder: [(name: String, value: AttributeValue)] {
        values.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }.map { (name: $0.key, value: $0.value) }
    }

    /// These attributes with those of `other` added; where both have one, this one stays.
    package func adding(_ other: StoredAttributes) -> StoredAttributes {
        var sum = self
        sum.values.merge(other.values) { own, _ in own }
        return sum
    }
}
