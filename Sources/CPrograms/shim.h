// Starting programs that end with whoever started them, which neither Swift nor posix_spawn can, and what the kernel told
// this one at its start.
#ifndef MODICUM_CPROGRAMS_SHIM_H
#define MODICUM_CPROGRAMS_SHIM_H

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

extern long syscall(long number, ...) __attribute__((nothrow));
extern int pipe2(int ends[2], int flags) __attribute__((nothrow));

/// The path that this process was started by; NULL where the kernel does not tell.
static inline const char *modicum_started_path(void) {
    return (const char *)getauxval(AT_EXECFN);
}

/// Closes every descriptor from `first` on.
static inline void modicum_close_from(int first) {
#ifdef SYS_close_range
    if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0) return;
#endif
    long limit = sysconf(_SC_OPEN_MAX);
    if (limit < 0 || limit > 65536) limit = 65536;
    for (int descriptor = first; descriptor < limit; descriptor++) close(descriptor);
}

/// Makes a pipe whose ends no program inherits; returns 0, or an error number.
static inline int modicum_make_pipe(int *reading, int *writing) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) return errno;
    *reading = ends[0];
    *writing = ends[1];
    return 0;
}

/// Starts a process that leads a new process group and ends it all as soon as nobody holds the other end of `lifeline`.
///
/// The system tells only direct children of their parent's death; wrappers in Perl and Python start programs of their own.
/// Returns its number, or the negated error number.
static inline pid_t modicum_start_guard(int lifeline) {
    const pid_t pid = fork();
    if (pid < 0) return -errno;
    if (pid > 0) {
        setpgid(pid, pid);
        return pid;
    }
    setpgid(0, 0);
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, 0);
    if (dup2(lifeline, 0) < 0) _exit(1);
    modicum_close_from(1);
    char byte;
    while (read(0, &byte, 1) < 0 && errno == EINTR) {}
    kill(0, SIGKILL);
    _exit(0);
}

/// Starts a program in a process group; it dies with the thread that started it.
///
/// Between fork and exec stand only calls that are allowed there. The three descriptors are above 2.
/// Returns its number, or the negated error number of what failed, in the child too.
static inline pid_t modicum_start_program(
    const char *path, char *const arguments[], char *const environment[], const char *folder, int input, int output,
    int errors, pid_t group) {
    int reading, writing;
    const int problem = modicum_make_pipe(&reading, &writing);
    if (problem) return -problem;
    const pid_t parent = getpid();
    const pid_t pid = fork();
    if (pid < 0) {
        const int code = errno;
        close(reading);
        close(writing);
        return -code;
    }
    if (pid == 0) {
        sigset_t none;
        sigemptyset(&none);
        for (int number = 1; number < 32; number++) signal(number, SIG_DFL);
        sigprocmask(SIG_SETMASK, &none, 0);
        int code = 0;
        if (setpgid(0, group) != 0 || prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || dup2(input, 0) < 0
            || dup2(output, 1) < 0 || dup2(errors, 2) < 0 || dup2(writing, 3) < 0
            || fcntl(3, F_SETFD, FD_CLOEXEC) != 0 || chdir(folder) != 0)
            code = errno;
        // The parent may have died before it could be told of.
        if (!code && getppid() != parent) _exit(127);
        modicum_close_from(4);
        if (!code) {
            execve(path, arguments, environment);
            code = errno;
        }
        const ssize_t written = write(3, &code, sizeof code);
        (void)written;
        _exit(127);
    }
    close(writing);
    int code = 0;
    ssize_t count;
    while ((count = read(reading, &code, sizeof code)) < 0 && errno == EINTR) {}
    close(reading);
    if (count == (ssize_t)sizeof code) return -code;
    return pid;
}

#endif
