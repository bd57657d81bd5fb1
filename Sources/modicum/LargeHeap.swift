import CMemory

/// The heap of a command that computes: large arrays come and go in it.
///
/// A new mapping for each, in small pages, took a tenth of a run's CPU time (decision 5).
enum LargeHeap {
    private static let bytes: Int32 = 256 << 20

    static func use() {
        modicum_use_heap_of_large_pages(bytes)
    }

    /// Gives back what is free, and goes on with a heap like the first.
    static func renew() {
        modicum_give_back_freed()
        use()
    }
}
