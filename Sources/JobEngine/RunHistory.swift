/// What a run's record says about its computing: stages in order, and who took part.
package struct RunHistory: Sendable, Equatable {
    /// The time a stage took.
    package struct Stage: Sendable, Equatable {
        package var title: String
        package var shards: Int

        /// Of `shards`, those whose results were in the journal.
        package var reused: Int
        package var elapsed: Duration

        package init(title: String, shards: Int, reused: Int, elapsed: Duration) {
            self.title = title
            self.shards = shards
            self.reused = reused
            self.elapsed = elapsed
        }
    }

    /// A worker that took part.
    package struct Worker: Sendable, Equatable {
        package var host: String
        package var labels: [String]
        package var threads: Int

        /// Shards it delivered first.
        package var done: Int

        package init(host: String, labels: [String], threads: Int, done: Int) {
            self.host = host
            self.labels = labels
            self.threads = threads
            self.done = done
        }
    }

    package var stages: [Stage]
    package var workers: [Worker]

    package init(stages: [Stage] = [], workers: [Worker] = []) {
        self.stages = stages
        self.workers = workers
    }
}
