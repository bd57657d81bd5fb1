import ContentDigest
import RunStore
import Testing

@Suite("The identity of a run")
struct IdentityTests {
    @Test("The manifest has one line per dataset in byte order: path, type, shape, SHA-256 of the content")
    func manifest() {
        var run = RunDocument(configuration: "modicum: 1\n")
        run.add("uns/b", .doubles([1]), shape: [1, 1])
        run.add("uns/a/x", .strings(["a", "é"]))
        run.add("uns/Z", .bools([true, false]))
        func sha256(_ bytes: [UInt8]) -> SHA256Digest { SHA256Digest(of: bytes) }
        let configuration = [11, 0, 0, 0, 0, 0, 0, 0] + Array("modicum: 1\n".utf8)
        let strings: [UInt8] = [1, 0, 0, 0, 0, 0, 0, 0, 0x61, 2, 0, 0, 0, 0, 0, 0, 0, 0xC3, 0xA9]
        let nothing = sha256([])
        #expect(
            run.manifest == """
                obs/_index\tstring\t0\t\(nothing)
                uns/Z\tbool\t2\t\(sha256([1, 0]))
                uns/a/x\tstring\t2\t\(sha256(strings))
                uns/b\tfloat64\t1x1\t\(sha256([0, 0, 0, 0, 0, 0, 0xF0, 0x3F]))
                uns/configuration\tstring\tscalar\t\(sha256(configuration))
                var/_index\tstring\t0\t\(nothing)

                """)
        #expect(run.identity == SHA256Digest(of: run.manifest))
    }

    @Test("It is the one that ops/identity.py computes for the example")
    func knownIdentity() {
        #expect("\(makeExampleRun().identity)" == "e53c672b07ad315fc148ec45ee94fcf8294708c8c6f244b5117b2e9aeca589a1")
    }

    @Test("It does not depend on the order in which datasets are added, nor on attributes")
    func independence() {
        var first = RunDocument(configuration: "c", attributes: ["version": "1.0"])
        first.add("uns/a", .doubles([1, 2]), attributes: ["units": "years"])
        first.add("uns/b", .int32s([1, 2]))
        var second = RunDocument(configuration: "c", attributes: ["version": "2.0"])
        second.add("uns/b", .int32s([1, 2]))
        second.add("uns/a", .doubles([1, 2]))
        second.addGroup("uns/empty")
        #expect(first.identity == second.identity)
    }

    @Test("It changes with the configuration, and with a dataset's path, type, shape and content")
    func sensitivity() {
        func identity(
            _ path: String = "uns/a", _ content: StoredContent = .int32s([1, 0]), shape: [Int] = [2],
            configuration: String = "c"
        ) -> SHA256Digest {
            var run = RunDocument(configuration: configuration)
            run.add(path, content, shape: shape)
            return run.identity
        }
        let identities = [
            identity(), identity("uns/b"), identity("uns/a", .int64s([1, 0])), identity("uns/a", .floats([1, 0])),
            identity(shape: [1, 2]), identity(shape: [2, 1]), identity("uns/a", .int32s([0, 1])),
            identity("uns/a", .doubles([1, 0])), identity("uns/a", .doubles([1, -0.0])), identity(configuration: "d"),
            identity("uns/a", .strings(["ab", "c"])), identity("uns/a", .strings(["a", "bc"])),
            identity("uns/a", .strings(["\u{E9}", ""])), identity("uns/a", .strings(["e\u{301}", ""])),
        ]
        #expect(Set(identities).count == identities.count)
    }

    @Test("Every NaN is the same NaN")
    func notANumber() {
        func run(_ nan: Double, _ floatNaN: Float) -> RunDocument {
            var run = RunDocument(configuration: "")
            run.add("uns/a", .doubles([nan, 1]))
            run.add("uns/b", .floats([floatNaN, 1]))
            return run
        }
        let plain = run(.nan, .nan)
        let other = run(Double(nan: 1954, signaling: true), -.nan)
        #expect(plain.identity == other.identity)
        #expect(plain == other)
    }
}
