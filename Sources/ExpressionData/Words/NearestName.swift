/// Returns the candidate with the smallest edit distance, if any is near at all.
package func nearestName(to name: String, among candidates: [String]) -> String? {
    let distances = candidates.map { editDistance(Array(name.utf8), Array($0.utf8)) }
    guard let best = distances.indices.min(by: { distances[$0] < distances[$1] }) else { return nil }
    // A name of which nothing is left is near to none.
    return distances[best] <= min(max(2, name.utf8.count / 2), name.utf8.count - 1) ? candidates[best] : nil
}

/// Levenshtein's distance: the least number of insertions, deletions and substitutions.
private func editDistance(_ first: [UInt8], _ second: [UInt8]) -> Int {
    var row = Array(0...second.count)
    for i in first.indices {
        var diagonal = row[0]
        row[0] = i + 1
        for j in second.indices {
            let substituted = diagonal + (first[i] == second[j] ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(substituted, row[j] + 1, row[j + 1] + 1)
        }
    }
    return row[second.count]
}
