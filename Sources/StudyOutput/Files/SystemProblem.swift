import Foundation

/// What an error of Foundation or of the file system means, in a sentence: which file, what the system said, what to do.
package enum SystemProblem {
    /// Nil for errors of other kinds, which have words of their own.
    package static func sentence(for error: any Error) -> String? {
        if let error = error as? DecodingError {
            return "a file of an earlier run cannot be understood (\(reason(error))). "
                + "It may be damaged, or of another version: choose another folder."
        }
        let error = error as NSError
        guard [NSCocoaErrorDomain, NSPOSIXErrorDomain].contains(error.domain) else { return nil }
        let file = (error.userInfo[NSFilePathErrorKey] as? String) ?? (error.userInfo[NSURLErrorKey] as? URL)?.path
        let cause = (error.userInfo[NSUnderlyingErrorKey] as? NSError) ?? error
        let isSystem = cause.domain == NSPOSIXErrorDomain
        let code = isSystem ? Int32(truncatingIfNeeded: cause.code) : posixCode(of: error)
        let said = code.map { String(cString: strerror($0)) } ?? "code \(error.code)"
        return (file.map { "\($0): " } ?? "") + "the file or folder could not be used: \(said). "
            + remedy(for: code)
    }

    private static func remedy(for code: Int32?) -> String {
        switch code {
        case ENOSPC, EDQUOT: "Make room on its disk and give the same command again."
        case EACCES, EPERM: "Ask its owner for permission, or choose another folder."
        case EROFS: "Its file system cannot be written to: choose another folder."
        case ENOENT: "Check the path."
        case ENAMETOOLONG: "Choose a shorter name."
        case ENOTDIR, EEXIST: "A file stands where a folder is needed: choose another path."
        default: "Check the path, its disk and its file system."
        }
    }

    /// Of Foundation's errors that carry no system error with them.
    private static func posixCode(of error: NSError) -> Int32? {
        switch CocoaError.Code(rawValue: error.code) {
        case .fileNoSuchFile, .fileReadNoSuchFile: ENOENT
        case .fileReadNoPermission, .fileWriteNoPermission: EACCES
        case .fileWriteOutOfSpace: ENOSPC
        case .fileWriteVolumeReadOnly: EROFS
        case .fileWriteFileExists: EEXIST
        case .fileWriteInvalidFileName, .fileReadInvalidFileName: ENAMETOOLONG
        default: nil
        }
    }

    private static func reason(_ error: DecodingError) -> String {
        switch error {
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .keyNotFound(_, let context),
            .dataCorrupted(let context):
            let path = context.codingPath.map(\.stringValue).joined(separator: ".")
            return path.isEmpty ? "it is no JSON of this program" : "at \(path)"
        @unknown default: return "it is no JSON of this program"
        }
    }
}
