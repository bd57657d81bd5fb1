import ClusterRuntime
import Glibc
import Testing

@Suite("A log whose reader stalls or goes away")
struct LogOutputTests {
    /// Two ends of a pipe, the writing one filled until nothing more fits.
    private func fullPipe() -> (reader: Int32, writer: Int32, bytes: Int) {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        _ = fcntl(ends[1], F_SETFL, O_NONBLOCK)
        let piece = [UInt8](repeating: 46, count: 4_096)
        var bytes = 0
        while case let count = write(ends[1], piece, piece.count), count > 0 { bytes += count }
        _ = fcntl(ends[1], F_SETFL, 0)
        return (ends[0], ends[1], bytes)
    }

    private func readAll(_ reader: Int32) -> [UInt8] {
        var content: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while case let count = read(reader, &buffer, buffer.count), count > 0 { content += buffer[..<count] }
        return content
    }

    @Test("Lines beyond what a stalled reader may leave waiting are dropped, and their number is written")
    func stalled() {
        let (reader, writer, filled) = fullPipe()
        let output = LogOutput(descriptor: writer, capacity: 100)
        for number in 0..<30 { output.post("line \(number) has 20 b\n") }
        #expect(!output.flush(within: .milliseconds(10)))
        var rest = filled
        var buffer = [UInt8](repeating: 0, count: 4_096)
        while rest > 0 { rest -= read(reader, &buffer, min(rest, buffer.count)) }
        #expect(output.flush(within: .seconds(60)))
        output.post("after\n")
        #expect(output.flush(within: .seconds(60)))
        close(writer)
        let lines = String(decoding: readAll(reader), as: UTF8.self).split(separator: "\n")
        #expect(lines.first == "line 0 has 20 b")
        #expect(lines.last == "after")
        let kept = lines.filter { $0.hasPrefix("line") }.count
        #expect(kept < 10)
        #expect(lines.contains { $0.contains("\(30 - kept) lines were dropped") }, "\(lines)")
        close(reader)
    }

    @Test("Nobody waits twice for a reader that stalls, and everybody for one that reads")
    func waiting() {
        let (reader, writer, filled) = fullPipe()
        let output = LogOutput(descriptor: writer)
        output.write("first\n")
        // The second would otherwise take another second, and a thousand of them a quarter of an hour.
        for _ in 0..<1_000 { output.write("more\n") }
        close(reader)
        #expect(filled > 0)
        #expect(output.flush(within: .seconds(60)))
        close(writer)
    }

    @Test("A reader that has gone ends nothing")
    func gone() {
        var ends: [Int32] = [0, 0]
        precondition(pipe(&ends) == 0)
        close(ends[0])
        let output = LogOutput(descriptor: ends[1])
        output.post("to nobody\n")
        #expect(output.flush(within: .seconds(60)))
        output.post("to nobody\n")
        #expect(output.flush(within: .seconds(60)))
        close(ends[1])
    }
}
