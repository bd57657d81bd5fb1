import ExpressionFormats
import Foundation

/// What `--json` prints.
enum JSONText {
    static func print(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        Swift.print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// A line of its own, for what is read while it comes.
    static func line(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    }
}

/// A table as an object for each row, by the names of its columns; null where the table has NA.
struct TableRows: Encodable {
    let columns: [TableColumn]

    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(stringValue: String) { self.stringValue = stringValue }

        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var rows = encoder.unkeyedContainer()
        for row in 0..<(columns.first?.values.count ?? 0) {
            var object = rows.nestedContainer(keyedBy: Name.self)
            for column in columns {
                let name = Name(stringValue: column.name)
                switch column.values {
                case .strings(let values): try object.encode(values[row] == "NA" ? nil : values[row], forKey: name)
                case .doubles(let values): try object.encode(values[row].isNaN ? nil : values[row], forKey: name)
                case .computed(_, let values):
                    let value = values(row..<row + 1)[0]
                    try object.encode(value.isNaN ? nil : value, forKey: name)
                case .integers(let values): try object.encode(values[row], forKey: name)
                case .booleans(let values): try object.encode(values[row], forKey: name)
                }
            }
        }
    }
}
