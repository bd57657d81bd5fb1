extension StudyConfiguration {
    /// The same configuration whatever the number of permutations: runs that differ in nothing
    /// else are one run, more or less far.
    package var extensible: StudyConfiguration {
        var configuration = self
        configuration.geneSets?.permutations = 0
        return configuration
    }
}
