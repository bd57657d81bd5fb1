import AnalysisPipeline
import Foundation
import RunStore

/// Makes a study's count matrix ready for the store while the shards are computed.
///
/// It has a thread of its own at the lowest priority, which lives on what the workers of the same machine leave: the
/// time between two stages, and the cores of a coordinator whose workers are elsewhere.
package final class PreparedCounts: Sendable {
    private let packed: PackedCounts?
    private let work = DispatchGroup()

    /// Starts the thread.
    package init(of inputs: StudyInputs) {
        packed = inputs.counts.flatMap {
            PackedCounts(counts: $0.counts, genes: $0.geneCount, samples: $0.sampleCount)
        }
        guard let packed else { return }
        let work = work
        work.enter()
        let thread = Thread {
            // To Linux a thread is a process: this is the calling thread's own priority.
            _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
            while packed.makeNextPart() {}
            work.leave()
        }
        thread.name = "store"
        thread.start()
    }

    /// The matrix; what is not ready yet is made by the caller too.
    func finished() -> PackedCounts? {
        if let packed { while packed.makeNextPart() {} }
        work.wait()
        return packed
    }
}
