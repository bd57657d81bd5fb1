import ContentDigest
import Glibc
import HDF5
import RunStore
import Testing

@Suite("Files that are no run, or no longer one")
struct DamagedFileTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func errorOfReading(_ bytes: [UInt8]) throws -> RunStoreError? {
        try folder.write(bytes, to: folder.run)
        return #expect(throws: RunStoreError.self) { try RunDocument.read(from: folder.run) }
    }

    @Test("A file that is missing, empty or text is told apart from a damaged run")
    func notHDF5() throws {
        #expect(throws: RunStoreError.noSuchFile(folder.run)) { try RunDocument.read(from: folder.run) }
        #expect(try errorOfReading([]) == .notHDF5(file: folder.run))
        #expect(try errorOfReading(Array("gene\tcount\n".utf8)) == .notHDF5(file: folder.run))
    }

    @Test("A file cut short names its expected and its actual length")
    func truncated() throws {
        try makeExampleRun().write(to: folder.run)
        let bytes = try folder.bytes(of: folder.run)
        for length in stride(from: 64, to: bytes.count, by: 997) {
            #expect(
                try errorOfReading(Array(bytes.prefix(length)))
                    == .truncated(file: folder.run, expectedBytes: bytes.count, foundBytes: length))
        }
        for length in bytes.count - 25..<bytes.count {
            // Without the whole seal and nothing else it looks like a file of other software.
            guard length != bytes.count - 24 else {
                #expect(try errorOfReading(Array(bytes.prefix(length))) == .notARun(file: folder.run))
                continue
            }
            #expect(
                try errorOfReading(Array(bytes.prefix(length)))
                    == .truncated(file: folder.run, expectedBytes: bytes.count, foundBytes: length))
        }
        // Shorter than the superblock itself.
        for length in [8, 9, 20, 47] { _ = try errorOfReading(Array(bytes.prefix(length))) }
    }

    @Test("A file of other software is not a run, and a newer run says that it is newer")
    func foreignAndNewer() throws {
        func image(formatVersion: Int64?) throws -> [UInt8] {
            try FileImage { root in
                try root.setAttribute("encoding-type", .strings(["anndata"]), shape: [])
                guard let formatVersion else { return }
                try root.setAttribute("modicum-format", .integers([formatVersion]), shape: [])
                try root.setAttribute("identity", .strings(["00"]), shape: [])
            }.bytes
        }
        let newest = RunDocument.formatVersion
        #expect(try errorOfReading(image(formatVersion: newest)) == .notARun(file: folder.run))
        #expect(try errorOfReading(sealed(image(formatVersion: nil))) == .notARun(file: folder.run))
        #expect(
            try errorOfReading(sealed(image(formatVersion: newest + 1)))
                == .newerFormat(file: folder.run, found: newest + 1, newestKnown: newest))
        #expect(
            try errorOfReading(sealed(image(formatVersion: newest)))
                == .contentChanged(file: folder.run, recorded: "00", found: "\(SHA256Digest(of: ""))"))
    }

    @Test("A changed value is noticed even under a new seal, unless the caller does not want to know")
    func changedContent() throws {
        let run = makeExampleRun()
        try run.write(to: folder.run)
        var bytes = try folder.bytes(of: folder.run)
        // A string of variable length stands in the file's heap, which has no check sum of its own.
        let symbol = try #require(bytes.indices.dropLast(5).first { bytes[$0..<$0 + 5].elementsEqual("BRCA2".utf8) })
        bytes[symbol] = UInt8(ascii: "X")
        guard case .damaged = try errorOfReading(bytes) else {
            Issue.record("the change was not noticed")
            return
        }
        guard case .contentChanged(_, let recorded, let found) = try errorOfReading(sealed(Array(bytes.dropLast(24))))
        else {
            Issue.record("the change was not noticed under a new seal")
            return
        }
        #expect(recorded == "\(run.identity)")
        #expect(found != recorded)
        let unchecked = try RunDocument.read(from: folder.run, checkingIdentity: false)
        #expect(try unchecked.strings("var/symbol") == ["TP53", "BRCA1", "XRCA2"])
    }

    @Test("Damage of any kind is an error, never a crash nor a silent change", arguments: 0..<4)
    func mutations(seed: UInt64) throws {
        try makeExampleRun().write(to: folder.run)
        let bytes = try folder.bytes(of: folder.run)
        var generator = Weyl(state: seed)
        for trial in 0..<75 * (getenv("MODICUM_FUZZ").flatMap { Int(String(cString: $0)) } ?? 1) {
            var damaged = bytes
            for _ in 0..<trial % 4 + 1 {
                let start = Int.random(in: 0..<bytes.count, using: &generator)
                let length = Int.random(in: 1...8, using: &generator)
                for position in start..<min(start + length, bytes.count) {
                    damaged[position] ^= UInt8.random(in: 1...255, using: &generator)
                }
            }
            try folder.write(damaged, to: folder.run)
            #expect(throws: RunStoreError.self, "seed \(seed), trial \(trial)") {
                try RunDocument.read(from: folder.run)
            }
        }
    }
}

/// The content with a seal, as `docs/store.md` describes it.
func sealed(_ content: [UInt8]) -> [UInt8] {
    var (sum, sumOfSums): (UInt64, UInt64) = (0, 0)
    let filled = content + [UInt8](repeating: 0, count: 8 - content.count % 8)
    for start in stride(from: 0, to: filled.count, by: 8) {
        sum &+= filled[start..<start + 8].reversed().reduce(0) { $0 * 256 + UInt64($1) }
        sumOfSums &+= sum
    }
    return content + Array("MODICUM\n".utf8)
        + [sum, sumOfSums].flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
}

/// Random numbers that are the same in every run of the tests: SplitMix64.
struct Weyl: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
