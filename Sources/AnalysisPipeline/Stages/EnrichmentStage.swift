/// NES, p-values, FDR, FWER and leading edges, from the nulls.
package struct EnrichmentStage: ReducingStage {
    package let title = "gene sets"

    package func isAsked(of study: StudyState) -> Bool { study.inputs.configuration.geneSets != nil }

    package func reduce(_ study: inout StudyState) throws {
        for (analysis, test, results) in try study.enrichment.results() {
            if let analysis, let test {
                study.analyses[analysis].tests[test].enrichment = results
            } else {
                study.enrichmentOfList = results
            }
        }
    }
}
