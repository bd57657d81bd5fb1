extension ContentWindow {
    /// Hands over the rest of the content in pieces of whole lines, each where
    /// the one before ended.
    ///
    /// - Parameter body: Gets the text, which ends with a line feed unless the content does not.
    mutating func forEachPieceOfLines(_ body: (UnsafeBufferPointer<UInt8>) throws -> Void) throws {
        while true {
            let text = text
            let length = isAtEnd ? text.count : text.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
            if length > 0 { try body(UnsafeBufferPointer(rebasing: text[..<length])) }
            drop(length)
            if isAtEnd { return }
            try extend()
        }
    }
}
