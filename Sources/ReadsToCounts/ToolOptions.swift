import ExpressionData

/// Options of programs that users may set, each with the number of its values.
///
/// A list of what is passed, and not of what is not: programs have options that write files, run other programs
/// (`--readFilesCommand` of STAR, `--path_to_cutadapt` of Trim Galore) or change what we read from them.
package struct ToolOptions: Equatable, Codable, Sendable {
    package let words: [String]

    package static let none = ToolOptions(words: [])

    private init(words: [String]) {
        self.words = words
    }

    /// Takes a list that is separated by spaces. No shell is involved: there is no quoting.
    ///
    /// - Throws: `InputError` for an option that is not passed on, or has too many or too few values.
    package init(_ list: String, for tool: ExternalTool) throws {
        self.words = list.split(separator: " ").map(String.init)
        try check(for: tool)
    }

    /// Those of some names, with their one value each.
    package func selecting(_ names: [String]) -> ToolOptions {
        let kept = words.indices.filter { index in
            names.contains(words[index]) || (index > 0 && names.contains(words[index - 1]))
        }
        return ToolOptions(words: kept.map { words[$0] })
    }

    /// Checks options that came from elsewhere.
    package func check(for tool: ExternalTool) throws {
        let allowed = tool.passedOptions
        var rest = words[...]
        while let word = rest.popFirst() {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let values = allowed[name] else {
                let near = nearestName(to: name, among: Array(allowed.keys).sorted())
                throw InputError(
                    "\(name) is not an option that is passed to \(tool.executable)",
                    remedy: (near.map { "Is \($0) meant? " } ?? "")
                        + "Passed are: " + allowed.keys.sorted().joined(separator: " ") + ".")
            }
            let value: String?
            if parts.count == 2, name.hasPrefix("--") {
                value = String(parts[1])
            } else {
                value = values == 1 ? rest.popFirst() : nil
            }
            guard (values == 1) == (value != nil) else {
                throw InputError(
                    "\(name) of \(tool.executable) takes \(values == 1 ? "a value" : "no value")",
                    remedy: "Write options and values as \(tool.executable) takes them, separated by spaces.")
            }
            if let value { try Self.check(value, of: name, tool) }
        }
    }

    /// Values are numbers, words and lists of numbers; never places of files.
    private static func check(_ value: String, of name: String, _ tool: ExternalTool) throws {
        let isPlain = value.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: [0x2B, 0x2C, 0x2D, 0x2E, 0x3A, 0x5F].contains(byte)
            }
        }
        guard isPlain, !value.isEmpty, !value.hasPrefix("file:"), !value.hasPrefix("--") else {
            throw InputError(
                "`\(value)` cannot be a value of \(name) of \(tool.executable)",
                remedy: "Values are letters, digits and `+,-.:_`; files are not passed in this way.")
        }
    }
}

extension ExternalTool {
    /// The options that are passed on, and how many values each has.
    var passedOptions: [String: Int] {
        let (flags, valued): (String, String) =
            switch self {
            case .fastqc: ("--nogroup", "--kmers -k --min_length")
            case .trimGalore:
                (
                    "--illumina --nextera --small_rna --stranded_illumina --trim-n --phred33 --phred64",
                    "-q --quality -a --adapter -a2 --adapter2 -e --stringency --length --max_length --max_n --2colour "
                        + "--nextseq --clip_R1 --clip_R2 --three_prime_clip_R1 --three_prime_clip_R2"
                )
            case .fastp:
                (
                    "-A --disable_adapter_trimming --detect_adapter_for_pe -5 --cut_front -3 --cut_tail -r --cut_right "
                        + "-Q --disable_quality_filtering -L --disable_length_filtering -g --trim_poly_g -G "
                        + "--disable_trim_poly_g -x --trim_poly_x -y --low_complexity_filter -c --correction -6 --phred64",
                    "-a --adapter_sequence --adapter_sequence_r2 -f --trim_front1 -t --trim_tail1 -F --trim_front2 -T "
                        + "--trim_tail2 -W --cut_window_size -M --cut_mean_quality -q --qualified_quality_phred -u "
                        + "--unqualified_percent_limit -n --n_base_limit -e --average_qual -l --length_required "
                        + "--length_limit --poly_g_min_len --poly_x_min_len -Y --complexity_threshold"
                )
            case .hisat2:
                (
                    "--fast --sensitive --very-sensitive --ignore-quals --no-softclip --no-spliced-alignment --dta "
                        + "--dta-cufflinks --no-mixed --no-discordant --secondary --phred33 --phred64 --nofw --norc",
                    "-k --max-seeds --score-min --mp --sp --np --rdg --rfg --n-ceil -5 --trim5 -3 --trim3 "
                        + "--min-intronlen --max-intronlen --pen-cansplice --pen-noncansplice --pen-canintronlen "
                        + "--pen-noncanintronlen -I --minins -X --maxins --seed"
                )
            case .star:
                (
                    "",
                    "--outFilterMultimapNmax --outFilterMismatchNmax --outFilterMismatchNoverReadLmax "
                        + "--outFilterMismatchNoverLmax --outFilterType --alignSJoverhangMin --alignSJDBoverhangMin "
                        + "--alignIntronMin --alignIntronMax --alignMatesGapMax --alignEndsType --outSAMstrandField "
                        + "--outFilterScoreMinOverLread --outFilterMatchNminOverLread --outFilterMatchNmin --twopassMode"
                )
            case .featureCounts:
                (
                    "-M -O --primary --ignoreDup -B -C -P --largestOverlap --splitOnly --nonSplitOnly",
                    "-t -g -Q -d -D --minOverlap --fracOverlap --fracOverlapFeature --nonOverlap --nonOverlapFeature "
                        + "--readExtension5 --readExtension3 --read2pos"
                )
            case .samtools, .cutadapt, .hisat2Build: ("", "")
            }
        let pairs =
            flags.split(separator: " ").map { (String($0), 0) } + valued.split(separator: " ").map { (String($0), 1) }
        return Dictionary(uniqueKeysWithValues: pairs)
    }
}
