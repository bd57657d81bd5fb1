/// One line of a coordinator's log.
package struct LogLine: Equatable, Sendable {
    /// Counts the lines since the coordinator's start, from 1.
    package var number: UInt64

    /// With time, host, epoch and level, as it stands in the log.
    package var text: String

    package init(number: UInt64, text: String) {
        self.number = number
        self.text = text
    }
}

extension LogLine: FieldCodable {
    func write(to writer: inout FieldWriter) {
        writer.write(1, number)
        writer.write(2, text)
    }

    init(from reader: inout FieldReader) throws(FrameError) {
        self.init(number: 0, text: "")
        while let field = try reader.next() {
            switch field.tag {
            case 1: number = try field.number()
            case 2: text = try field.text()
            default: break
            }
        }
    }
}
