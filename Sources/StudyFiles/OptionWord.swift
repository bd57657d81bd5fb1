import ExpressionData

/// Options that are words.
package enum OptionWord {
    /// Throws for the first word that is not among the choices of its option; nil is the default.
    package static func check(_ options: [(name: String, value: String?, choices: [String])]) throws {
        for (name, value, choices) in options {
            guard let value, !choices.contains(value) else { continue }
            throw InputError(
                "\(name) must be one of \(choices.joined(separator: ", ")), not \(value.prefix(100))", remedy: "")
        }
    }
}
