/// The arguments of every program, from typed values. No word is ever split, joined or expanded.
package enum ToolArguments {
    package static func fastQC(
        _ files: [String], into folder: String, threads: Int, options: ToolOptions
    ) -> [String] {
        ["--quiet", "--extract", "--outdir", folder, "--dir", folder, "--threads", "\(min(threads, files.count))"]
            + options.words + files
    }

    /// - Parameters:
    ///   - files: One, or the two of a pair.
    ///   - version: Versions before 0.6.0 know one core only.
    package static func trimGalore(
        _ files: [String], into folder: String, cutadapt: String, version: String, threads: Int, options: ToolOptions
    ) -> [String] {
        // More than four only wait for the one that writes, says its manual.
        let cores = isVersion(version, atLeast: [0, 6]) ? ["--cores", "\(min(threads, 4))"] : []
        return ["--gzip"] + cores + ["--path_to_cutadapt", cutadapt, "--output_dir", folder]
            + (files.count == 2 ? ["--paired"] : []) + options.words + files
    }

    package static func fastp(
        _ files: [String], outputs: [String], json: String, html: String, title: String, threads: Int,
        options: ToolOptions
    ) -> [String] {
        var words = ["--in1", files[0], "--out1", outputs[0]]
        if files.count == 2 { words += ["--in2", files[1], "--out2", outputs[1]] }
        return words + ["--json", json, "--html", html, "--report_title", title, "--thread", "\(min(threads, 16))"]
            + options.words
    }

    package static func hisat2Build(fasta: String, prefix: String, threads: Int) -> [String] {
        ["-p", "\(threads)", fasta, prefix]
    }

    /// - Parameters:
    ///   - spliceSites: A file of known introns.
    ///   - readLimit: Only the first so many; nil: all.
    package static func hisat2(
        _ files: [String], index: String, spliceSites: String, sample: String, strandedness: Strandedness,
        summary: String, readLimit: Int?, threads: Int, options: ToolOptions
    ) -> [String] {
        var words = ["-x", index] + (files.count == 2 ? ["-1", files[0], "-2", files[1]] : ["-U", files[0]])
        if let code = strandedness.hisat2Code(isPaired: files.count == 2) { words += ["--rna-strandness", code] }
        if let readLimit { words += ["--upto", "\(readLimit)"] }
        // Without the second option, introns that were found in earlier reads help later ones, so that the result depends
        // on the order in which threads happen to finish.
        words += ["--known-splicesite-infile", spliceSites, "--no-temp-splicesite"]
        words += ["--new-summary", "--summary-file", summary, "--rg-id", sample, "--rg", "SM:\(sample)"]
        return words + ["-p", "\(threads)"] + options.words
    }

    /// - Parameter indexBases: The length of words in the index, which STAR wants smaller for a small genome:
    ///   min(14, log2(length) / 2 − 1).
    package static func starIndex(
        fasta: String, annotation: String, folder: String, indexBases: Int, readLength: Int, threads: Int
    ) -> [String] {
        [
            "--runMode", "genomeGenerate", "--genomeDir", folder, "--genomeFastaFiles", fasta, "--sjdbGTFfile",
            annotation, "--sjdbOverhang", "\(max(1, readLength - 1))", "--genomeSAindexNbases", "\(indexBases)",
            "--runThreadN", "\(threads)", "--outFileNamePrefix", folder + "/",
        ]
    }

    package static func star(
        _ files: [String], index: String, prefix: String, sample: String, isCompressed: Bool, readLimit: Int?,
        threads: Int, options: ToolOptions
    ) -> [String] {
        var words = ["--genomeDir", index, "--readFilesIn"] + files
        if isCompressed { words += ["--readFilesCommand", "gzip", "-dc"] }
        if let readLimit { words += ["--readMapNumber", "\(readLimit)"] }
        return words + [
            "--outFileNamePrefix", prefix, "--outStd", "SAM", "--outSAMtype", "SAM", "--outSAMunmapped", "Within",
            "--outSAMattrRGline", "ID:\(sample)", "SM:\(sample)", "--runThreadN", "\(threads)",
        ] + options.words
    }

    package static func samtoolsSort(into bam: String, temporary: String, threads: Int) -> [String] {
        ["sort", "-@", "\(max(0, threads - 1))", "-m", "256M", "-T", temporary, "-o", bam, "-"]
    }

    /// - Parameter version: Versions before 2.0.2 count pairs with `-p` alone; from then on that needs a second word.
    package static func featureCounts(
        _ alignments: String, annotation: String, table: String, strandedness: Strandedness, isPaired: Bool,
        version: String, temporary: String, threads: Int, words options: [String]
    ) -> [String] {
        var words = ["-a", annotation, "-o", table, "-s", strandedness.featureCountsCode]
        if isPaired { words += isVersion(version, atLeast: [2, 0, 2]) ? ["-p", "--countReadPairs"] : ["-p"] }
        return words + ["-T", "\(min(threads, 64))", "--tmpDir", temporary] + options + [alignments]
    }
}
