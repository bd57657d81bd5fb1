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

    @Test("A worker in a job asks for the end of its life, and begins without waiting for an answer that does not come")
    func worker() throws {
        // It would answer after two minutes. The short sleeps end soon after the shell in front of them is gone.
        let programs = try folder(
            with: "squeue",
            doing: """
                cd "$(dirname "$0")" && touch asked
                for moment in $(seq 1200); do sleep 0.1; done
                touch answered
                """)
        let result = try modicum(
            "worker", "--connection-file", programs("none.json"), "--coordinator-timeout", "15",
            environment: ["PATH": path(programs), "SLURM_JOB_ID": "7"])
        #expect(result.status == 1, "\(result.errors)")
        #expect(FileManager.default.fileExists(atPath: programs("asked")))
        #expect(!FileManager.default.fileExists(atPath: programs("answered")), "\(result.errors)")
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
