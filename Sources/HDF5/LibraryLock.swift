import CHDF5
import Synchronization

/// The lock around every call into HDF5.
///
/// The library keeps global tables. Where it was built thread-safe it holds one
/// lock of its own during each call, so this one costs nothing more; where it was
/// not, this one makes calls from several threads safe. Either way two threads
/// gain nothing over one.
private let libraryLock = Mutex(())

/// Makes one call into HDF5 and returns its result.
///
/// - Parameters:
///   - action: What the call does, for the error, such as `read the dataset X`.
///   - function: The call. It returns a negative number when it fails, as all of HDF5 does.
/// - Throws: The error stack that the call left.
@discardableResult
func perform<Result: SignedInteger & Sendable>(
    _ action: @autoclosure () -> String, _ function: () -> Result
) throws(HDF5Error) -> Result {
    let outcome: (result: Result, stack: [HDF5Error.Frame]) = libraryLock.withLock { _ in
        // The library prints errors by itself unless each thread tells it not to.
        H5Eset_auto2(modicum_h5e_default(), nil, nil)
        let result = function()
        return (result, result < 0 ? currentErrorStack() : [])
    }
    guard outcome.result >= 0 else { throw HDF5Error(action: action(), stack: outcome.stack) }
    return outcome.result
}

/// Makes a call into HDF5 that has nothing to report: the closing of an object at the end of its owner's life.
func release(_ function: () -> herr_t) {
    libraryLock.withLock { _ in
        H5Eset_auto2(modicum_h5e_default(), nil, nil)
        _ = function()
    }
}
