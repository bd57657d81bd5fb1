import JobEngine
import Testing

@Suite("Lease policy")
struct LeasePolicyTests {
    @Test("The defaults fit together")
    func defaults() throws {
        try LeasePolicy().validate()
    }

    @Test("A worker gets three chances to beat before it counts as lost")
    func beats() {
        var policy = LeasePolicy()
        policy.beatInterval = .seconds(6)
        #expect(throws: LeasePolicyError.self) { try policy.validate() }
    }

    @Test("Values outside their bounds are errors")
    func bounds() {
        for change: (inout LeasePolicy) -> Void in [
            { $0.beatInterval = .zero }, { $0.stallMinimum = .seconds(1) }, { $0.backupMedians = 0.5 },
            { $0.maximumCopies = 0 }, { $0.maximumAttempts = 0 }, { $0.coordinatorTimeout = .seconds(1) },
            { $0.resendInterval = .milliseconds(1) }, { $0.terminationGrace = .seconds(-1) },
            { $0.maximumUnstoredBytes = 0 }, { $0.blobChunkBytes = 0 }, { $0.blobWindow = 0 },
        ] {
            var policy = LeasePolicy()
            change(&policy)
            #expect(throws: LeasePolicyError.self) { try policy.validate() }
        }
    }
}
