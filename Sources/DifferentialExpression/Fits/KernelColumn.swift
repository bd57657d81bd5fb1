/// A column of numbers in memory that stays put while kernels read and write it.
///
/// Arrays lend their memory for one call only; a kernel takes a dozen columns
/// at once. Whoever makes a column ends it with `take` or `free`.
struct KernelColumn<Element: BitwiseCopyable> {
    let pointer: UnsafeMutablePointer<Element>
    private let count: Int

    init(repeating value: Element, count: Int) {
        self.count = count
        pointer = .allocate(capacity: max(count, 1))
        pointer.initialize(repeating: value, count: max(count, 1))
    }

    init(_ values: [Element]) {
        count = values.count
        pointer = .allocate(capacity: max(count, 1))
        for (index, value) in values.enumerated() { (pointer + index).initialize(to: value) }
    }

    /// The content; the memory is given back.
    func take() -> [Element] {
        defer { free() }
        return Array(UnsafeBufferPointer(start: pointer, count: count))
    }

    func free() { pointer.deallocate() }
}

/// Columns that never change, kept as long as something refers to them.
///
/// `@unchecked Sendable`: nothing writes after `init`.
final class ConstantColumns: @unchecked Sendable {
    let pointers: [UnsafePointer<Double>]
    private let columns: [KernelColumn<Double>]

    init(_ columns: [[Double]]) {
        self.columns = columns.map { KernelColumn($0) }
        pointers = self.columns.map { UnsafePointer($0.pointer) }
    }

    deinit {
        for column in columns { column.free() }
    }
}

/// One column of indices that never changes, kept as long as something refers to it.
///
/// `@unchecked Sendable`: nothing writes after `init`.
final class ConstantIndices: @unchecked Sendable {
    let pointer: UnsafePointer<Int32>
    private let column: KernelColumn<Int32>

    init(_ indices: [Int32]) {
        column = KernelColumn(indices)
        pointer = UnsafePointer(column.pointer)
    }

    deinit { column.free() }
}
