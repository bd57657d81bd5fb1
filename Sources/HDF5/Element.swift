import CHDF5

/// What the elements of a dataset or an attribute are.
package enum ElementType: String, Equatable, Sendable {
    case float64, float32, int8, int16, int32, int64, uint64
    /// An enumeration over int8 with `FALSE` = 0 and `TRUE` = 1, as h5py and AnnData write it.
    case bool
    /// UTF-8 text, of fixed or variable length.
    case string
}

/// A type whose arrays HDF5 reads and writes in place.
package protocol Element: BitwiseCopyable, Sendable {
    static var elementType: ElementType { get }

    /// An element to fill an array with before it is read.
    static var zero: Self { get }
}

extension Double: Element { package static var elementType: ElementType { .float64 } }
extension Float: Element { package static var elementType: ElementType { .float32 } }
extension Int8: Element { package static var elementType: ElementType { .int8 } }
extension Int16: Element { package static var elementType: ElementType { .int16 } }
extension Int32: Element { package static var elementType: ElementType { .int32 } }
extension Int64: Element { package static var elementType: ElementType { .int64 } }
extension UInt64: Element { package static var elementType: ElementType { .uint64 } }
