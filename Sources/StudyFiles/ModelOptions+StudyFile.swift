import ExpressionData

extension ModelOptions {
    /// Takes the keys of a study file that say how counts are normalized, modelled and tested.
    init(from study: inout StudyMapping, file: String) throws {
        if let value = study.optional("test") { test = try value.choice(Self.tests) }
        sizeFactors = try study.optional("size-factors")?.string()
        controlGenes = try study.optional("control-genes")?.string()
        normalizationFactors = try study.optional("normalization-factors")?.string()
        weights = try study.optional("weights")?.string()
        if let value = study.optional("dispersion-trend") { dispersionTrend = try value.choice(Self.dispersionTrends) }
        if let value = study.optional("lfc-threshold") {
            lfcThreshold = try value.number("a number, 0 or more") { $0 >= 0 }
        }
        if let value = study.optional("alternative") { alternative = try value.choice(Self.alternatives) }
        if let value = study.optional("use-t") { useT = try value.isOn() }
        if let value = study.optional("alpha") {
            alpha = try value.number("a number between 0 and 1") { $0 > 0 && $0 < 1 }
        }
        if let value = study.optional("independent-filtering") { independentFiltering = try value.isOn() }
        if let value = study.optional("cooks-cutoff") { cooksCutoff = try value.string() }
        if let value = study.optional("replace-outliers") { replaceOutliers = try value.string() }
        if let value = study.optional("empirical-null") { empiricalNull = try value.choice(Self.empiricalNulls) }
        if let value = study.optional("optimizer") { optimizer = try value.choice(Self.optimizers) }
        if let value = study.optional("beta-prior") { betaPrior = try value.isOn() }
        if let value = study.optional("shrink") { shrink = try value.choice(Self.shrinkages) }
        if let value = study.optional("transform") { transform = try value.choice(Self.transforms) }
        if let contradiction = contradiction(calling: { "`\($0)`" }) {
            throw InputError(file: file, contradiction, remedy: "See docs/study-file.md.")
        }
    }
}

extension StudyValue {
    /// `on` or `off`, or YAML's own words for them.
    fileprivate func isOn() throws -> Bool {
        ["on", "true", "yes"].contains(try choice(["on", "off", "true", "false", "yes", "no"]))
    }
}
