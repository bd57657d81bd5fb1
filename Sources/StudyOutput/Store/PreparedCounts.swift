import AnalysisPipeline
import Glibc
import RunStore
import SystemThreads

/// Makes a study's count matrix ready for the store while the shards are computed.
///
/// It has a thread of its own that runs on idle cores only and so lives on what the workers of the same machine leave:
/// the time between two stages, and the cores of a coordinator whose workers are elsewhere.
package final class PreparedCounts: Sendable {
    private let packed: PackedCounts?

    /// Starts the thread.
    package init(of inputs: StudyInputs) {
        packed = inputs.counts.flatMap {
            PackedCounts(counts: $0.counts, genes: $0.geneCount, samples: $0.sampleCount)
        }
        guard let packed else { return }
        // It is let go of: what it has in hand when all is wanted is made without it.
        _ = try? ServiceThread("counts") {
            // To Linux a thread is a process: this is the calling thread's own policy. A thread that is merely nice
            // still makes its core look busy, and two computing threads then share the other one.
            var parameters = sched_param()
            _ = sched_setscheduler(0, idlePolicy, &parameters)
            while packed.makeNextPart() {}
        }
    }

    /// The matrix; what is not ready yet is made by the caller.
    func finished() -> PackedCounts? {
        packed?.finish()
        return packed
    }
}

/// Linux's SCHED_IDLE, which the C library declares for GNU programs only.
private let idlePolicy: CInt = 5
