import CohortSimulation
import Testing

@Suite("Patients")
struct PatientsTests {
    private func patients(seed: UInt64, confounded: Bool = false, count: Int = 96) throws -> Patients {
        var options = CohortOptions()
        options.seed = seed
        options.sampleCount = count
        options.geneCount = 300
        options.geneSetCount = 30
        options.confoundsExposures = confounded
        return try SimulatedCohort(options).patients
    }

    @Test("Sexes, kits and flow cells have the study's numbers", arguments: [1, 2, 99] as [UInt64])
    func groups(seed: UInt64) throws {
        let patients = try patients(seed: seed)
        #expect(patients.gender.count { $0 == "F" } == 61)
        #expect(patients.gender.count { $0 == "M" } == 35)
        #expect(patients.kit.count { $0 == "A" } == 82)
        #expect(patients.kit.count { $0 == "B" } == 14)
        // Nested: a flow cell never holds both kits.
        #expect(Set(patients.batch).count == 8)
        #expect(Set(zip(patients.batch, patients.kit).map { $0 + $1 }).count == 8)
    }

    @Test("Ages have the study's mean, spread and range", arguments: [1, 2, 99] as [UInt64])
    func ages(seed: UInt64) throws {
        let ages = try patients(seed: seed).age
        let mean = ages.reduce(0, +) / 96
        let deviation = (ages.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 95).squareRoot()
        // Exact but for clipping at the ends of the range and rounding to a tenth.
        #expect(abs(mean - 45.3) < 0.15)
        #expect(abs(deviation - 8.7) < 0.15)
        #expect(ages.min()! >= 27 && ages.max()! <= 63)
    }

    @Test("Exposures span the study's ranges")
    func exposureRanges() throws {
        let exposures = try patients(seed: 5).exposures
        #expect(Set(exposures[0]) == Set((1...8).map(Double.init)))
        #expect(exposures[1].min() == 9 && exposures[1].max() == 73)
        #expect(Set(exposures[2]) == [1, 2, 3])
    }

    @Test(
        "Volume and composite correlate as in the study, the others more weakly",
        arguments: 1...20 as ClosedRange<UInt64>)
    func exposureCorrelations(seed: UInt64) throws {
        let exposures = try patients(seed: seed).exposures
        // The study's 0.68; one patient who changes level moves it by about 0.01, and there is a candidate every 0.004.
        #expect(abs(correlation(exposures[0], exposures[2]) - 0.68) < 0.03)
        #expect((0.2...0.5).contains(correlation(exposures[0], exposures[1])))
        #expect((0.2...0.5).contains(correlation(exposures[1], exposures[2])))
    }

    @Test("Cell percentages are tenths that sum to about one hundred")
    func cells() throws {
        let patients = try patients(seed: 4)
        for sample in 0..<patients.count {
            let five = patients.cellPercentages.map { $0[sample] }
            // Five roundings of at most 0.05 each.
            #expect(abs(five.reduce(0, +) - 100) <= 0.250_001)
            #expect(five.allSatisfy { ($0 * 10).rounded() / 10 == $0 && $0 > 0 })
        }
    }

    @Test("Exposures follow batch and age only in the confounded version")
    func confounding() throws {
        func meanAgeCorrelation(confounded: Bool) throws -> Double {
            try (1...30).reduce(0) { sum, seed in
                let patients = try patients(seed: UInt64(seed), confounded: confounded)
                return sum + correlation(patients.exposures[1], patients.age)
            } / 30
        }
        // Sixty per cent of each exposure, shared between age and batch: 0.6 / √2 = 0.42.
        #expect(try meanAgeCorrelation(confounded: true) > 0.35)
        // The standard error over thirty cohorts is 0.1 / √30.
        #expect(abs(try meanAgeCorrelation(confounded: false)) < 0.1)
    }

    @Test("Small cohorts have both kits, both sexes and all flow cells filled", arguments: [12, 16, 24, 40])
    func smallCohorts(count: Int) throws {
        let patients = try patients(seed: 1, count: count)
        #expect(Set(patients.kit) == ["A", "B"])
        #expect(Set(patients.gender) == ["F", "M"])
        #expect(Set(patients.batch).count >= 3)
        #expect(Set(patients.exposures[2]).count == 3)
    }
}
