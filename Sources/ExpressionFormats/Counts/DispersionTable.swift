import ExpressionData

/// Dispersions that are given: a table with the columns `gene_id` and `dispersion`.
package enum DispersionTable {
    /// Reads one dispersion per gene, in the order of the counts; NaN where the table has NA.
    ///
    /// Genes that the counts do not have are left out.
    ///
    /// - Throws: `InputError` for a column or a gene that is missing, a gene that stands twice, and a dispersion that is
    ///   not a positive number.
    package static func read(_ file: InputFile, genes: [String]) throws -> [Double] {
        let table = try DelimitedTable(file)
        func column(_ name: String) throws -> Int {
            guard let column = table.columnNames.firstIndex(of: name) else {
                throw InputError(
                    file: file.name, line: 1, "there is no column `\(name)`",
                    remedy: "Expected the columns gene_id and dispersion, as genes.tsv of a run has them.")
            }
            return column
        }
        let (ids, values) = (try column("gene_id"), try column("dispersion"))
        let numbers = try table.doubles(column: values)
        var rowOfGene: [String: Int] = [:]
        for row in 0..<table.rowCount {
            let gene = table.string(row: row, column: ids)
            guard rowOfGene.updateValue(row, forKey: gene) == nil else {
                throw InputError(
                    file: file.name, line: table.line(ofRow: row), gene: gene, "the gene has two dispersions",
                    remedy: "Give every gene one.")
            }
            guard numbers[row].isNaN || (numbers[row] > 0 && numbers[row].isFinite) else {
                throw InputError(
                    file: file.name, line: table.line(ofRow: row), gene: gene, column: "dispersion",
                    "the dispersion \(table.string(row: row, column: values)) is not a positive number",
                    remedy: "Give a positive number, or NA for a gene that is not to be fitted.")
            }
        }
        return try genes.map { gene in
            guard let row = rowOfGene[gene] else {
                throw InputError(
                    file: file.name, gene: gene, "the gene has no dispersion",
                    remedy: "Every gene of the counts needs a row; NA for one that is not to be fitted.")
            }
            return numbers[row]
        }
    }
}
