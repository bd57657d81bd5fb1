import BuiltProducts
import Foundation
import HDF5
import RunStore
import Testing

/// Stores whose seal is right and whose content is not: somebody made them so.
///
/// libhdf5 does not survive all of them, so it reads them in a process of its own.
@Suite("Forged stores")
struct ForgedFileTests {
    let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        useReaderProcess()
    }

    @Test("Changed content under a right seal is an error or a run, and never the end of the reader", arguments: 0..<4)
    func mutations(seed: UInt64) throws {
        try makeExampleRun().write(to: folder.run)
        let content = try folder.bytes(of: folder.run).dropLast(24)
        // The heap of strings has no check sum of HDF5's own, so that changes there get further.
        let heaps = content.indices.dropLast(4).filter { content[$0..<$0 + 4].elementsEqual("GCOL".utf8) }
        try #require(!heaps.isEmpty)
        var generator = Weyl(state: seed &+ 77)
        var errors = 0
        let trials = 50 * (getenv("MODICUM_FUZZ").flatMap { Int(String(cString: $0)) } ?? 1)
        for trial in 0..<trials {
            var forged = Array(content)
            for _ in 0..<trial % 4 + 1 {
                let start =
                    trial % 2 == 0
                    ? Int.random(in: 0..<forged.count, using: &generator)
                    : heaps.randomElement(using: &generator)! + Int.random(in: 0..<512, using: &generator)
                for position in start..<min(start + Int.random(in: 1...8, using: &generator), forged.count) {
                    forged[position] = UInt8.random(in: 0...255, using: &generator)
                }
            }
            try folder.write(sealed(forged), to: folder.run)
            do throws(RunStoreError) {
                _ = try RunDocument.read(from: folder.run, checkingIdentity: false)
            } catch {
                errors += 1
                #expect("\(error)".hasPrefix(folder.run), "seed \(seed), trial \(trial): \(error)")
            }
        }
        #expect(errors > trials / 4, "the changes harm nothing")
    }

    @Test("A string that is longer than its heap ends the process that reads it, and not this one")
    func deathOfTheReader() throws {
        try makeExampleRun().write(to: folder.run)
        let content = Array(try folder.bytes(of: folder.run).dropLast(24))
        let heaps = content.indices.dropLast(4).filter { content[$0..<$0 + 4].elementsEqual("GCOL".utf8) }
        var deaths = 0
        // Where an object's length stands depends on what is before it; one of these offsets holds one.
        for heap in heaps.prefix(3) {
            for offset in stride(from: 16, to: 256, by: 8) where heap + offset + 8 <= content.count {
                var forged = content
                for byte in 0..<6 { forged[heap + offset + byte] = 0xFF }
                try folder.write(sealed(forged), to: folder.run)
                do throws(RunStoreError) {
                    _ = try RunDocument.read(from: folder.run, checkingIdentity: false)
                } catch {
                    if "\(error)".contains("reading it ends with signal") { deaths += 1 }
                }
            }
        }
        #expect(deaths > 0, "libhdf5 survives all of it, so this shows nothing")
    }

    @Test("What is read in the other process is what is read in this one")
    func sameContent() throws {
        let run = makeExampleRun()
        try run.write(to: folder.run)
        #expect(try RunDocument.read(from: folder.run) == run)
    }
}

/// Has files read by the executable under test.
private func useReaderProcess() {
    ReaderProcess.executable = BuiltProducts.modicum
}
