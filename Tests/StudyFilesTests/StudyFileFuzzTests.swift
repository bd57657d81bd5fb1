import ExpressionData
import Foundation
import StudyFiles
import Testing

/// Study files that nobody would write: every one is a study or an input error, soon.
@Suite("Fuzzed study files")
struct StudyFileFuzzTests {
    static let folder: String = {
        var place = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { place.deleteLastPathComponent() }
        return place.path + "/datasets/fuzz/study"
    }()

    /// How many changes of every file are tried; `MODICUM_FUZZ` multiplies it.
    static let rounds = 300 * (ProcessInfo.processInfo.environment["MODICUM_FUZZ"].flatMap { Int($0) } ?? 1)

    private static let pieces = [
        "{", "}", "[", "]", ":", ": ", "- ", "&a ", "*a", "!!int ", "|", ">", "\n", "  ", "\t", "'", "\"", "#", "%",
        "?", "<<: ",
        "---\n", "...\n", "~", "1e999", "-0", "\u{0}", "\u{FEFF}", "\u{2028}", "é",
    ]

    private func mutated(_ text: String, seed: Int) -> String {
        var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 | 1
        func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(bound))
        }
        var characters = Array(text.unicodeScalars.prefix(4_000))
        for _ in 0...next(6) {
            let place = next(characters.count + 1)
            let end = min(characters.count, place + next(12))
            switch next(4) {
            case 0: characters.insert(contentsOf: Array(Self.pieces[next(Self.pieces.count)].unicodeScalars), at: place)
            case 1: characters.removeSubrange(place..<end)
            case 2: characters.insert(contentsOf: characters[place..<end], at: place)
            default: characters = Array(characters[..<max(min(1, characters.count), place)])
            }
        }
        var result = ""
        result.unicodeScalars.append(contentsOf: characters)
        return result
    }

    private func read(_ text: String, _ name: String) {
        do {
            _ = try StudyFile(text: text, file: name)
        } catch {
            #expect(error is InputError, "\(name): \(error)")
            // Somebody has to read it.
            #expect("\(error)".utf8.count < 4_000, "\(name): \(String("\(error)".prefix(200)))")
        }
    }

    // An alias of aliases stands for nine to the ninth values: whoever expands them does not end within any limit.
    @Test("Nasty study files are refused or read, and soon enough to see the end of it", .timeLimit(.minutes(10)))
    func corpus() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
        #expect(names.count >= 10)
        for name in names {
            let bytes = try #require(FileManager.default.contents(atPath: "\(Self.folder)/\(name)"))
            let text = String(decoding: bytes, as: UTF8.self)
            read(text, name)
            for seed in 0..<Self.rounds { read(mutated(text, seed: seed), "\(name), seed \(seed)") }
        }
    }
}
