import KernelArguments
import StatisticalKernels

/// The floored means at which dispersions are estimated, `gene * sampleCount + sample`.
///
/// Those of the linear model where the design is saturated in its groups, else
/// those of given coefficients; either way the same bits each time.
func dispersionMeans(
    _ block: CountBlock, genes: [Int32], coefficients: [Double], in context: ModelContext
) -> [Double] {
    let means = KernelColumn(repeating: Double.nan, count: block.counts.count)
    context.withArguments(block, genes: genes) { model, arguments in
        if context.usesLinearMeans(for: block) {
            context.kernels.fitLinearMeans(model, arguments, into: means.pointer)
        } else {
            coefficients.withUnsafeBufferPointer { coefficients in
                context.kernels.expandMeans(
                    model, arguments, coefficients: coefficients.baseAddress!, into: means.pointer)
            }
        }
    }
    return means.take()
}
