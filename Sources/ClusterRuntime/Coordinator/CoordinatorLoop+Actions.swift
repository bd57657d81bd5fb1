import ContentDigest
import Glibc
import JobEngine
import Logging
import SystemThreads

extension CoordinatorLoop {
    /// Carries out one action of the state machine.
    func perform(_ action: CoordinatorAction) throws {
        switch action {
        case .send(let message):
            try socket.send(message)
        case .sendBlobChunk(let order):
            try socket.send(order) { [self] in piece($0) }
        case .sendResults(let order):
            try socket.send(results(for: order))
        case .sendResultChunk(let order):
            try socket.send(order) { [self] in piece($0) }
        case .sendLog(let order):
            try socket.send(order.message(options.recentLog?.lines(after: order.after) ?? []))
        case .persist(let order):
            runs[order.run]?.check(order)
        case .planStage(let run, let stage, let shards):
            runs[run]?.planStage(
                stage, after: shards, workers: coordinator.status(at: clock.elapsed).workers, at: clock.elapsed)
        case .storePiece(let run, let digest, let offset, let content):
            write(.piece(run, digest, offset: offset, content), of: run)
        case .storeSubmission(let run, let submission):
            write(.whole(run, submission), of: run)
        case .runEnded(let run, let outcome):
            end(run, outcome)
        case .report(let notice):
            report(notice)
        }
    }

    /// Turns what another thread said into events.
    func handle(_ input: CoordinatorService.Input) throws {
        switch input {
        case .journal(let run, let notice):
            try handle(notice, from: run)
        case .planned(let run, let stage, let answer):
            try handle(answer, to: run, stage: stage)
            runs[run]?.noteAnswered()
            // A stage is announced however short it is.
            nextProgress = .zero
            reportProgress(at: clock.elapsed)
        case .checked(let run, let verdict):
            try handle(verdict, of: run)
        case .added(let opened, let title, let share):
            admit(opened, title)
            try handle(.runAdded(opened.journal.run, title: title, replicatedShare: share))
        case .pieceWritten(let run):
            try handle(.pieceStored(run))
        case .submissionStored(let opened, let title):
            admit(opened, title)
            try handle(.submissionStored(opened.journal.run))
        case .refused(let run, let reason):
            try handle(.submissionRefused(run, reason: reason))
        case .processEnded(let pid):
            if let worker = processes.removeValue(forKey: pid) { try handle(.processEnded(worker)) }
        case .cancelled(let run):
            try handle(.runCancelled(run))
        case .stop(let sendsWorkersHome):
            guard stopping == nil else { break }
            stopping = (clock.elapsed, sendsWorkersHome)
            try handle(.stopDispatching)
        case .describe(let answer):
            answer.post(coordinator.status(at: clock.elapsed))
        case .abandon:
            isAbandoned = true
        }
    }

    /// The piece of a blob that a run in hand has, or of a result of a finished run.
    func piece(_ order: BlobChunkOrder) -> BlobPiece? {
        for run in runs.values {
            if let blob = run.blob(order.digest) { return BlobPiece(order, of: blob) }
        }
        return submissions?.piece(order)
    }

    private func results(for order: ResultsOrder) -> Message {
        guard let submissions else {
            return order.message(refusing: Rejection(.unknownRun, "this coordinator keeps no results"))
        }
        do {
            return order.message(try submissions.results(of: order.run))
        } catch let missing as MissingResults {
            return order.message(refusing: Rejection(missing.reason, missing.description))
        } catch {
            // They were there, and cannot be read any more.
            return order.message(refusing: Rejection(.noResults, "\(error)"))
        }
    }

    private func admit(_ opened: OpenedRun, _ title: String) {
        let journal = opened.journal
        if journal.tornBytes > 0 {
            logger.warning(
                "the journal ended in the middle of a record, which is computed again",
                metadata: ["run": "\(journal.run)", "bytes": "\(journal.tornBytes)"])
        }
        if journal.damagedResults > 0 {
            logger.warning(
                "results in the journal do not have their SHA-256; they are computed again",
                metadata: ["run": "\(journal.run)", "results": "\(journal.damagedResults)"])
        }
        if let other = journal.otherContract {
            logger.warning(
                "earlier results were computed under another numeric contract; all shards are computed again",
                metadata: ["run": "\(journal.run)", "theirs": "\(other)", "ours": "\(options.numericContract)"])
        }
        if !journal.results.isEmpty {
            logger.info("resuming", metadata: ["run": "\(journal.run)", "results": "\(journal.results.count)"])
        }
        runs[journal.run] = ServedRun(title: title, opened)
    }

    private func handle(_ notice: JournalFile.Notice, from run: RunID) throws {
        switch notice {
        case .durable(let number):
            for shard in runs[run]?.synced(upTo: number) ?? [] { try handle(.persisted(run, shard)) }
        case .waiting(let error, let waited):
            if waited >= options.diskTimeout {
                failure = "\(error); gave up after \(waited.text), the run can be resumed"
                hasGivenUp = true
            }
            if waited >= nextStorageWarning {
                nextStorageWarning = waited + .seconds(30)
                // The first word is the state machine's own.
                if waited > .zero { logger.error("still waiting: \(error)", metadata: ["waiting": "\(waited.text)"]) }
            }
            try handle(.storageBlocked(reason: "\(error)"))
        case .resumed:
            nextStorageWarning = .zero
            try handle(.storageRestored)
        case .fenced(let reason):
            failure = reason
        }
    }

    private func handle(_ answer: RunPlanner.Answer, to run: RunID, stage: Int) throws {
        guard let served = runs[run] else { return }
        switch answer {
        case .stage(let plan, let shards, let unreadable):
            for (shard, reason) in unreadable.sorted(by: { $0.key < $1.key }) {
                served.forget(shard)
                logger.warning(
                    "a result in the journal cannot be read, and is computed again",
                    metadata: ["run": "\(run)", "shard": "\(shard)", "reason": "\(reason)"])
            }
            if served.begin(stage, plan, shards: shards, at: clock.elapsed) {
                logger.notice(
                    "the stage is planned differently from the run before, so its shards are computed again",
                    metadata: ["run": "\(run)", "stage": "\(plan.title)"])
            }
            try handle(.stagePlanned(run, plan, known: served.known))
        case .complete:
            try handle(.runFinished(run))
        case .failed(let reason):
            try handle(.runFailed(run, reason: reason))
        case .refused(let reason):
            try handle(.runRefused(run, reason: reason))
        }
    }

    private func handle(_ verdict: RunPlanner.Verdict, of run: RunID) throws {
        runs[run]?.noteChecked()
        switch verdict {
        case .sound(let order): runs[run]?.persist(order)
        case .unreadable(let shard, let reason): try handle(.resultRefused(run, shard, reason: reason))
        }
    }

    /// Has a part of a submission written.
    private func write(_ work: SubmissionWriter.Work, of run: RunID) {
        guard let writer else {
            inbox.post(.refused(run, reason: "this coordinator takes no runs; it computes its own"))
            return
        }
        writer.post(work)
    }

    /// Adds the runs that an earlier start left unfinished, and shows those that are left out. Every run fails alone.
    func resumeSubmissions() throws {
        guard let submissions else { return }
        DyingWords.watch(serving: pthread_self())
        let found = try submissions.found()
        for run in found.unreadable + found.setAside {
            logger.error("a run is left out: \(run.reason)", metadata: ["run": "\(run.run)"])
            try handle(.runSetAside(run.run, title: run.title, reason: run.reason))
        }
        for entry in found.unfinished {
            do {
                guard let opened = try resume(entry, submissions) else { continue }
                try handle(.added(opened, title: entry.title, replicatedShare: entry.replicatedShare))
            } catch {
                let reason = "\(error)"
                logger.error("a run is left out: \(reason)", metadata: ["run": "\(entry.run)"])
                try handle(.runSetAside(entry.run, title: entry.title, reason: reason))
            }
        }
    }

    /// Opens a run of an earlier start.
    ///
    /// - Returns: nil for one in whose hands the last coordinator died: it is set aside.
    private func resume(_ entry: SubmissionStore.Entry, _ submissions: SubmissionStore) throws -> OpenedRun? {
        switch RunMark.verdict(in: entry.directory) {
        case .guilty(let reason):
            let text =
                "set aside: \(reason). The other runs go on. Submit it again to have it tried again; to go on with what it had "
                + "computed, remove \(SubmissionStore.endPath(in: entry.directory)) and start the coordinator again"
            logger.error("\(text)", metadata: ["run": "\(entry.run)"])
            try submissions.recordSetAside(entry, reason: text)
            RunMark.remove(in: entry.directory)
            try handle(.runSetAside(entry.run, title: entry.title, reason: text))
            return nil
        case .innocent(let suspicion):
            let mark = try RunMark(in: entry.directory, epoch: lock.epoch, suspicion: suspicion)
            mark.begin("its journal was read")
            defer { mark.end() }
            return try SubmissionWriter.open(entry, submissions, options.numericContract, lock, inbox, mark)
        }
    }

    /// Notes a run's end and forgets its bytes.
    private func end(_ run: RunID, _ outcome: RunOutcome) {
        let served = runs.removeValue(forKey: run)
        served?.end(outcome)
        if served == nil { writer?.post(.discard(run)) }
        if let submissions, served != nil {
            do {
                try submissions.recordEnd(of: run, outcome)
            } catch {
                logger.warning("\(error)")
            }
        }
        let history = served?.history(workers: coordinator.status(at: clock.elapsed).workers) ?? RunHistory()
        outcomes.record(FinishedRun(outcome: outcome, history: history), of: run)
    }

    private func report(_ notice: Notice) {
        let level: Logger.Level =
            switch notice.level {
            case .debug: .debug
            case .info: .info
            case .warning: .warning
            case .error: .error
            }
        logger.log(level: level, "\(notice)", metadata: notice.run.map { ["run": "\($0)"] })
    }
}
