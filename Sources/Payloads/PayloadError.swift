/// A payload or blob could not be decoded.
///
/// Payloads come from other processes, so decoding never traps.
package struct PayloadError: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(description: String) { self.description = description }
}
