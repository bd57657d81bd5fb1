/* Makes calls to the disk fail on demand: a library for LD_PRELOAD.
 *
 * FAILING_DISK names a control file. While it holds `CALL ERRNO WORD`, such as
 * `fsync 5 /journal`, every such call on a file whose path contains WORD fails
 * with that number. CALL is `fsync` (and fdatasync) or `write` (and pwrite).
 * What failed is counted by the bytes of FAILING_DISK.count.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

/* The number that a call has to fail with; 0 where it may go on. */
static int fault(const char *call, int descriptor) {
    const char *control = getenv("FAILING_DISK");
    if (!control) return 0;
    int file = syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC, 0);
    if (file < 0) return 0;
    char text[256] = {0}, asked[32], word[200], link[64], path[4096] = {0};
    int number = 0;
    ssize_t count = syscall(SYS_read, file, text, sizeof text - 1);
    syscall(SYS_close, file);
    if (count <= 0 || sscanf(text, "%31s %d %199s", asked, &number, word) != 3 || strcmp(asked, call)) return 0;
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    if (readlink(link, path, sizeof path - 1) < 0 || !strstr(path, word)) return 0;
    snprintf(path, sizeof path, "%s.count", control);
    file = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file >= 0) {
        syscall(SYS_write, file, "x", 1);
        syscall(SYS_close, file);
    }
    return number;
}


int fsync(int descriptor) {
    int number = fault("fsync", descriptor);
    if (number) return errno = number, -1;
    return (int)syscall(SYS_fsync, descriptor);
}

int fdatasync(int descriptor) {
    int number = fault("fsync", descriptor);
    if (number) return errno = number, -1;
    return (int)syscall(SYS_fdatasync, descriptor);
}

ssize_t write(int descriptor, const void *bytes, size_t count) {
    int number = fault("write", descriptor);
    if (number) return errno = number, -1;
    return syscall(SYS_write, descriptor, bytes, count);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t position) {
    int number = fault("write", descriptor);
    if (number) return errno = number, -1;
    return syscall(SYS_pwrite64, descriptor, bytes, count, position);
}
