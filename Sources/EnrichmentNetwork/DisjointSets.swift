/// Elements in groups that can be joined.
struct DisjointSets {
    private var parent: [Int]

    init(count: Int) { parent = Array(0..<count) }

    mutating func join(_ a: Int, _ b: Int) {
        let (first, second) = (root(a), root(b))
        // The smaller root stays, so that groups come out in a fixed order.
        if first != second { parent[max(first, second)] = min(first, second) }
    }

    private mutating func root(_ element: Int) -> Int {
        var element = element
        while parent[element] != element {
            parent[element] = parent[parent[element]]
            element = parent[element]
        }
        return element
    }

    /// All groups with their elements ascending, by their first element.
    mutating func groups() -> [[Int]] {
        var byRoot: [Int: [Int]] = [:]
        for element in parent.indices { byRoot[root(element), default: []].append(element) }
        return byRoot.sorted { $0.key < $1.key }.map(\.value)
    }
}
