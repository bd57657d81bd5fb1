/// One setting of a record: what it is called, and which property holds it.
///
/// The list of a record's settings is the only description of them. By it the record is written to JSON and read
/// from it, a study file's keys are taken, and what comes from outside is checked.
package struct Setting<Record>: Sendable {
    /// The option without its dashes, and the key of a study file.
    package let name: String

    /// The key in JSON.
    package let key: String

    /// What may be given, in the words of a message.
    package let choices: [String]
    package let expectation: String

    private let takeText: @Sendable (String, inout Record) -> Bool
    private let isAllowed: @Sendable (Record) -> Bool
    private let decode: @Sendable (inout Record, KeyedDecodingContainer<SettingKey>, SettingKey) throws -> Bool
    private let encode: @Sendable (Record, inout KeyedEncodingContainer<SettingKey>, SettingKey) throws -> Void

    /// - Parameters:
    ///   - name: As in `--lfc-threshold`.
    ///   - key: As in JSON; nil: the name in camel case.
    ///   - omitted: The value that is told by leaving the key out, so that a setting that older runs did not have
    ///     leaves the identities of runs without it as they were; nil: every value is written.
    ///   - expectation: What is expected; nil: what the type says.
    ///   - isAllowed: The values that are; any where nothing is said.
    package init<Value: SettingValue>(
        _ name: String, key: String? = nil, _ path: WritableKeyPath<Record, Value> & Sendable,
        omitting omitted: Value? = nil, _ expectation: String? = nil,
        isAllowed: @escaping @Sendable (Value) -> Bool = { _ in true }
    ) {
        self.name = name
        self.key = key ?? Setting.camelCase(name)
        choices = expectation.map { [$0] } ?? Value.choices
        self.expectation = expectation ?? Value.expectation
        takeText = { text, record in
            guard let value = Value(text: text), isAllowed(value) else { return false }
            record[keyPath: path] = value
            return true
        }
        self.isAllowed = { isAllowed($0[keyPath: path]) }
        decode = { record, container, key in
            guard let stored = try container.decodeIfPresent(Value.Stored.self, forKey: key) else {
                if let value = Value.whenLeftOut ?? omitted { record[keyPath: path] = value }
                return true
            }
            guard let value = Value(stored: stored) else { return false }
            record[keyPath: path] = value
            return true
        }
        encode = { record, container, key in
            let value = record[keyPath: path]
            if value != omitted { try container.encodeIfPresent(value.stored, forKey: key) }
        }
    }

    private init<Part>(_ setting: Setting<Part>, of path: WritableKeyPath<Record, Part> & Sendable) {
        (name, key, choices, expectation) = (setting.name, setting.key, setting.choices, setting.expectation)
        takeText = { setting.takeText($0, &$1[keyPath: path]) }
        isAllowed = { setting.isAllowed($0[keyPath: path]) }
        decode = { try setting.decode(&$0[keyPath: path], $1, $2) }
        encode = { try setting.encode($0[keyPath: path], &$1, $2) }
    }

    /// The same setting of a record that this record is a part of.
    package func within<Whole>(_ path: WritableKeyPath<Whole, Record> & Sendable) -> Setting<Whole> {
        Setting<Whole>(self, of: path)
    }

    private static func camelCase(_ name: String) -> String {
        let words = name.split(separator: "-")
        return words.dropFirst().reduce(String(words[0])) { $0 + $1.prefix(1).uppercased() + $1.dropFirst() }
    }
}

extension Setting {
    /// Takes a value as a person wrote it.
    ///
    /// - Returns: False for what is no value of this setting, or not allowed.
    package func take(_ text: String, into record: inout Record) -> Bool { takeText(text, &record) }

    /// What is wrong with a record's value; nil when nothing is.
    ///
    /// - Parameter name: How the reader calls an option: `--alpha`, or in a study file `alpha`.
    package func problem(of record: Record, calling name: (String) -> String) -> String? {
        isAllowed(record) ? nil : "\(name(self.name)) must be \(expectation)"
    }

    fileprivate func decode(into record: inout Record, from container: KeyedDecodingContainer<SettingKey>) throws {
        let key = SettingKey(stringValue: key)
        // A value of another type is as foreign as an unknown word.
        guard (try? decode(&record, container, key)) == true else {
            let word = (try? container.decode(String.self, forKey: key)).map { ", not \($0.prefix(100))" } ?? ""
            throw InputError("--\(name) must be \(expectation)\(word)", remedy: "")
        }
    }

    fileprivate func encode(_ record: Record, to container: inout KeyedEncodingContainer<SettingKey>) throws {
        try encode(record, &container, SettingKey(stringValue: key))
    }
}

/// A key of JSON that a setting is stored under.
package struct SettingKey: CodingKey {
    package let stringValue: String
    package var intValue: Int? { nil }
    package init(stringValue: String) { self.stringValue = stringValue }
    package init?(intValue: Int) { nil }
}

/// A record of settings, each with its default.
///
/// In JSON a setting that is missing has its default: what an older program wrote, which did not have it, can be read.
package protocol SettingsRecord: Codable, Equatable, Sendable {
    init()

    static var settings: [Setting<Self>] { get }
}

extension SettingsRecord {
    /// - Throws: `InputError` for a value that its setting does not have, which only another program could send.
    package init(from decoder: any Decoder) throws {
        self.init()
        try Self.settings.decode(into: &self, from: decoder)
    }

    package func encode(to encoder: any Encoder) throws {
        try Self.settings.encode(self, to: encoder)
    }
}

extension Array {
    /// Reads the settings, which may stand beside other keys.
    ///
    /// - Throws: `InputError` for a value that its setting does not have.
    package func decode<Record>(into record: inout Record, from decoder: any Decoder) throws
    where Element == Setting<Record> {
        let container = try decoder.container(keyedBy: SettingKey.self)
        for setting in self { try setting.decode(into: &record, from: container) }
    }

    /// Writes the settings, beside other keys where there are such.
    package func encode<Record>(_ record: Record, to encoder: any Encoder) throws where Element == Setting<Record> {
        var container = encoder.container(keyedBy: SettingKey.self)
        for setting in self { try setting.encode(record, to: &container) }
    }

    /// What is wrong with the first setting whose value is not allowed; nil when all are.
    ///
    /// - Parameter name: How the reader calls an option: `--alpha`, or in a study file `alpha`.
    package func problem<Record>(of record: Record, calling name: (String) -> String) -> String?
    where Element == Setting<Record> {
        for setting in self {
            if let problem = setting.problem(of: record, calling: name) { return problem }
        }
        return nil
    }
}
