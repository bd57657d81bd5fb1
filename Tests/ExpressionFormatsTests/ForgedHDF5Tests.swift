import BuiltProducts
import ExpressionData
import ExpressionFormats
import Foundation
import HDF5
import Testing

/// AnnData and kallisto files that somebody changed; libhdf5 reads them in a process of its own.
@Suite("Forged HDF5 inputs")
struct ForgedHDF5Tests {
    init() {
        ReaderProcess.executable = BuiltProducts.modicum
    }

    @Test(
        "A changed file is an input error or counts, and never the end of the reader",
        arguments: ["dense.h5ad", "csr.h5ad", "csc.h5ad", "layer.h5ad", "kallisto-h5/S1/abundance.h5"])
    func mutations(name: String) throws {
        try withTemporaryFolder { folder in try mutate(name, in: folder) }
    }

    private func mutate(_ name: String, in folder: String) throws {
        let whole = try Goldens.file(name).content
        let path = folder + "/abundance.h5"
        var random = RobustnessTests.Mutator(state: UInt64(whole.count))
        var errors = 0
        let trials = 40 * (ProcessInfo.processInfo.environment["MODICUM_FUZZ"].flatMap { Int($0) } ?? 1)
        for trial in 0..<trials {
            var forged = whole
            for _ in 0...random.next(below: 12) {
                // Half of the changes go to the first pages, where the structures of a small file stand.
                let start = random.next(below: trial % 2 == 0 ? forged.count : min(forged.count, 8192))
                for position in start..<min(start + 1 + random.next(below: 8), forged.count) {
                    forged[position] = random.next(below: 3) == 0 ? 0xFF : UInt8(random.next(below: 256))
                }
            }
            try AtomicFile.write(forged, to: path)
            do {
                if name.hasSuffix(".h5ad") {
                    _ = try AnnDataFile.read(path: path, name: "forged.h5ad")
                } else {
                    _ = try TranscriptQuantification.read(
                        [("s", InputFile(path: path))], format: .kallisto,
                        transcriptGenes: TranscriptGenes(InputFile(name: "t", text: "a\tg\n")), isGeneLevel: false)
                }
            } catch let error as InputError {
                errors += 1
                #expect(!error.remedy.isEmpty, "trial \(trial): \(error)")
            }
        }
        #expect(errors > 0, "the changes harm nothing")
    }
}
