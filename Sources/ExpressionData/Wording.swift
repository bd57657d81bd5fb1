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
