import NetworkFormats
import StudyReport

/// The metadata of a run's folder as an RO-Crate 1.1 after the profile Process Run Crate 0.5.
///
/// A run is one `CreateAction`: the program is its instrument, the inputs its objects, the files its results. Inputs
/// are not part of the crate; each is named by the digest of its content (RFC 6920), which is the same wherever the file
/// lies. Nothing is said that the run does not know, such as who started it.
package struct ResearchObjectCrate {
    /// An input as the run's configuration has it.
    package struct Input: Equatable, Sendable {
        package let role: String
        package let name: String
        package let sha256: String

        package init(role: String, name: String, sha256: String) {
            self.role = role
            self.name = name
            self.sha256 = sha256
        }
    }

    /// A file of the crate.
    package struct File: Equatable, Sendable {
        /// Relative to the crate.
        package let name: String
        package let bytes: Int
        package let sha256: String

        package init(name: String, bytes: Int, sha256: String) {
            self.name = name
            self.bytes = bytes
            self.sha256 = sha256
        }
    }

    /// When a run's computation began and ended, such as `2026-11-30T18:47:17+00:00`.
    package struct Times: Equatable, Sendable {
        /// Nil where several commands made the results.
        package let start: String?
        package let end: String

        package init(start: String?, end: String) {
            self.start = start
            self.end = end
        }
    }

    package static let metadataName = "ro-crate-metadata.json"

    package var title: String
    package var description: String
    package var license: CrateLicense?

    /// The canonical SHA-256 of the run's results.
    package var identity: String

    /// The program's version.
    package var version: String

    /// Names and versions of the libraries that it ran with.
    package var libraries: [String: String]
    package var times: Times
    package var commands: [[String]]
    package var inputs: [Input]
    package var files: [File]

    /// What the run's methods come from; the program itself is among them.
    package var references: [Reference]

    package init(
        title: String, description: String, license: CrateLicense?, identity: String, version: String,
        libraries: [String: String], times: Times, commands: [[String]], inputs: [Input], files: [File],
        references: [Reference]
    ) {
        self.title = title
        self.description = description
        self.license = license
        self.identity = identity
        self.version = version
        self.libraries = libraries
        self.times = times
        self.commands = commands
        self.inputs = inputs
        self.files = files
        self.references = references
    }

    /// The document: always the same text for the same run.
    package var metadata: JSONValue {
        var graph = [descriptor, root, profile, action, program, Self.entity(of: .mit)]
        graph.append(license.map(Self.entity) ?? Self.noLicense)
        graph += inputEntities + files.map(Self.entity) + publications.map(Self.entity)
        var known: Set<String> = []
        return .object([
            "@context": .array([
                .string("https://w3id.org/ro/crate/1.1/context"),
                .object(["sha256": .string("https://w3id.org/ro/terms/workflow-run#sha256")]),
            ]),
            // The program's licence may be that of the results.
            "@graph": .array(graph.filter { known.insert($0.id).inserted }.map(\.json)),
        ])
    }

    // MARK: Entities

    private var descriptor: CrateEntity {
        CrateEntity(
            Self.metadataName, "CreativeWork",
            ["about": .reference("./"), "conformsTo": .reference("https://w3id.org/ro/crate/1.1")])
    }

    private var root: CrateEntity {
        CrateEntity(
            "./", "Dataset",
            [
                "name": .string(title), "description": .string(description), "identifier": .string(identity),
                "datePublished": .string(times.end), "conformsTo": .reference(profile.id),
                "license": .reference(license?.address ?? Self.noLicense.id), "mentions": .reference(action.id),
                "hasPart": .references(inputEntities.map(\.id) + files.map { CrateEntity.path($0.name) }),
                "citation": .references(publications.map(Self.id)),
            ])
    }

    private var profile: CrateEntity {
        CrateEntity(
            "https://w3id.org/ro/wfrun/process/0.5", "CreativeWork",
            ["name": .string("Process Run Crate"), "version": .string("0.5")])
    }

    private var action: CrateEntity {
        let lines = commands.map { $0.map(CrateEntity.shellWord).joined(separator: " ") }
        return CrateEntity(
            "#run", "CreateAction",
            [
                "name": .string("Run of Modicum"), "instrument": .reference("#modicum"),
                "description": .string(
                    lines.isEmpty ? "The command line was not kept." : lines.joined(separator: "\n")),
                "object": .references(inputEntities.map(\.id)),
                "result": .references(files.map { CrateEntity.path($0.name) }),
                "startTime": times.start.map { .string($0) }, "endTime": .string(times.end),
                "actionStatus": .string("http://schema.org/CompletedActionStatus"),
            ])
    }

    private var program: CrateEntity {
        CrateEntity(
            "#modicum", "SoftwareApplication",
            [
                "name": .string("Modicum"), "softwareVersion": .string(version),
                "description": references.first { $0.organisation != nil }.map { .string($0.text) },
                "license": .reference(CrateLicense.mit.address),
                "softwareRequirements": .texts(libraries.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }),
            ])
    }

    private var publications: [Reference] { references.filter { $0.organisation == nil } }

    /// One for each content: a file may be an input twice.
    private var inputEntities: [CrateEntity] {
        var positions: [String: Int] = [:]
        var grouped: [[Input]] = []
        for input in inputs {
            if let position = positions[input.sha256] {
                grouped[position].append(input)
            } else {
                positions[input.sha256] = grouped.count
                grouped.append([input])
            }
        }
        return grouped.map { same in
            let roles = same.indices.filter { !same[..<$0].map(\.role).contains(same[$0].role) }.map { same[$0].role }
            return CrateEntity(
                CrateEntity.contentName(sha256: same[0].sha256), "File",
                [
                    "name": .string(same[0].name), "sha256": .string(same[0].sha256),
                    "description": .string(
                        "Input of the run (\(roles.joined(separator: ", "))), not part of the crate; the digest is of "
                            + "its unpacked content."),
                    "encodingFormat": CrateEntity.mediaType(ofFile: same[0].name).map { .string($0) },
                ])
        }
    }

    private static func entity(of file: File) -> CrateEntity {
        CrateEntity(
            CrateEntity.path(file.name), "File",
            [
                "name": .string(file.name), "contentSize": .string("\(file.bytes)"), "sha256": .string(file.sha256),
                "encodingFormat": .string(CrateEntity.mediaType(ofFile: file.name) ?? "application/octet-stream"),
            ])
    }

    private static func id(of reference: Reference) -> String {
        reference.doi.map { "https://doi.org/" + $0 } ?? "#" + reference.key
    }

    private static func entity(of reference: Reference) -> CrateEntity {
        let type =
            switch reference.kind {
            case .article, .proceedings: "ScholarlyArticle"
            case .book: "Book"
            case .thesis: "Thesis"
            case .other: "CreativeWork"
            }
        return CrateEntity(
            id(of: reference), type,
            [
                "name": .string(reference.title), "description": .string(reference.text),
                "datePublished": reference.year.map { .string("\($0)") },
            ])
    }

    private static func entity(of license: CrateLicense) -> CrateEntity {
        CrateEntity(
            license.address, "CreativeWork",
            ["name": .string(license.name), "description": .string("The licence at \(license.address)")])
    }

    private static let noLicense = CrateEntity(
        "#no-licence", "CreativeWork",
        [
            "name": .string("No licence declared"),
            "description": .string("Whoever made this crate declared no licence for its files: ask them before reuse."),
        ])
}
