/// The sets of an analysis and, by gene, the sets that it is in.
package struct SetCatalogue: Sendable {
    package let setCount: Int

    /// By set its genes, ascending places in the list of fitted genes.
    let members: [Int32]
    let memberEnds: [Int32]

    /// By gene its sets, ascending, and where they begin; one entry more, where the last ones end.
    let sets: [Int32]
    let setStarts: [Int32]

    /// - Parameters:
    ///   - sets: By set, positions of its genes in the block; those that have no fit leave it.
    ///   - genes: The fitted genes' positions, ascending.
    package init(_ sets: [[Int32]], genes: [Int32]) {
        setCount = sets.count
        var placeOfGene: [Int32: Int32] = [:]
        for (place, gene) in genes.enumerated() { placeOfGene[gene] = Int32(place) }
        var members: [Int32] = []
        var memberEnds: [Int32] = []
        var setsOfGene = [[Int32]](repeating: [], count: genes.count)
        for (set, positions) in sets.enumerated() {
            let places = Set(positions.compactMap { placeOfGene[$0] }).sorted()
            for place in places { setsOfGene[Int(place)].append(Int32(set)) }
            members += places
            memberEnds.append(Int32(members.count))
        }
        self.members = members
        self.memberEnds = memberEnds
        self.sets = setsOfGene.flatMap { $0 }
        setStarts = setsOfGene.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int32($1.count)) }
    }

    /// Of all sets together.
    var memberCount: Int { members.count }

    func range(ofSet set: Int) -> Range<Int> {
        (set == 0 ? 0 : Int(memberEnds[set - 1]))..<Int(memberEnds[set])
    }

    /// How many of a set's genes have a fit.
    package func size(ofSet set: Int) -> Int { range(ofSet: set).count }
}
