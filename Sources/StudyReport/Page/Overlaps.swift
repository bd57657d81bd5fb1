/// How many elements lie in each combination of two or three sets and in no other; by the bits of the sets.
package struct Overlaps {
    package let counts: [Int]

    package init(_ sets: [Set<String>]) {
        var counts = [Int](repeating: 0, count: 1 << sets.count)
        for element in sets.reduce(into: Set<String>(), { $0.formUnion($1) }) {
            counts[sets.indices.reduce(0) { $0 | (sets[$1].contains(element) ? 1 << $1 : 0) }] += 1
        }
        self.counts = counts
    }
}
