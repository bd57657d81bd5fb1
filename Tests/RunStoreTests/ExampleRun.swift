import RunStore

/// A small run with something of everything, the example of `docs/store.md`.
func makeExampleRun() -> RunDocument {
    var run = RunDocument(
        configuration: "modicum: 1\nexposures: [stir_volume]\n", attributes: ["numeric-contract": 1])
    run.add(
        AnnDataEncoding(
            geneIDs: ["ENSG00000141510", "ENSG00000012048", "ENSG00000139618"],
            sampleNames: ["S1", "S2", "S3", "S4"],
            counts: [10, 12, 0, 9, 200, 180, 220, 210, 5, 7, 6, 0],
            sampleColumns: [
                StoredColumn("batch", .categorical(codes: [0, 0, 1, -1], categories: ["B1", "B2"])),
                StoredColumn("age", .doubles([34, 51.5, .nan, 47]), attributes: ["units": "years"]),
            ],
            geneColumns: [
                StoredColumn("symbol", .strings(["TP53", "BRCA1", "BRCA2"])),
                StoredColumn("chromosome", .categorical(codes: [0, 0, 1], categories: ["17", "13"])),
            ]))
    run.addTable(
        "uns/analyses/main/stir_volume/results", index: "gene_id",
        rows: ["ENSG00000141510", "ENSG00000012048", "ENSG00000139618"],
        columns: [
            StoredColumn("baseMean", .doubles([7.75, 202.5, 4.5]), attributes: ["units": "normalized counts"]),
            StoredColumn(
                "log2FoldChange", .doubles([-0.5, 0.125, .nan]),
                attributes: ["units": "log2 per unit of stir_volume", "definition": "Change with the exposure"]),
            StoredColumn("padj", .doubles([0.04, 0.5, .nan])),
            StoredColumn("betaConv", .bools([true, true, false])),
            StoredColumn("reason", .strings(["", "", "low-mean"])),
        ])
    run.addTable(
        "uns/analyses/main/stir_volume/gene_sets", index: "name", rows: ["REPAIR", "GÉNÉRIQUE"],
        columns: [
            StoredColumn("size", .int32s([3, 2])), StoredColumn("NES", .doubles([1.25, -0.75])),
        ])
    run.addLists("uns/analyses/main/stir_volume/leading_edges", [[0, 2], [1]])
    run.add("uns/analyses/main/stir_volume/seed", .uint64s([42]), shape: [])
    return run
}
