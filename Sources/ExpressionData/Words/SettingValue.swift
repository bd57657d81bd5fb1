/// A value that a person gives as text: after an option, or behind a key of a study file.
package protocol SettingValue: Equatable, Sendable {
    /// How it stands in JSON: in a request, in a stored configuration.
    associatedtype Stored: Codable

    /// Nil for a text that is no such value.
    init?(text: String)

    /// Nil for something stored that is no such value.
    init?(stored: Stored)

    /// Nil where the value is told by leaving its key out.
    var stored: Stored? { get }

    /// What a key that is left out means; nil: the default of the record it belongs to.
    static var whenLeftOut: Self? { get }

    /// What may be given: every word, and what else, such as `a positive number`.
    static var choices: [String] { get }
}

extension SettingValue {
    package static var whenLeftOut: Self? { nil }

    /// `one of wald, lrt`, or `a number`.
    static var expectation: String {
        choices.count == 1 ? choices[0] : "one of \(choices.joined(separator: ", "))"
    }
}

/// A choice among words, each of which is a method, a rule or a format.
///
/// Its cases are the only place where its words stand: options, study files, requests and stored configurations all
/// take them from here.
package protocol OptionWord: SettingValue, RawRepresentable, CaseIterable, Codable, Hashable
where RawValue == String, Stored == String {}

extension OptionWord {
    package init?(text: String) { self.init(rawValue: text) }
    package init?(stored: String) { self.init(rawValue: stored) }
    package var stored: String? { rawValue }
    package static var choices: [String] { allCases.map(\.rawValue) }
}

/// A word, or `auto` for what the data tell.
package enum AutomaticOr<Word: OptionWord>: SettingValue {
    case automatic
    case given(Word)

    private static var automaticWord: String { "auto" }

    package init?(text: String) {
        if text == Self.automaticWord {
            self = .automatic
        } else if let word = Word(rawValue: text) {
            self = .given(word)
        } else {
            return nil
        }
    }

    package init?(stored: String) { self.init(text: stored) }

    package var stored: String? { given?.rawValue ?? Self.automaticWord }

    package static var choices: [String] { [automaticWord] + Word.choices }

    /// Nil for what the data tell.
    package var given: Word? {
        if case .given(let word) = self { word } else { nil }
    }
}

extension Bool: SettingValue {
    /// `on` or `off`, or YAML's own words for them.
    package init?(text: String) {
        switch text {
        case "on", "true", "yes": self = true
        case "off", "false", "no": self = false
        default: return nil
        }
    }

    package init?(stored: Bool) { self = stored }
    package var stored: Bool? { self }
    package static var choices: [String] { ["on", "off"] }
}

extension Double: SettingValue {
    package init?(text: String) {
        guard let value = Double(text), value.isFinite else { return nil }
        self = value
    }

    package init?(stored: Double) { self = stored }
    package var stored: Double? { self }
    package static var choices: [String] { ["a number"] }
}

extension Int: SettingValue {
    /// `5_000` is 5000, as in YAML.
    package init?(text: String) { self.init(text.replacing("_", with: "")) }
    package init?(stored: Int) { self = stored }
    package var stored: Int? { self }
    package static var choices: [String] { ["a whole number"] }
}

extension UInt64: SettingValue {
    package init?(text: String) { self.init(text.replacing("_", with: "")) }
    package init?(stored: UInt64) { self = stored }
    package var stored: UInt64? { self }
    package static var choices: [String] { ["a whole number of at least 0"] }
}

/// The name of a file, or another text that only its reader can judge.
extension String: SettingValue {
    package init?(text: String) {
        guard !text.isEmpty else { return nil }
        self = text
    }

    package init?(stored: String) { self = stored }
    package var stored: String? { self }
    package static var choices: [String] { ["a text"] }
}

/// A setting that may not be there.
extension Optional: SettingValue where Wrapped: SettingValue {
    package init?(text: String) {
        guard let value = Wrapped(text: text) else { return nil }
        self = .some(value)
    }

    package init?(stored: Wrapped.Stored) {
        guard let value = Wrapped(stored: stored) else { return nil }
        self = .some(value)
    }

    package var stored: Wrapped.Stored? { flatMap(\.stored) }
    package static var whenLeftOut: Self? { .some(nil) }
    package static var choices: [String] { Wrapped.choices }
}
