import KernelArguments
import LaneKernels
import LaneKernelsV3
import LaneKernelsV4

extension ModelKernels {
    package func prepareScoreTiles(
        _ model: UnsafePointer<ModelArguments>, _ genes: UnsafePointer<GeneArguments>,
        dispersion: UnsafePointer<Double>, coefficients: UnsafePointer<Double>, into tiles: ScoreTiles
    ) {
        switch level {
        case .baseline:
            LaneKernels.prepareScoreTiles(
                model, genes, dispersion: dispersion, coefficients: coefficients, into: tiles)
        case .v3:
            LaneKernelsV3.prepareScoreTiles(
                model, genes, dispersion: dispersion, coefficients: coefficients, into: tiles)
        case .v4:
            LaneKernelsV4.prepareScoreTiles(
                model, genes, dispersion: dispersion, coefficients: coefficients, into: tiles)
        }
    }

    package func scoreShuffles(_ arguments: UnsafePointer<ShuffledScoreArguments>) {
        switch level {
        case .baseline: LaneKernels.scoreShuffles(arguments)
        case .v3: LaneKernelsV3.scoreShuffles(arguments)
        case .v4: LaneKernelsV4.scoreShuffles(arguments)
        }
    }

    package func walkSets(_ arguments: UnsafePointer<SetWalkArguments>) {
        switch level {
        case .baseline: LaneKernels.walkSets(arguments)
        case .v3: LaneKernelsV3.walkSets(arguments)
        case .v4: LaneKernelsV4.walkSets(arguments)
        }
    }

    package func sumLogarithms(_ arguments: UnsafePointer<LogarithmSumArguments>) {
        switch level {
        case .baseline: LaneKernels.sumLogarithms(arguments)
        case .v3: LaneKernelsV3.sumLogarithms(arguments)
        case .v4: LaneKernelsV4.sumLogarithms(arguments)
        }
    }
}
