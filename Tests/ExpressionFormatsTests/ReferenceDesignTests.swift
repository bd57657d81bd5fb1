import ExpressionData
import ExpressionFormats
import Foundation
import Testing

/// What `design.json` of a reference folder says about its design.
private struct DesignDescription: Decodable {
    var formula: String
    var factors: [String: [String]]
    var coefficients: [String]
    var counts_file: String
    var samples_file: String?
    var results: [String: ResultDescription]?

    struct ResultDescription: Decodable {
        var selector: Selector
    }

    struct Selector: Decodable {
        var name: String?
        var contrast: [Entry]?
    }

    /// A contrast is three words, a list of lists of names, or numbers.
    enum Entry: Decodable {
        case word(String)
        case names([String])
        case number(Double)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let number = try? container.decode(Double.self) {
                self = .number(number)
            } else if let word = try? container.decode(String.self) {
                self = .word(word)
            } else {
                self = .names(try container.decode([String].self))
            }
        }
    }
}

@Suite("Designs of DESeq2")
struct ReferenceDesignTests {
    static let folders = [
        "airway_cell_dex", "cohort_stir_composite", "cohort_stir_composite_cells", "cohort_stir_intensity",
        "cohort_stir_intensity_cells", "cohort_stir_volume", "cohort_stir_volume_cells", "pasilla_condition",
        "pasilla_interaction", "pasilla_nointercept", "pasilla_normfactors", "pasilla_poscounts",
        "pasilla_type_condition", "pasilla_useT", "pasilla_weights", "tbdc_extraction_treatment_rin",
        "tbdc_interaction", "tbdc_paired", "tbdc_status_treatment",
    ]

    private static func design(_ folder: String) throws -> (Design, DesignDescription) {
        let path = ReferenceData.path("de/\(folder)")
        let json = try InputFile.content(ofFile: path + "/design.json")
        let description = try JSONDecoder().decode(DesignDescription.self, from: Data(json))
        let declarations = description.factors.sorted { $0.key < $1.key }.map {
            ColumnDeclaration.factor($0, levels: $1)
        }
        let sheet = try SampleSheet.read(
            path: path + "/" + (description.samples_file ?? "samples.tsv"), declaring: declarations)
        return (try Design(DesignFormula(parsing: description.formula), samples: sheet), description)
    }

    @Test(
        "Model matrices are DESeq2's, name by name and value by value", .enabled(if: ReferenceData.isPresent),
        arguments: folders)
    func modelMatrix(folder: String) throws {
        let (design, description) = try Self.design(folder)
        #expect(design.matrix.columnNames == description.coefficients)
        let expected = try DelimitedTable(path: ReferenceData.path("de/\(folder)/expected_model_matrix.tsv"))
        #expect(try expected.strings("sample") == design.samples.sampleNames)
        for (column, name) in description.coefficients.enumerated() {
            let values = try expected.doubles(name)
            #expect(values == (0..<values.count).map { design.matrix[$0, column] }, "\(name)")
        }
    }

    @Test("Every result of the reference can be asked for", .enabled(if: ReferenceData.isPresent), arguments: folders)
    func selectors(folder: String) throws {
        let (design, description) = try Self.design(folder)
        for (name, result) in (description.results ?? [:]).sorted(by: { $0.key < $1.key }) {
            if let coefficient = result.selector.name {
                #expect(try design.coefficient(named: coefficient).name == coefficient)
                continue
            }
            let entries = result.selector.contrast ?? []
            let words = entries.compactMap { if case .word(let word) = $0 { word } else { nil } }
            let numbers = entries.compactMap { if case .number(let number) = $0 { number } else { nil } }
            if words.count == 3 {
                #expect(try design.contrast(of: words[0], level: words[1], against: words[2]).name == name)
            } else if !numbers.isEmpty {
                #expect(try design.contrast(weights: numbers, name: name).weights == numbers)
            } else if case .names(let names)? = entries.first {
                let contrast = try design.contrast(adding: names, subtracting: [], name: name)
                #expect(contrast.weights.filter { $0 == 1 }.count == names.count)
                #expect(contrast.allZeroSamples == nil)
            }
        }
    }

    @Test(
        "The counts and the sheet of every folder belong together", .enabled(if: ReferenceData.isPresent),
        arguments: ["pasilla_type_condition", "airway_cell_dex", "cohort_stir_volume"])
    func matching(folder: String) throws {
        let (design, description) = try Self.design(folder)
        let matrix = try CountTable.read(path: ReferenceData.path("de/\(folder)/\(description.counts_file)"))
        #expect(
            try design.samples.matched(toSamples: matrix.sampleNames, ofCounts: "counts").sampleNames
                == matrix.sampleNames)
    }
}
