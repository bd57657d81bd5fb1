/// A queue of shard indices that gives the lowest first, so that shards are lent in plan order.
struct IndexHeap: Sendable {
    private(set) var indices: [Int]

    /// Takes ascending indices.
    init(ascending: [Int] = []) {
        indices = ascending
    }

    var isEmpty: Bool { indices.isEmpty }

    var first: Int? { indices.first }

    mutating func insert(_ index: Int) {
        indices.append(index)
        var child = indices.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard indices[child] < indices[parent] else { break }
            indices.swapAt(child, parent)
            child = parent
        }
    }

    mutating func removeFirst() -> Int? {
        guard let first = indices.first, let last = indices.popLast() else { return nil }
        guard !indices.isEmpty else { return first }
        indices[0] = last
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2]
            where child < indices.count && indices[child] < indices[least] {
                least = child
            }
            guard least != parent else { return first }
            indices.swapAt(least, parent)
            parent = least
        }
    }
}
