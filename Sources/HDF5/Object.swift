import CHDF5

/// A group or a dataset: whatever carries attributes.
package protocol Object: ~Copyable {
    /// HDF5's number for the open object.
    var id: Int64 { get }

    /// Where the object stands in its file, for errors; `/` for the root.
    var path: String { get }
}

/// Returns the path of `name` in the group at `path`.
func join(_ path: String, _ name: String) -> String {
    path == "/" ? name : "\(path)/\(name)"
}
