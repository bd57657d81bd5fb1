#include "process_start.h"

#include <stdlib.h>
#include <unistd.h>

static int argument_count;
static char **arguments;

// Runs before the runtime's own initialisers, which come without a priority. One of them looks for the runtime's folder by
// the link to the executable, to find the program that describes crashes, and ends the process where there is no link; it
// looks nowhere where it is told of a folder. The C library hands the command line to initialisers.
__attribute__((constructor(101))) static void prepare_start(int count, char **words) {
    argument_count = count;
    arguments = words;
    if (access("/proc/self/exe", R_OK) != 0) setenv("SWIFT_ROOT", "/", 0);
}

int modicum_argument_count(void) { return argument_count; }

const char *modicum_argument(int index) { return arguments[index]; }
