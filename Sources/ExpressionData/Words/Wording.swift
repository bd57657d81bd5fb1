/// `1 field`, `3 fields`: a number with its noun.
package func counted(_ count: Int, _ noun: String) -> String {
    "\(count) \(noun)\(count == 1 ? "" : "s")"
}

/// `a, b and c`; from more than `limit` names the first ones `and N more`.
package func listed(_ names: [String], limit: Int = 10) -> String {
    if names.count > limit {
        return names.prefix(limit).joined(separator: ", ") + " and \(names.count - limit) more"
    }
    guard let last = names.last, names.count > 1 else { return names.first ?? "none" }
    return names.dropLast().joined(separator: ", ") + " and " + last
}

/// A number for a message: whole ones without a fraction.
package func decimal(_ value: Double) -> String {
    value.magnitude < 1e15 && value == value.rounded(.towardZero) ? "\(Int(value))" : "\(value)"
}

/// A whole number with commas between its thousands.
package func grouped(_ number: Int) -> String {
    let digits = Array(String(number.magnitude))
    let groups = stride(from: digits.count, to: 0, by: -3).map { String(digits[max($0 - 3, 0)..<$0]) }
    return (number < 0 ? "-" : "") + groups.reversed().joined(separator: ",")
}
