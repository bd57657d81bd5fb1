import AnalysisPipeline
import ExpressionData
import Foundation

/// Which inputs and settings two runs differ in.
struct RunDifferences {
    /// Such as `counts.tsv (counts) has another content; seed is 1 there and 2 here`; empty where nothing differs.
    let sentence: String

    /// Compares finished or planned runs.
    init(there: StudyConfiguration, here: StudyConfiguration) {
        var parts: [String] = []
        let (old, new) = (there.inputs, here.inputs)
        for input in new where !old.contains(where: { $0.role == input.role && $0.sha256 == input.sha256 }) {
            let hasRole = old.contains { $0.role == input.role }
            parts.append("\(input.name) (\(input.role)) \(hasRole ? "has another content" : "is given here only")")
        }
        for input in old where !new.contains(where: { $0.role == input.role }) {
            parts.append("\(input.name) (\(input.role)) is given there only")
        }
        var (oldSettings, newSettings) = (there, here)
        (oldSettings.inputs, newSettings.inputs) = ([], [])
        parts += Self.differences(Self.values(of: oldSettings), Self.values(of: newSettings))
        sentence = Self.sentence(parts)
    }

    /// Compares what runs were asked for, where no more is known.
    init(there: some Encodable, here: some Encodable) {
        sentence = Self.sentence(Self.differences(Self.values(of: there), Self.values(of: here)))
    }

    private static func sentence(_ parts: [String]) -> String {
        parts.count > 4
            ? parts.prefix(4).joined(separator: "; ") + "; and \(parts.count - 4) more" : parts.joined(separator: "; ")
    }

    private static func differences(_ there: [String: String], _ here: [String: String]) -> [String] {
        Set(there.keys).union(here.keys).sorted().compactMap { key in
            let (old, new) = (there[key], here[key])
            guard old != new else { return nil }
            return "\(key) is \(old ?? "not given") there and \(new ?? "not given") here"
        }
    }

    /// Every value under its keys, joined by points.
    private static func values(of configuration: some Encodable) -> [String: String] {
        guard let data = try? JSONEncoder().encode(configuration),
            let object = try? JSONSerialization.jsonObject(with: data)
        else { return [:] }
        var values: [String: String] = [:]
        func collect(_ object: Any, _ path: String) {
            if let mapping = object as? [String: Any] {
                for (key, value) in mapping { collect(value, path.isEmpty ? key : path + "." + key) }
            } else if let list = object as? [Any], list.contains(where: { $0 is [String: Any] || $0 is [Any] }) {
                for (position, value) in list.enumerated() { collect(value, "\(path)[\(position + 1)]") }
            } else if let list = object as? [Any] {
                values[path] = list.map { "\($0)" }.joined(separator: ", ")
            } else {
                values[path] = "\(object)"
            }
        }
        collect(object, "")
        return values
    }
}
