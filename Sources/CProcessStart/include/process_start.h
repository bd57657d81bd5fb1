// What this process was started with. Swift's runtime reads it from /proc, which an empty root folder does not have.
#ifndef MODICUM_PROCESS_START_H
#define MODICUM_PROCESS_START_H

/// How many words the command line has, the program's name among them.
int modicum_argument_count(void);

/// One of its words.
const char *_Nonnull modicum_argument(int index);

#endif
