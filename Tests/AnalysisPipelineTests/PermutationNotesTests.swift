import AnalysisPipeline
import Testing

@Suite("Notes of permutations")
struct PermutationNotesTests {
    @Test("A note of several analyses is said once, with all their names; others keep their own")
    func merged() {
        var notes = AttributedNotes()
        notes.add(["drawn", "few"], of: "main/dose")
        notes.add(["drawn"], of: "main/age")
        notes.add(["enumerated", "few"], of: "main/sex")
        notes.add(["drawn", "few"], of: "none/dose")
        #expect(
            notes.sentences == [
                "in main/dose, main/age and none/dose: drawn", "in main/dose, main/sex and none/dose: few",
                "main/sex: enumerated",
            ])
    }

    @Test("A single analysis without a name has its notes without one, and tests of one analysis name it once")
    func alone() {
        var notes = AttributedNotes()
        notes.add(["drawn", "few"], of: nil)
        #expect(notes.sentences == ["drawn", "few"])
        var tests = AttributedNotes()
        for _ in 0..<2 { tests.add(["drawn"], of: "main/kind") }
        #expect(tests.sentences == ["main/kind: drawn"])
    }

    @Test("An exposure that two adjustment sets permute alike has one note of how many shuffles there were")
    func study() throws {
        var inputs = try ExampleStudy.permutedTogether(permutations: 20)
        let dose = inputs.analyses[1]
        inputs.analyses.append(
            .init(name: "none/dose", formula: dose.formula, design: dose.design, tests: dose.tests))
        var player = StudyPlayer(inputs: inputs)
        let notes = try player.play().notes.filter { $0.contains("20 permutations of samples") }
        #expect(notes.count == 3 && notes.count { $0.hasPrefix("in main/dose and none/dose: 20 ") } == 1, "\(notes)")
    }
}
