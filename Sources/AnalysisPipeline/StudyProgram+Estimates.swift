import DifferentialExpression
import JobEngine

// The stages that only some options need.

// MARK: - Coefficients under a prior

extension StudyState {
    mutating func planShrinkage() throws -> StagePlan {
        var blobs: [Blob] = []
        var shards: [Shard] = []
        guard let settings = inputs.configuration.differentialExpression else {
            return StagePlan(title: Stage.shrinkage.title, blobs: [], shards: [])
        }
        for index in analyses.indices {
            analyses[index].shrinkage = ShrinkageState(
                analyses[index], model: try AnalysisModel(decoding: analyses[index].modelBlob.content),
                settings: settings)
            guard
                let own = analyses[index].shrinkage?.plan(
                    of: inputs, genes: analysedGenes, ranges: ranges, countBlobs: countBlobs)
            else { continue }
            blobs += own.blobs
            shards += own.shards
        }
        return StagePlan(title: Stage.shrinkage.title, blobs: blobs, shards: shards)
    }

    mutating func takeShrinkage(_ results: [[UInt8]]) throws {
        var rest = results[...]
        for index in analyses.indices {
            guard let shrinkage = analyses[index].shrinkage else { continue }
            let count = shrinkage.shardCount(inputs, ranges: ranges.count)
            let fits = try shrinkage.take(
                rest.prefix(count), of: inputs, shardCount: ranges.count, testCount: analyses[index].input.tests.count)
            rest = rest.dropFirst(count)
            analyses[index].takeShrinkage(fits, settings: inputs.configuration.differentialExpression)
        }
    }
}

// MARK: - Transformed counts

extension StudyState {
    func planBlindDispersions() -> (blobs: [Blob], shards: [Shard]) {
        transform?.planBlindDispersions(of: inputs, genes: analysedGenes, ranges: ranges, countBlobs: countBlobs)
            ?? ([], [])
    }

    mutating func takeBlindDispersions(_ payloads: [[UInt8]]) throws {
        guard transform != nil, let ofDesign = analyses.first?.geneWise else { return }
        let blocks = try payloads.map { payload in
            var reader = PayloadReader(payload)
            return try GeneWiseDispersions(decoding: &reader)
        }
        try transform?.fitTrend(
            to: blocks.isEmpty ? ofDesign : GeneWiseDispersions(joining: blocks), inputs: inputs,
            genes: analysedGenes, sizeFactors: sizeFactors)
        warnings += transform?.warnings ?? []
    }

    func planTransforms() -> StagePlan {
        let results = analyses.first?.results()
        return transform?.plan(
            of: inputs, genes: analysedGenes, dispFit: results?.dispFit ?? [],
            baseMeans: results?.geneWise.baseMean ?? [], ranges: ranges, countBlobs: countBlobs)
            ?? StagePlan(title: Stage.transforms.title, blobs: [], shards: [])
    }

    mutating func takeTransforms(_ results: [[UInt8]]) throws {
        try transform?.take(results)
    }
}
