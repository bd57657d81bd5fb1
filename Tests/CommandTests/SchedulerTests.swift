import Foundation
import Testing

@Suite("A scheduler that does not answer")
struct SchedulerTests {
    /// A folder with a program of this name, to be found before the real one.
    private func folder(with program: String, doing script: String) throws -> TemporaryFolder {
        let folder = try TemporaryFolder()
        _ = try folder.write("#!/bin/sh\n" + script + "\n", as: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder(program))
        return folder
    }

    private func path(_ folder: TemporaryFolder) -> String {
        folder.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
    }

    @Test("A worker in a job asks for the end of its life, and begins without an answer after 5 s")
    func worker() throws {
        // The sleep keeps the pipe open when the shell in front of it is gone.
        let programs = try folder(with: "squeue", doing: "sleep 60")
        let began = ContinuousClock.now
        let result = try modicum(
            "worker", "--connection-file", programs("none.json"), "--coordinator-timeout", "15",
            environment: ["PATH": path(programs), "SLURM_JOB_ID": "7"])
        let seconds = (ContinuousClock.now - began) / .seconds(1)
        #expect(result.status == 1, "\(result.errors)")
        #expect(seconds > 15 && seconds < 45, "\(seconds) s: \(result.errors)")
    }

    @Test("A scheduler's error is told in its own words")
    func complaint() throws {
        let programs = try folder(with: "sbatch", doing: "echo 'slurm_load_jobs error: Unable to contact' >&2; exit 1")
        let store = try TemporaryFolder()
        let result = try modicum(
            "cluster", "slurm", "submit", "--store", store.path, "--workers", "1", environment: ["PATH": path(programs)]
        )
        #expect(result.status == 1, "\(result.errors)")
        #expect(result.errors.contains("Unable to contact"), "\(result.errors)")
    }
}
