import CHDF5

/// An HDF5 datatype with a single owner.
///
/// Like every owner of this module it is neither copyable nor `Sendable`: an
/// object belongs to the thread that made it.
struct Datatype: ~Copyable {
    let id: hid_t

    deinit {
        let id = id
        release { H5Tclose(id) }
    }

    /// Takes over a datatype that HDF5 has just opened.
    init(owning id: hid_t) {
        self.id = id
    }

    /// The type of `element` as this machine holds it in memory.
    static func inMemory(_ element: ElementType) throws(HDF5Error) -> Datatype {
        switch element {
        case .float64: try copy(modicum_h5t_native_double)
        case .float32: try copy(modicum_h5t_native_float)
        case .int8: try copy(modicum_h5t_native_int8)
        case .int16: try copy(modicum_h5t_native_int16)
        case .int32: try copy(modicum_h5t_native_int32)
        case .int64: try copy(modicum_h5t_native_int64)
        case .uint64: try copy(modicum_h5t_native_uint64)
        case .bool: try bool()
        case .string: try variableLengthString()
        }
    }

    /// The type of `element` in a file: little-endian. Strings are of variable length.
    static func inFile(_ element: ElementType) throws(HDF5Error) -> Datatype {
        switch element {
        case .float64: try copy(modicum_h5t_ieee_f64le)
        case .float32: try copy(modicum_h5t_ieee_f32le)
        case .int8: try copy(modicum_h5t_std_i8le)
        case .int16: try copy(modicum_h5t_std_i16le)
        case .int32: try copy(modicum_h5t_std_i32le)
        case .int64: try copy(modicum_h5t_std_i64le)
        case .uint64: try copy(modicum_h5t_std_u64le)
        case .bool: try bool()
        case .string: try variableLengthString()
        }
    }

    /// The UTF-8 string of any length, which HDF5 holds as a pointer.
    static func variableLengthString() throws(HDF5Error) -> Datatype {
        try string(size: modicum_h5t_variable())
    }

    /// The UTF-8 string of up to `length` bytes, shorter ones filled up with NULs.
    static func fixedLengthString(_ length: Int) throws(HDF5Error) -> Datatype {
        precondition(length > 0, "HDF5 has no string type of no bytes")
        let type = try string(size: length)
        let id = type.id
        try perform("pad a string type") { H5Tset_strpad(id, H5T_STR_NULLPAD) }
        return type
    }

    /// What the elements are, or nil for a type this module does not name.
    ///
    /// Big-endian and unsigned types of other widths have no name here; HDF5
    /// converts them when they are read as one that has.
    func elementType() throws(HDF5Error) -> ElementType? {
        let id = id
        switch try typeClass() {
        case H5T_FLOAT:
            switch try size() {
            case 8: return .float64
            case 4: return .float32
            default: return nil
            }
        case H5T_INTEGER:
            let isSigned = try perform("read the sign of a type") { H5Tget_sign(id).rawValue } == H5T_SGN_2.rawValue
            switch (isSigned, try size()) {
            case (true, 1): return .int8
            case (true, 2): return .int16
            case (true, 4): return .int32
            case (true, 8): return .int64
            case (false, 8): return .uint64
            default: return nil
            }
        case H5T_ENUM:
            let bool = try Datatype.bool()
            let boolID = bool.id
            return try perform("compare two types") { H5Tequal(id, boolID) } > 0 ? .bool : nil
        case H5T_STRING:
            return .string
        default:
            return nil
        }
    }

    /// The bytes of one element.
    func size() throws(HDF5Error) -> Int {
        let id = id
        let size = try perform("read the size of a type") { Int(H5Tget_size(id)) }
        guard size > 0 else { throw HDF5Error(action: "read the size of a type", stack: []) }
        return size
    }

    /// Whether the elements are strings of variable length.
    func isVariableLengthString() throws(HDF5Error) -> Bool {
        let id = id
        return try perform("inspect a string type") { H5Tis_variable_str(id) } > 0
    }

    /// Whether the elements are numbers, which HDF5 converts from one type to another.
    func isNumeric() throws(HDF5Error) -> Bool {
        let typeClass = try typeClass()
        return typeClass == H5T_FLOAT || typeClass == H5T_INTEGER
    }

    private func typeClass() throws(HDF5Error) -> H5T_class_t {
        let id = id
        return H5T_class_t(try perform("read the class of a type") { H5Tget_class(id).rawValue })
    }

    private static func copy(_ type: () -> hid_t) throws(HDF5Error) -> Datatype {
        Datatype(owning: try perform("make a type") { H5Tcopy(type()) })
    }

    private static func string(size: Int) throws(HDF5Error) -> Datatype {
        let type = try copy(modicum_h5t_c_s1)
        let id = type.id
        try perform("set the length of a string type") { H5Tset_size(id, size) }
        try perform("make a string type UTF-8") { H5Tset_cset(id, H5T_CSET_UTF8) }
        return type
    }

    private static func bool() throws(HDF5Error) -> Datatype {
        let type = Datatype(owning: try perform("make a type") { H5Tenum_create(modicum_h5t_std_i8le()) })
        let id = type.id
        for (name, value) in [("FALSE", Int8(0)), ("TRUE", Int8(1))] {
            try perform("name a value of a type") {
                withUnsafePointer(to: value) { H5Tenum_insert(id, name, $0) }
            }
        }
        return type
    }
}

@available(*, unavailable)
extension Datatype: Sendable {}
