// swift-tools-version: 6.2
import PackageDescription

// The list of targets is the architecture: a module imports only what it is
// granted here, and the build checks it
// (`--explicit-target-dependency-import-check error`).

/// Every target of our own treats warnings as errors; dependencies keep theirs.
let strict: [SwiftSetting] = [.treatAllWarnings(as: .error)]

/// Hot loops work on raw pointers and SIMD lanes whose bounds the caller
/// guarantees, so the overflow and bounds traps are off, in debug builds too:
/// an unoptimised kernel is some hundred times slower.
let kernelSettings: [SwiftSetting] = strict + [.unsafeFlags(["-Ounchecked"])]

/// The same sources for CPUs with AVX2 and FMA, and for those with AVX-512. Same bits, see docs/architecture.md.
let kernelSettingsV3: [SwiftSetting] = kernelSettings + [.unsafeFlags(["-Xcc", "-march=x86-64-v3"])]
/// A scatter is no faster than single stores on Intel CPUs, and much slower on AMD ones.
let kernelSettingsV4: [SwiftSetting] =
    kernelSettings + [.unsafeFlags(["-Xcc", "-march=x86-64-v4", "-Xcc", "-mno-scatter"])]

func room(_ name: String, _ dependencies: [Target.Dependency] = [], linker: [LinkerSetting] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict, linkerSettings: linker)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .testTarget(name: name + "Tests", dependencies: [.init(stringLiteral: name)] + dependencies, swiftSettings: strict)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "modicum",
    products: [.executable(name: "modicum", targets: ["modicum"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // C libraries, and their single Swift owners.
        .systemLibrary(name: "CZeroMQ"),
        .systemLibrary(name: "CHDF5", pkgConfig: "hdf5-serial"),
        .systemLibrary(name: "CZlib"),
        .systemLibrary(name: "CIgzip"),
        .systemLibrary(name: "CCrypto"),
        .systemLibrary(name: "CMemory"),
        .systemLibrary(name: "CLanes"),
        .systemLibrary(name: "CPrograms"),
        room("ZeroMQ", ["CZeroMQ"]),
        room("HDF5", ["CHDF5", "CMemory", "OwnProcess"]),
        room("Deflate", ["CZlib", "CIgzip"]),
        room("ContentDigest", ["CCrypto"]),

        room("Payloads"),
        room("DurableFiles"),

        // The science.
        room("ExpressionData", ["StatisticalKernels"]),
        room("KernelArguments"),
        .target(
            name: "LaneKernels", dependencies: ["KernelArguments", "CLanes"], swiftSettings: kernelSettings,
            linkerSettings: [.linkedLibrary("m")]),
        .target(
            name: "LaneKernelsV3", dependencies: ["KernelArguments", "CLanes"], swiftSettings: kernelSettingsV3,
            linkerSettings: [.linkedLibrary("m")]),
        .target(
            name: "LaneKernelsV4", dependencies: ["KernelArguments", "CLanes"], swiftSettings: kernelSettingsV4,
            linkerSettings: [.linkedLibrary("m")]),
        room("StatisticalKernels", ["CLanes", "KernelArguments", "LaneKernels", "LaneKernelsV3", "LaneKernelsV4"]),
        room("DifferentialExpression", ["ExpressionData", "StatisticalKernels", "KernelArguments"]),
        room("GeneSetEnrichment", ["ExpressionData", "StatisticalKernels", "KernelArguments", "Payloads"]),
        room(
            "SamplePermutation",
            ["ExpressionData", "StatisticalKernels", "KernelArguments", "DifferentialExpression", "Payloads"]),
        room("EnrichmentNetwork", ["StatisticalKernels"]),
        room("GeneEvidence", ["StatisticalKernels"]),
        room("CohortSimulation", ["ExpressionData", "StatisticalKernels"]),
        room(
            "Calibration",
            [
                "CohortSimulation", "SamplePermutation", "GeneSetEnrichment", "DifferentialExpression",
                "ExpressionData", "StatisticalKernels", "JobEngine", "Payloads",
            ]),

        // What a person looks at.
        // `#embed` is of C23, which the compiler knows in every mode and only warns of.
        .target(name: "CReportAssets", exclude: ["page"], cSettings: [.unsafeFlags(["-Wno-c23-extensions"])]),
        room("ReportAssets", ["CReportAssets"]),
        room("Figures", ["StatisticalKernels"]),
        room("NetworkFormats", ["EnrichmentNetwork", "ExpressionFormats", "Figures", "StatisticalKernels"]),

        room(
            "StudyReport",
            [
                "StoredRuns", "EnrichmentNetwork", "GeneEvidence", "Figures", "NetworkFormats", "ExpressionFormats",
                "DifferentialExpression", "GeneSetEnrichment", "SamplePermutation", "ExpressionData",
                "ReportAssets", "StatisticalKernels", "Deflate",
            ]),

        // Reads to counts.
        room("ExternalPrograms", ["CPrograms"]),
        room("ReadsToCounts", ["ExpressionData", "ExpressionFormats", "StatisticalKernels", "ContentDigest"]),
        room(
            "CountPipeline",
            [
                "ExpressionData", "ExpressionFormats", "ReadsToCounts", "ExternalPrograms", "JobEngine", "Deflate",
                "ContentDigest", "DurableFiles",
            ]),

        // The machinery.
        room("SystemThreads"),
        .target(name: "CProcessStart"),
        room("OwnProcess", ["CPrograms", "CProcessStart"]),
        room("JobEngine", ["ContentDigest"]),
        room(
            "ClusterRuntime",
            ["JobEngine", "ZeroMQ", "ContentDigest", "DurableFiles", "SystemThreads", "OwnProcess", logging]),
        room("RunStore", ["HDF5", "Deflate", "ContentDigest", "DurableFiles"]),
        room(
            "StoredRuns",
            ["RunStore", "EnrichmentNetwork", "ExpressionData", "DifferentialExpression", "GeneSetEnrichment"]),
        room("ExpressionFormats", ["ExpressionData", "GeneEvidence", "Deflate", "HDF5", "DurableFiles"]),
        room(
            "StudyFiles",
            [
                "ExpressionData", "ExpressionFormats", "AnalysisPipeline", "DifferentialExpression",
                "GeneSetEnrichment", "SamplePermutation", "EnrichmentNetwork", "GeneEvidence", "RunStore", "StoredRuns",
                "ContentDigest", yams,
            ]),
        room(
            "StudyOutput",
            [
                "ExpressionData", "ExpressionFormats", "AnalysisPipeline", "DifferentialExpression",
                "GeneSetEnrichment", "SamplePermutation", "RunStore", "StoredRuns", "ContentDigest",
                "StatisticalKernels", "SystemThreads",
            ]),
        room(
            "Exports",
            [
                "StoredRuns", "StudyFiles", "StudyOutput", "StudyReport", "NetworkFormats", "ExpressionFormats",
                "Figures",
                "RunStore", "AnalysisPipeline", "ExpressionData", "GeneSetEnrichment", "ContentDigest",
            ]),
        room(
            "AnalysisPipeline",
            [
                "ExpressionData", "StatisticalKernels", "DifferentialExpression", "GeneSetEnrichment",
                "SamplePermutation", "JobEngine", "ContentDigest", "Deflate", "Payloads",
            ]),
        .executableTarget(
            name: "modicum",
            dependencies: [
                "AnalysisPipeline", "ClusterRuntime", "JobEngine", "ExpressionData", "ExpressionFormats", "RunStore",
                "StudyFiles", "StudyOutput", "StoredRuns", "StudyReport", "ReportAssets", "Exports", "GeneEvidence",
                "CohortSimulation", "Calibration",
                "ContentDigest", "DifferentialExpression", "GeneSetEnrichment", "SamplePermutation", "ReadsToCounts",
                "CountPipeline", "ExternalPrograms", "Deflate", "StatisticalKernels", "ZeroMQ", "CMemory", "HDF5",
                "OwnProcess", "DurableFiles", argumentParser, logging,
            ],
            swiftSettings: strict),

        tests("Payloads"),
        tests("ZeroMQ"),
        tests("HDF5"),
        tests("ExpressionData"),
        tests("StatisticalKernels", ["KernelArguments"]),
        tests(
            "DifferentialExpression", ["BuiltProducts", "ExpressionData", "ExpressionFormats", "StatisticalKernels"]),
        tests("GeneSetEnrichment", ["BuiltProducts", "ExpressionData", "ExpressionFormats", "StatisticalKernels"]),
        tests(
            "SamplePermutation",
            [
                "ExpressionData", "ExpressionFormats", "StatisticalKernels", "KernelArguments",
                "DifferentialExpression",
                "Deflate", "Payloads",
            ]),
        tests("EnrichmentNetwork", ["BuiltProducts"]),
        tests("GeneEvidence"),
        tests("StudyReport"),
        tests("Exports", ["StudyReport", "NetworkFormats"]),
        tests("Figures"),
        tests("NetworkFormats", ["EnrichmentNetwork", "ExpressionFormats", "Figures"]),
        tests("CohortSimulation", ["ExpressionData"]),
        tests("Calibration", ["CohortSimulation", "JobEngine", "SamplePermutation"]),
        tests("ExternalPrograms"),
        tests("OwnProcess"),
        tests("ReadsToCounts", ["ExpressionData", "ExpressionFormats"]),
        tests("CountPipeline", ["ReadsToCounts", "JobEngine", "Deflate"]),
        tests("JobEngine", ["ContentDigest"]),
        tests(
            "ClusterRuntime",
            ["JobEngine", "ContentDigest", "DurableFiles", "ZeroMQ", "ToyWorker", "BuiltProducts", logging]),
        tests("DurableFiles"),
        // The worker process that the tests of private clusters start.
        .executableTarget(
            name: "ToyWorker", dependencies: ["ClusterRuntime", "JobEngine", logging], path: "Tests/ToyWorker",
            swiftSettings: strict),
        // The program's worker with a fault of choice, which `ops/failure-tests` starts.
        .executableTarget(
            name: "FaultyWorker",
            dependencies: ["AnalysisPipeline", "ClusterRuntime", "JobEngine", argumentParser, logging],
            path: "Tests/FaultyWorker", swiftSettings: strict),
        // What the machinery costs with empty shards; `ops/benchmarks/overhead` runs it.
        .executableTarget(
            name: "EngineBenchmark", dependencies: ["ClusterRuntime", "JobEngine", "ContentDigest", "ZeroMQ", logging],
            path: "Tests/EngineBenchmark", swiftSettings: strict),
        tests("RunStore", ["ContentDigest", "HDF5", "BuiltProducts"]),
        tests("ExpressionFormats", ["ExpressionData", "Deflate", "HDF5", "BuiltProducts"]),
        tests(
            "StudyFiles",
            [
                "AnalysisPipeline", "DifferentialExpression", "ExpressionData", "ExpressionFormats",
                "GeneSetEnrichment", "RunStore", "SamplePermutation", "StudyOutput", "ContentDigest",
                "EnrichmentNetwork",
            ]),
        tests(
            "AnalysisPipeline",
            [
                "JobEngine", "DifferentialExpression", "ExpressionData", "ExpressionFormats", "GeneSetEnrichment",
                "SamplePermutation", "ContentDigest", "Payloads",
            ]),
        // Where the executables are that tests start, and the further suite of references.
        .target(name: "BuiltProducts", path: "Tests/BuiltProducts", swiftSettings: strict),
        // Whole commands on real processes; needs the built executable.
        .testTarget(
            name: "CommandTests",
            dependencies: [
                "AnalysisPipeline", "BuiltProducts", "Calibration", "DifferentialExpression", "ExpressionData",
                "ExpressionFormats", "GeneSetEnrichment", "StudyFiles", "StudyOutput", "ContentDigest",
                "ClusterRuntime", "CountPipeline",
                "JobEngine", "ReadsToCounts", "ZeroMQ",
            ],
            swiftSettings: strict),
    ],
    swiftLanguageModes: [.v6]
)
