/// AnnData's encoding attributes, which tell its readers what an element is.
///
/// See the on-disk format in AnnData's documentation. Readers in Python and R
/// warn about elements without them, so every group and dataset gets some.
enum Encoding {
    static let root: StoredAttributes = ["encoding-type": "anndata", "encoding-version": "0.1.0"]
    static let group: StoredAttributes = ["encoding-type": "dict", "encoding-version": "0.1.0"]

    /// A data frame whose index and columns are the datasets of these names in its group.
    static func table(index: String, columns: [String]) -> StoredAttributes {
        [
            "encoding-type": "dataframe", "encoding-version": "0.2.0", "_index": .string(index),
            "column-order": .strings(columns),
        ]
    }

    /// A factor: `codes` into `categories`, −1 for a missing value.
    static func categorical(isOrdered: Bool) -> StoredAttributes {
        ["encoding-type": "categorical", "encoding-version": "0.2.0", "ordered": .bool(isOrdered)]
    }

    /// Truth values: `values`, and in `mask` which of them are missing.
    static let nullableLogicals: StoredAttributes = ["encoding-type": "nullable-boolean", "encoding-version": "0.1.0"]

    static func of(_ dataset: StoredDataset) -> StoredAttributes {
        let type: AttributeValue =
            switch (dataset.isText, dataset.shape.isEmpty) {
            case (true, true): "string"
            case (true, false): "string-array"
            case (false, true): "numeric-scalar"
            case (false, false): "array"
            }
        return ["encoding-type": type, "encoding-version": "0.2.0"]
    }
}
