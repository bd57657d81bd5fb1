import CLanes
import KernelArguments

/// Goes down a ranked list once for all sets: each gene moves the running sums of the sets that it is in.
///
/// Which sets a gene is in lies all over memory, as the list jumps from gene to gene; so it is asked for some ranks ahead.
package func walkSets(_ a: UnsafePointer<SetWalkArguments>) {
    let count = a.pointee.geneCount
    let order = a.pointee.order
    let statistics = a.pointee.statistics
    let sets = a.pointee.sets
    let starts = a.pointee.setStarts
    let walks = a.pointee.walks
    let ahead = 12
    for rank in 0..<count {
        if rank + ahead < count { modicum_prefetch(sets + Int(starts[Int(order[rank + ahead])])) }
        let gene = Int(order[rank])
        let weight = statistics[gene].magnitude
        let place = Double(rank)
        for entry in Int(starts[gene])..<Int(starts[gene + 1]) {
            // As `SetWalk` has them: base, step of a miss, highest, lowest.
            let walk = walks + 4 * Int(sets[entry])
            let step = walk[1]
            let before = walk[0] - place * step
            let at = before + weight
            let (highest, lowest) = (walk[2], walk[3])
            walk[2] = at > highest ? at : highest
            walk[3] = before < lowest ? before : lowest
            walk[0] += weight + step
        }
    }
}
