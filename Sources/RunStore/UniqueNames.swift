/// Returns the names with a number behind each that is taken, so that none occurs twice: as R's `make.unique`.
///
/// The first `age` stays `age`, the next one becomes `age.1`; numbers that stand in another name are passed over.
///
/// - Parameter reserved: Names that none of them may have.
package func uniqueNames(_ names: [String], besides reserved: Set<String> = []) -> [String] {
    var taken = reserved.union(names)
    var seen = reserved
    var next: [String: Int] = [:]
    return names.map { name in
        if seen.insert(name).inserted { return name }
        var number = next[name] ?? 1
        while taken.contains("\(name).\(number)") { number += 1 }
        next[name] = number + 1
        let unique = "\(name).\(number)"
        taken.insert(unique)
        seen.insert(unique)
        return unique
    }
}
