import CHDF5

/// A call into HDF5 that failed, with the library's own account of why.
package struct HDF5Error: Error, Equatable, CustomStringConvertible {
    /// One level of HDF5's error stack.
    package struct Frame: Equatable, Sendable {
        package let function: String
        package let message: String
    }

    /// What was being done, such as `open the dataset obs/age`.
    package let action: String

    /// The error stack, from the function that was called to the one that found the fault.
    package let stack: [Frame]

    package init(action: String, stack: [Frame]) {
        self.action = action
        self.stack = stack
    }

    /// The action and, as the reason, the innermost message: it is the one that says what is wrong.
    package var description: String {
        guard let cause = stack.last else { return "HDF5 could not \(action)" }
        return "HDF5 could not \(action): \(cause.message) (\(stack.map(\.function).joined(separator: " > ")))"
    }
}

/// Returns the calling thread's error stack, outermost function first.
func currentErrorStack() -> [HDF5Error.Frame] {
    var frames: [HDF5Error.Frame] = []
    withUnsafeMutablePointer(to: &frames) { frames in
        _ = H5Ewalk2(
            modicum_h5e_default(), H5E_WALK_DOWNWARD,
            { _, error, frames in
                guard let error = error?.pointee, let frames else { return 0 }
                frames.assumingMemoryBound(to: [HDF5Error.Frame].self).pointee.append(
                    HDF5Error.Frame(
                        function: error.func_name.map { String(cString: $0) } ?? "",
                        message: error.desc.map { String(cString: $0) } ?? ""))
                return 0
            }, frames)
    }
    return frames
}
