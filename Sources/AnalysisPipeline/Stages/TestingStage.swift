/// Tests, independent filtering, adjustment, and the empirical null.
package struct TestingStage: ReducingStage {
    package let title = "tests"

    package func isAsked(of study: StudyState) -> Bool { study.settings != nil }

    package func reduce(_ study: inout StudyState) throws {
        guard let settings = study.settings else { return }
        for index in study.analyses.indices { try study.analyses[index].test(settings: settings) }
        study.warnings += EmpiricalNulls(of: study.analyses.map { ($0.input.name, $0.tests) }).warnings
    }
}
