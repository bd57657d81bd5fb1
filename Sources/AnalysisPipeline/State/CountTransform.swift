import DifferentialExpression
import JobEngine
import Payloads

/// The transform of a block of counts in a worker.
struct CountTransform: Sendable {
    private enum Method {
        case varianceStabilization(VarianceStabilization)
        case regularizedLogarithm(RegularizedLogarithm)
    }

    let context: ModelContext
    private let method: Method

    static func encoded(_ transform: VarianceStabilization, model: AnalysisModel) -> Blob {
        encoded([0] + transform.encoded, model: model)
    }

    static func encoded(_ transform: RegularizedLogarithm, model: AnalysisModel) -> Blob {
        encoded([1, transform.priorVariance], model: model)
    }

    private static func encoded(_ numbers: [Double], model: AnalysisModel) -> Blob {
        var writer = PayloadWriter()
        writer.write(model.encoded())
        writer.write(numbers)
        return Blob(writer.bytes)
    }

    init(decoding bytes: [UInt8]) throws {
        var reader = PayloadReader(bytes)
        let model = try AnalysisModel(decoding: try reader.readBytes())
        context = ModelContext(design: model.design, sizeFactors: model.sizeFactors, settings: model.settings())
        let numbers = try reader.readDoubles()
        if numbers.first == 0, let transform = VarianceStabilization(encoded: Array(numbers.dropFirst())) {
            method = .varianceStabilization(transform)
        } else if numbers.first == 1, numbers.count == 2, numbers[1] > 0 {
            method = .regularizedLogarithm(RegularizedLogarithm(priorVariance: numbers[1]))
        } else {
            throw PayloadError(description: "not a transform")
        }
    }

    /// - Parameter dispFit: The trend at each gene's mean, which only a regularized logarithm needs.
    func values(of block: CountBlock, dispFit: [Double]?) throws -> [Double] {
        switch method {
        case .varianceStabilization(let transform):
            return transform.transform(block, sizeFactors: context.sizeFactors)
        case .regularizedLogarithm(let transform):
            guard let dispFit, dispFit.count == block.geneCount else {
                throw PayloadError(description: "dispersions do not belong to these counts")
            }
            return transform.transform(block, dispFit: dispFit, in: context)
        }
    }
}
