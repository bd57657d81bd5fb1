import KernelArguments
import LaneKernels
import LaneKernelsV3
import LaneKernelsV4

/// The kernels of the negative-binomial model, in the build that fits a CPU level.
package struct ModelKernels: Sendable {
    package let level: CPULevel

    /// - Precondition: The CPU can run `level`.
    package init(level: CPULevel = .current) {
        self.level = level
    }

    package func estimateMoments(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<MomentArguments>
    ) {
        switch level {
        case .baseline: LaneKernels.estimateMoments(model, genes, arguments)
        case .v3: LaneKernelsV3.estimateMoments(model, genes, arguments)
        case .v4: LaneKernelsV4.estimateMoments(model, genes, arguments)
        }
    }

    package func fitLinearMeans(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        into means: UnsafeMutablePointer<Double>
    ) {
        switch level {
        case .baseline: LaneKernels.fitLinearMeans(model, genes, into: means)
        case .v3: LaneKernelsV3.fitLinearMeans(model, genes, into: means)
        case .v4: LaneKernelsV4.fitLinearMeans(model, genes, into: means)
        }
    }

    package func expandMeans(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        coefficients: UnsafePointer<Double>, into means: UnsafeMutablePointer<Double>
    ) {
        switch level {
        case .baseline: LaneKernels.expandMeans(model, genes, coefficients: coefficients, into: means)
        case .v3: LaneKernelsV3.expandMeans(model, genes, coefficients: coefficients, into: means)
        case .v4: LaneKernelsV4.expandMeans(model, genes, coefficients: coefficients, into: means)
        }
    }

    package func prepareCoefficientFits(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<CoefficientArguments>
    ) {
        switch level {
        case .baseline: LaneKernels.prepareCoefficientFits(model, genes, arguments)
        case .v3: LaneKernelsV3.prepareCoefficientFits(model, genes, arguments)
        case .v4: LaneKernelsV4.prepareCoefficientFits(model, genes, arguments)
        }
    }

    package func fitCoefficients(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<CoefficientArguments>
    ) {
        switch level {
        case .baseline: LaneKernels.fitCoefficients(model, genes, arguments)
        case .v3: LaneKernelsV3.fitCoefficients(model, genes, arguments)
        case .v4: LaneKernelsV4.fitCoefficients(model, genes, arguments)
        }
    }

    package func searchDispersions(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<DispersionArguments>
    ) {
        switch level {
        case .baseline: LaneKernels.searchDispersions(model, genes, arguments)
        case .v3: LaneKernelsV3.searchDispersions(model, genes, arguments)
        case .v4: LaneKernelsV4.searchDispersions(model, genes, arguments)
        }
    }

    package func gridDispersions(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<DispersionArguments>, lowest: Double, highest: Double
    ) {
        switch level {
        case .baseline: LaneKernels.gridDispersions(model, genes, arguments, lowest: lowest, highest: highest)
        case .v3: LaneKernelsV3.gridDispersions(model, genes, arguments, lowest: lowest, highest: highest)
        case .v4: LaneKernelsV4.gridDispersions(model, genes, arguments, lowest: lowest, highest: highest)
        }
    }

    package func summarizeFits(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<FitSummaryArguments>
    ) {
        switch level {
        case .baseline: LaneKernels.summarizeFits(model, genes, arguments)
        case .v3: LaneKernelsV3.summarizeFits(model, genes, arguments)
        case .v4: LaneKernelsV4.summarizeFits(model, genes, arguments)
        }
    }

    package func solveCoefficients(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<CoefficientArguments>
    ) {
        switch level {
        case .baseline: LaneKernels.solveCoefficients(model, genes, arguments)
        case .v3: LaneKernelsV3.solveCoefficients(model, genes, arguments)
        case .v4: LaneKernelsV4.solveCoefficients(model, genes, arguments)
        }
    }

    package func solveDispersions(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<DispersionArguments>, lowest: Double, highest: Double
    ) {
        switch level {
        case .baseline: LaneKernels.solveDispersions(model, genes, arguments, lowest: lowest, highest: highest)
        case .v3: LaneKernelsV3.solveDispersions(model, genes, arguments, lowest: lowest, highest: highest)
        case .v4: LaneKernelsV4.solveDispersions(model, genes, arguments, lowest: lowest, highest: highest)
        }
    }

    package func fitRegularizedLogarithms(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<RegularizedLogarithmArguments>
    ) {
        switch level {
        case .baseline: LaneKernels.fitRegularizedLogarithms(model, genes, arguments)
        case .v3: LaneKernelsV3.fitRegularizedLogarithms(model, genes, arguments)
        case .v4: LaneKernelsV4.fitRegularizedLogarithms(model, genes, arguments)
        }
    }

    package func searchCauchyPosteriors(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<CauchyArguments>
    ) {
        switch level {
        case .baseline: LaneKernels.searchCauchyPosteriors(model, genes, arguments)
        case .v3: LaneKernelsV3.searchCauchyPosteriors(model, genes, arguments)
        case .v4: LaneKernelsV4.searchCauchyPosteriors(model, genes, arguments)
        }
    }

    package func approximateCauchyVariances(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<CauchyArguments>
    ) {
        switch level {
        case .baseline: LaneKernels.approximateCauchyVariances(model, genes, arguments)
        case .v3: LaneKernelsV3.approximateCauchyVariances(model, genes, arguments)
        case .v4: LaneKernelsV4.approximateCauchyVariances(model, genes, arguments)
        }
    }

    package func cauchyPosteriorsAtPoints(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        _ arguments: UnsafePointer<CauchyArguments>, count: Int, positions: UnsafePointer<Int>,
        points: UnsafePointer<Double>, values: UnsafeMutablePointer<Double>, gradients: UnsafeMutablePointer<Double>
    ) {
        switch level {
        case .baseline:
            LaneKernels.cauchyPosteriorsAtPoints(
                model, genes, arguments, count: count, positions: positions, points: points, values: values,
                gradients: gradients)
        case .v3:
            LaneKernelsV3.cauchyPosteriorsAtPoints(
                model, genes, arguments, count: count, positions: positions, points: points, values: values,
                gradients: gradients)
        case .v4:
            LaneKernelsV4.cauchyPosteriorsAtPoints(
                model, genes, arguments, count: count, positions: positions, points: points, values: values,
                gradients: gradients)
        }
    }

    package func likelihoodsAtPoints(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>, gene: Int,
        dispersion: Double, saturatedLikelihood: Double, points: UnsafePointer<Double>,
        result: UnsafeMutablePointer<Double>
    ) {
        switch level {
        case .baseline:
            LaneKernels.likelihoodsAtPoints(
                model, genes, gene: gene, dispersion: dispersion, saturatedLikelihood: saturatedLikelihood,
                points: points, result: result)
        case .v3:
            LaneKernelsV3.likelihoodsAtPoints(
                model, genes, gene: gene, dispersion: dispersion, saturatedLikelihood: saturatedLikelihood,
                points: points, result: result)
        case .v4:
            LaneKernelsV4.likelihoodsAtPoints(
                model, genes, gene: gene, dispersion: dispersion, saturatedLikelihood: saturatedLikelihood,
                points: points, result: result)
        }
    }
}
