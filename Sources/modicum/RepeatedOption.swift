/// An option of one value that is given more than once, and differently.
///
/// The parser takes the last, which is what scripts want that add to a list of defaults, and not who forgot the first.
struct RepeatedOption {
    let note: String

    /// Nil where every option of one value is given once, or the same each time.
    init?(in arguments: [String]) {
        var values: [String: [String]] = [:]
        for (position, argument) in arguments.prefix(while: { $0 != "--" }).enumerated() where argument.hasPrefix("--")
        {
            let name = String(argument.prefix { $0 != "=" })
            let value =
                name == argument
                ? arguments[min(position + 1, arguments.count - 1)] : String(argument.dropFirst(name.count + 1))
            values[name, default: []].append(value)
        }
        let repeated = values.filter { Set($0.value).count > 1 }
        guard !repeated.isEmpty, let single = CommandDescription(of: arguments)?.singleOptions else { return nil }
        let sentences = repeated.filter { single.contains($0.key) }.sorted { $0.key < $1.key }.map { name, values in
            "\(name) is given \(values.count) times, and the last counts: \(values.last ?? "")"
        }
        guard !sentences.isEmpty else { return nil }
        note = sentences.joined(separator: "; ")
    }
}
