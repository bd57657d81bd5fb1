import Testing

import StudyReport

@Suite("References")
struct ReferenceTests {
    private let all: [Reference] = [
        .deseq2, .deseq, .tximport, .localRegression, .independentFiltering, .benjaminiHochberg, .falseDiscoveryRate,
        .fdrtool,
        .apeglm, .gsea, .firstGSEA, .permutationPValues, .binomialInterval, .confidenceSequence, .philox, .splitting,
        .fgsea, .enrichmentMap, .autoAnnotate, .markovClustering, .modicum(version: "1.2.3", numericContract: 7),
    ]

    @Test("Every publication has authors, a year, a place and, but for the thesis, a DOI of its own")
    func complete() {
        #expect(Set(all.map(\.key)).count == all.count)
        let publications = all.filter { $0.organisation == nil }
        #expect(publications.allSatisfy { !$0.authors.isEmpty && $0.year != nil && $0.container != nil })
        let dois = publications.compactMap(\.doi)
        #expect(Set(dois).count == publications.count - 1 && dois.allSatisfy { $0.hasPrefix("10.") })
        #expect(publications.filter { $0.doi == nil } == [.markovClustering])
    }

    @Test("A reference is one line, and many authors are one and others")
    func text() {
        #expect(
            Reference.deseq2.text
                == "Love MI, Huber W, Anders S (2014). Moderated estimation of fold change and dispersion for RNA-seq data "
                + "with DESeq2. Genome Biology 15(12):550. https://doi.org/10.1186/s13059-014-0550-8")
        #expect(Reference.firstGSEA.text.hasPrefix("Mootha VK, et al. (2003). PGC-1α"))
        #expect(
            Reference.modicum(version: "1.2.3", numericContract: 7).text
                == "The Modicum authors. Modicum: distributed differential expression and gene-set enrichment. "
                + "Version 1.2.3, numeric contract 7.")
    }

    @Test("BibTeX has balanced braces, initials with points, and nothing but ASCII")
    func bibTeX() {
        for reference in all {
            let entry = reference.bibTeX
            #expect(entry.allSatisfy { $0.isASCII }, "\(entry)")
            #expect(entry.count { $0 == "{" } == entry.count { $0 == "}" }, "\(entry)")
            #expect(entry.hasPrefix("@") && entry.hasSuffix("}\n"))
        }
        let mootha = Reference.firstGSEA.bibTeX
        #expect(mootha.contains("Eriksson, K.-F.") && mootha.contains("Ridderstr{\\aa}le, M."))
        #expect(Reference.markovClustering.bibTeX.contains("author = {van Dongen, S.}"))
        #expect(Reference.gsea.bibTeX.contains("pages = {15545--15550}"))
    }
}
