import AnalysisPipeline
import ContentDigest
import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import JobEngine
import StudyFiles
import StudyOutput

/// What travels to a coordinator: a request, and for an extension what to go on from.
struct SubmittedRequest: Codable, Equatable {
    /// More permutations of a run that is there.
    struct Extension: Codable, Equatable {
        /// In all.
        var permutations: Int

        /// Nil where these are all; else the most until every set is settled.
        var settlingLimit: Int?

        /// The SHA-256 of the store of the run so far, which is among the inputs; nil where there is none yet.
        var priorStore: String?
    }

    var run: RunRequest

    /// Named so because `extension` is a word of the language.
    var extending: Extension?

    init(_ run: RunRequest, extending: Extension? = nil) {
        self.run = run
        self.extending = extending
    }

    /// Reads what a client sent, also one of an earlier release, which sent the request alone.
    init(decoding bytes: [UInt8]) throws {
        let data = Data(bytes)
        do {
            self = try JSONDecoder().decode(SubmittedRequest.self, from: data)
        } catch is DecodingError {
            do {
                run = try JSONDecoder().decode(RunRequest.self, from: data)
            } catch is DecodingError {
                throw InputError(
                    "what was submitted is no request that this coordinator understands",
                    remedy: "Submit with its version of modicum (\(programVersion)).")
            }
        }
    }

    /// The same bytes for the same request, from whichever folder the study file was named.
    func encoded() throws -> [UInt8] {
        var request = self
        if case .study(var study) = run {
            study.name = (study.name as NSString).lastPathComponent
            request.run = .study(study)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return [UInt8](try encoder.encode(request))
    }

    /// The name under which the store of the run so far travels; no file of a request is called so.
    static let priorStoreName = "modicum.h5 of the run so far"

    /// Reads the inputs, and for an extension the null distributions so far.
    ///
    /// - Parameter storePath: Where an input of that SHA-256 lies.
    func load(
        open: @escaping @Sendable (String) throws -> InputFile, storePath: (String) -> String
    ) throws -> StudyInputs {
        var inputs = try run.load(open: open)
        guard let extending else { return inputs }
        // A client checks the same; others are not believed.
        let bounds = 1...GeneSetSettings.permutationLimit
        guard inputs.configuration.geneSets != nil, bounds.contains(extending.permutations),
            bounds.contains(extending.settlingLimit ?? 1)
        else {
            throw InputError(
                "the run to extend has no such permutations",
                remedy: "Ask for 1 to \(GeneSetSettings.permutationLimit)."
            )
        }
        inputs.configuration.geneSets?.permutations = extending.permutations
        inputs.settling = extending.settlingLimit.map { SettlingRule(limit: $0) }
        if let digest = extending.priorStore {
            guard SHA256Digest(hexadecimal: digest) != nil else {
                throw InputError("the store of the run so far has no name", remedy: "Give the command again.")
            }
            inputs.priorNulls = try PriorNulls.read(from: storePath(digest), configuration: inputs.configuration)
        }
        return inputs
    }
}
