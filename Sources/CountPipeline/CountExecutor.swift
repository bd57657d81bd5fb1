import ExpressionData
import ExternalPrograms
import Foundation
import JobEngine
import ReadsToCounts
import Synchronization

/// Does the shards of counting in a worker that may run programs.
package final class CountExecutor: ShardExecutor {
    /// What the names of its stages begin with.
    package static let stagePrefix = "reads-"

    private let programs: WorkerPrograms

    /// Programs get all cores of the worker, so one shard of them runs at a time.
    private let isBusy = Atomic(false)

    package init(_ programs: WorkerPrograms) { self.programs = programs }

    package func execute(_ shard: Shard, inputs: [Blob], control: ShardControl) throws -> [UInt8] {
        guard inputs.count == 1 else { throw TaskRefusal("a shard of counting has one input") }
        let task = try JSONDecoder().decode(CountTask.self, from: Data(inputs[0].content))
        while isBusy.exchange(true, ordering: .acquiringAndReleasing) {
            if control.isCancelled { throw ShardCancelled() }
            control.madeProgress()
            usleep(20_000)
        }
        defer { isBusy.store(false, ordering: .releasing) }
        return try outcome(of: task, control: control).encoded()
    }

    private func outcome(of task: CountTask, control: ShardControl) throws -> TaskOutcome {
        do {
            try admit(task)
            return try perform(task, control: control)
        } catch let refusal as TaskRefusal where refusal.isOfWorker {
            let text = refusal.description
            throw UnfitWorker(text.contains(programs.host) ? text : "the worker on \(programs.host): \(text)")
        } catch let refusal as TaskRefusal {
            return .refused(refusal.description)
        } catch let error as InputError {
            return .refused(error.description)
        } catch let failure as StepFailure {
            return .failed(failure)
        } catch is ProgramsCancelled {
            throw ShardCancelled()
        }
    }

    /// Checks what came from elsewhere before anything is opened or started.
    private func admit(_ task: CountTask) throws {
        let context = task.context
        try context.check()
        for path in task.paths { try programs.check(path: path) }
        try task.sample?.check()
        let nonce = FileManager.default.contents(atPath: context.store + "/nonce") ?? Data()
        guard String(decoding: nonce, as: UTF8.self) == context.nonce else {
            throw TaskRefusal(
                "the worker on \(programs.host) does not see \(context.store) as the coordinator does. Mount the same "
                    + "folder there, under the same path.", isOfWorker: true)
        }
    }

    private func perform(_ task: CountTask, control: ShardControl) throws -> TaskOutcome {
        let context = task.context
        switch task {
        case .reference:
            return .reference(
                try ReferenceWork(context: context, steps: try steps(nil, context, control)).perform())
        case .reads(_, let sample):
            return .reads(try readFiles(of: sample, context, control))
        case .strands(_, let sample, let found, let reference):
            return .strands(
                try SampleWork(
                    sample: sample, found: found, reference: reference, steps: try steps(sample, context, control)
                ).strandEvidence())
        case .sample(_, let sample, let found, let reference, let strandedness, let evidence):
            return .sample(
                try SampleWork(
                    sample: sample, found: found, reference: reference, steps: try steps(sample, context, control)
                ).count(strandedness: strandedness, evidence: evidence))
        }
    }

    private func steps(_ sample: SampleTask?, _ context: CountContext, _ control: ShardControl) throws -> StepRunner {
        try StepRunner(programs: programs, context: context, sample: sample?.name, control: control)
    }

    private func readFiles(
        of sample: SampleTask, _ context: CountContext, _ control: ShardControl
    ) throws -> ReadsFound {
        let store = StepStore(folder: context.store)
        var (digests, reads): ([String], Int) = ([], 0)
        for lane in sample.lanes {
            let notes = try lane.files.map { file in
                try file.check()
                if let note: FASTQNote = store.value(file.noteKey) { return note }
                let note = try FASTQCheck.note(of: file) {
                    control.madeProgress()
                    if control.isCancelled { throw ShardCancelled() }
                }
                try file.check()
                try store.put(file.noteKey, files: [], value: note)
                return note
            }
            if let second = notes.dropFirst().first {
                try Self.check(mates: notes[0], second, of: lane)
            }
            digests += notes.map(\.digest)
            reads += notes[0].reads
        }
        return ReadsFound(digests: digests, reads: reads)
    }

    private static func check(mates first: FASTQNote, _ second: FASTQNote, of lane: SampleTask.LaneFiles) throws {
        let (firstPath, secondPath) = (lane.first.path, lane.second?.path ?? "")
        guard first.reads == second.reads else {
            throw TaskRefusal(
                "\(firstPath) has \(first.reads) reads and \(secondPath), its mates, \(second.reads). The files of a pair "
                    + "have the same reads in the same order: look for one that was cut short or exchanged.")
        }
        guard first.firstName == second.firstName else {
            throw TaskRefusal(
                "\(firstPath) begins with the read \(first.firstName) and \(secondPath), its mates, with "
                    + "\(second.firstName). The files of a pair have the same reads in the same order.")
        }
    }
}
