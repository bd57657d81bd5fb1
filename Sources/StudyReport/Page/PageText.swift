/// Bytes as text of a page: five characters for four bytes, where base64 takes five and a third.
package enum PageText {
    /// 85 characters that a script element holds as they are: no `<`, `&`, quotation marks or backslash, and nothing that
    /// looks like an attribute or an address (`=`, `:`).
    package static let alphabet = Array(
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()*+,-./;?[]^_{|}~@".utf8)

    /// The number of bytes and a blank; then each four bytes, the last with zeros behind it, as a number of five digits to
    /// the base 85, the highest first.
    package static func encoded(_ bytes: [UInt8]) -> [UInt8] {
        var text = Array("\(bytes.count) ".utf8)
        text.reserveCapacity(text.count + (bytes.count + 3) / 4 * 5)
        for start in stride(from: 0, to: bytes.count, by: 4) {
            var number: UInt32 = 0
            for place in start..<start + 4 { number = number << 8 | (place < bytes.count ? UInt32(bytes[place]) : 0) }
            for power: UInt32 in [52_200_625, 614_125, 7_225, 85, 1] { text.append(alphabet[Int(number / power % 85)]) }
        }
        return text
    }
}
