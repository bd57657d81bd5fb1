/// The last field of a GTF line, `key "value"; key "value";`, as bytes: most of a file's lines are not asked.
package enum GTFAttributes {
    /// The value of the first attribute with a name, without quotes; nil where there is none, or it is empty.
    package static func value(of name: String, in field: some Collection<UInt8>) -> String? {
        let label = Array(name.utf8)
        var rest = field[...]
        while !rest.isEmpty {
            let attribute = rest.prefix { $0 != UInt8(ascii: ";") }
            rest = rest[attribute.endIndex...].dropFirst()
            let content = attribute.drop { $0 == UInt8(ascii: " ") }
            guard content.starts(with: label), content.dropFirst(label.count).first == UInt8(ascii: " ") else {
                continue
            }
            let value = content.dropFirst(label.count).filter { $0 != UInt8(ascii: "\"") }
            let text = trimmed(String(decoding: value, as: UTF8.self))
            return text.isEmpty ? nil : text
        }
        return nil
    }
}
