import ContentDigest

/// All gene-set analyses of a run: one per ranked list.
struct EnrichmentState: Sendable {
    private var entries: [Entry] = []

    private struct Entry: Sendable {
        /// Positions of the analysis and its test; nil for a list that was given.
        let analysis: Int?
        let test: Int?

        /// Those of other tests with the same list.
        var others: [(analysis: Int, test: Int)] = []
        var run: any EnrichmentRun
    }

    mutating func add(analysis: Int?, test: Int?, _ run: any EnrichmentRun) {
        entries.append(Entry(analysis: analysis, test: test, run: run))
    }

    /// Gives a list to one more test.
    mutating func share(list: Int, analysis: Int, test: Int) { entries[list].others.append((analysis, test)) }

    var count: Int { entries.count }

    /// Plans a stage for the lists of one kind.
    ///
    /// - Parameter plan: Adds the shards of a list, which is their owner or a part of it.
    func plan<Run: EnrichmentRun, Input, Owner>(
        _ kind: Run.Type, _ plan: (Int, Run, inout StageShards<Input, Owner>) throws -> Void
    ) rethrows -> StageShards<Input, Owner> {
        var shards = StageShards<Input, Owner>()
        for (list, entry) in entries.enumerated() {
            if let run = entry.run as? Run { try plan(list, run, &shards) }
        }
        return shards
    }

    /// Changes the lists of one kind.
    mutating func update<Run: EnrichmentRun>(
        _ kind: Run.Type, _ change: (Int, inout Run) throws -> Void
    ) rethrows {
        for list in entries.indices {
            guard var run = entries[list].run as? Run else { continue }
            try change(list, &run)
            entries[list].run = run
        }
    }

    /// The lists of one kind, each with the positions of its analysis and test.
    func runs<Run: EnrichmentRun>(of kind: Run.Type) -> [(analysis: Int?, test: Int?, run: Run)] {
        entries.compactMap { entry in (entry.run as? Run).map { (entry.analysis, entry.test, $0) } }
    }

    /// How many sets of the lists of one kind more permutations would settle.
    func unsettledCount<Run: EnrichmentRun>(_ kind: Run.Type) -> Int {
        entries.reduce(0) { $0 + (($1.run as? Run)?.unsettledCount ?? 0) }
    }

    func has<Run: EnrichmentRun>(_ kind: Run.Type) -> Bool { entries.contains { $0.run is Run } }

    /// - Returns: As of a run.
    mutating func raise(toPermutations permutations: Int) -> Set<SHA256Digest> {
        entries.indices.reduce(into: []) { $0.formUnion(entries[$1].run.raise(toPermutations: permutations)) }
    }

    /// The results, each with the positions of its analysis and test.
    func results() throws -> [(analysis: Int?, test: Int?, results: EnrichmentResults?)] {
        try entries.flatMap { entry in
            let results = try entry.run.results()
            let others = entry.others.map { ($0.analysis, $0.test, results?.sharingScores()) }
            return [(entry.analysis, entry.test, results)] + others
        }
    }
}

extension StudyState {
    /// Plans a stage of permutations for the lists of one kind.
    ///
    /// Goes to the next checkpoint while more permutations would settle a set, where that is asked for. The configuration
    /// says how many there are in the end, as if they had been asked for at once.
    mutating func planPermutations<Run: EnrichmentRun, Input, Owner>(
        of kind: Run.Type, _ plan: (Int, Run, inout StageShards<Input, Owner>) throws -> Void
    ) rethrows -> StageShards<Input, Owner> {
        var shards = try enrichment.plan(kind, plan)
        guard enrichment.has(kind) else { return shards }
        while shards.isEmpty, let rule = inputs.settling, let present = inputs.configuration.geneSets?.permutations,
            let next = rule.checkpoint(after: present),
            !rule.isCheckpoint(present) || enrichment.unsettledCount(kind) > 0
        {
            inputs.configuration.geneSets?.permutations = next
            let unread = Set(enrichment.raise(toPermutations: next).map(\.description))
            self.shards.removeAll { !unread.isDisjoint(with: $0.inputs) }
            shards = try enrichment.plan(kind, plan)
        }
        return shards
    }
}
