import Foundation
import Testing

@Suite("A coordinator's logs, metrics and addresses")
struct ServiceCommandTests {
    @Test("Logs are told to clients, and metrics are served on loopback")
    func logsAndMetrics() throws {
        let folder = try TemporaryFolder()
        let probe = try ModicumProcess([
            "coordinator", "--store", folder("store"), "--interface", "lo", "--metrics", "0",
            "--port-range", "42000-43999",
        ])
        #expect(probe.waitForError(containing: "/metrics"))
        let worker = try ModicumProcess([
            "worker", "--connection-file", folder("store/connection.json"), "--threads", "1", "--memory", "3G",
            "--lifetime", "1-00:00:00", "--coordinator-timeout", "60",
        ])
        #expect(probe.waitForError(containing: "joined"))

        let port = try #require(probe.metricsPort)
        let page = try get("/metrics", port: port)
        #expect(page.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(page.contains("\nmodicum_workers{phase=\"serving\"} 1\n"), "\(page)")
        #expect(page.contains("\nmodicum_worker_threads 1\n"))
        #expect(page.contains("# TYPE process_cpu_seconds_total counter\n"))
        #expect(try get("/else", port: port).hasPrefix("HTTP/1.1 404 "))
        #expect(try get("/metrics", port: port, method: "POST").hasPrefix("HTTP/1.1 405 "))

        // The first request of the live page; `status` says how it is reached.
        #expect(try get("/", port: port).contains("<!DOCTYPE html>"))
        #expect(try get("/", port: port, host: "elsewhere.example").hasPrefix("HTTP/1.1 421 "))
        #expect(try get("/status.json", port: port).contains("\"threads\":1"))
        let status = try modicum("status", "--connection-file", folder("store/connection.json"))
        #expect(status.output.contains("ssh -N -L \(port):127.0.0.1:\(port) "), "\(status.output)")
        #expect(probe.errorsSoFar.contains("ssh -N -L \(port):127.0.0.1:\(port) "))

        let connection = try String(contentsOfFile: folder("store/connection.json"), encoding: .utf8)
        let endpoint = try #require(connection.firstMatch(of: #/127\.0\.0\.1:(\d+)/#))
        #expect((42_000...43_999).contains(try #require(Int(endpoint.1))))

        let logs = try modicum("logs", "--connection-file", folder("store/connection.json"))
        #expect(logs.status == 0, "\(logs.errors)")
        #expect(logs.output.contains(" joined from "))
        #expect(logs.output.contains("epoch=1"))
        let last = try modicum("logs", "--connection-file", folder("store/connection.json"), "--lines", "1")
        #expect(last.output.split(separator: "\n").count == 1)
        #expect(try modicum("logs", "--connection-file", folder("missing.json")).status != 0)

        for process in [worker, probe] { process.signal(SIGTERM) }
        #expect(worker.finish().status == 0)
        #expect(probe.finish().status == 5)
    }

    @Test("An interface that is not there is named with those that are")
    func unknownInterface() throws {
        let folder = try TemporaryFolder()
        let result = try modicum("coordinator", "--store", folder("store"), "--interface", "nosuch0")
        #expect(result.status == 2)
        #expect(result.errors.contains("nosuch0") && result.errors.contains("lo (127.0.0.1)"), "\(result.errors)")
        #expect(try modicum("coordinator", "--store", folder("s"), "--port-range", "9-5").status == 2)
        #expect(try modicum("worker", "--connection-file", "x", "--lifetime", "soon").status == 2)
        #expect(try modicum("worker", "--connection-file", "x", "--coordinator-timeout", "1").status == 2)
    }

    @Test("The scripts in cluster/slurm are what the command prints", arguments: ["coordinator", "workers"])
    func slurmScripts(name: String) throws {
        let printed = try modicum("cluster", "slurm", "print", name)
        #expect(printed.status == 0)
        #expect(
            printed.output
                == (try String(contentsOfFile: "\(packageRoot)/cluster/slurm/\(name).sbatch", encoding: .utf8)))
    }
}

extension ModicumProcess {
    /// The port of the page of metrics, once the coordinator has said it.
    var metricsPort: Int? {
        errorsSoFar.firstMatch(of: #/127\.0\.0\.1:(\d+)\/metrics/#).flatMap { Int($0.1) }
    }
}

/// The page behind a URL on this machine, by a plain socket: nothing here may reach further.
func get(_ path: String, port: Int, method: String = "GET", host: String = "localhost") throws -> String {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = UInt16(port).bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    #expect(connected == 0)
    let request = Array("\(method) \(path) HTTP/1.1\r\nHost: \(host)\r\n\r\n".utf8)
    #expect(send(descriptor, request, request.count, 0) == request.count)
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while case let count = recv(descriptor, &buffer, buffer.count, 0), count > 0 { answer += buffer[..<count] }
    return String(decoding: answer, as: UTF8.self)
}
