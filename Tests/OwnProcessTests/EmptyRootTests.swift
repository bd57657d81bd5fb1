import Glibc
import OwnProcess
import Testing

@Suite("A process in an empty root folder")
struct EmptyRootTests {
    @Test("Without /dev/null nothing comes from nowhere, and what is written there is refused")
    func nowhereWithoutDevice() {
        let descriptor = Nowhere.open(device: "/no/such/device")
        defer { close(descriptor) }
        var byte: UInt8 = 7
        #expect(descriptor >= 0)
        #expect(read(descriptor, &byte, 1) == 0)
        #expect(write(descriptor, &byte, 1) == -1)
        #expect(errno == EBADF)
        #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test("With /dev/null what is written vanishes")
    func nowhereWithDevice() {
        let descriptor = Nowhere.open()
        defer { close(descriptor) }
        var byte: UInt8 = 7
        #expect(read(descriptor, &byte, 1) == 0)
        #expect(write(descriptor, &byte, 1) == 1)
        #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    }

    @Test("The command line that the C library hands over is the one that Swift reads")
    func ownArguments() {
        #expect(OwnArguments.all == CommandLine.arguments)
    }

    @Test("The path that the kernel was given leads to the same file as its link")
    func ownExecutable() throws {
        let linked = try #require(realpath("/proc/self/exe", nil))
        defer { free(linked) }
        #expect(OwnExecutable.startedPath == String(cString: linked))
        #expect(OwnExecutable.place == String(cString: linked))
        #expect(access(OwnExecutable.path, X_OK) == 0)
    }
}
