/* SPDX-License-Identifier: Apache-2.0 */
/* Enters the sandbox of the decoding helper and then tries one thing: for tests of the sandbox. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "src/decode/helper/sandbox.h"

enum { CPU_SECONDS = 1, MEMORY_MIB = 256, ENTERED_NOT = 90, REFUSED = 91, ALLOWED = 92 };

static int judge(long rc)
{
    return rc < 0 ? REFUSED : ALLOWED;
}

static int try_memory(const char *what)
{
    void *p;

    if (strcmp(what, "large-mmap") == 0)
        return mmap(NULL, (size_t)1 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                    0) == MAP_FAILED
                   ? REFUSED
                   : ALLOWED;
    if (strcmp(what, "executable-mmap") == 0)
        return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) ==
                       MAP_FAILED
                   ? REFUSED
                   : ALLOWED;
    p = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return judge(mprotect(p, 4096, PROT_READ | PROT_EXEC)); /* "executable-mprotect" */
}

static int try_call(const char *what)
{
    char *const nothing[] = { NULL };

    if (strcmp(what, "open") == 0)
        return judge(open("/etc/passwd", O_RDONLY));
    if (strcmp(what, "socket") == 0)
        return judge(socket(AF_INET, SOCK_STREAM, 0));
    if (strcmp(what, "fork") == 0)
        return judge(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0));
    if (strcmp(what, "exec") == 0)
        return judge(execve("/bin/true", nothing, nothing));
    if (strcmp(what, "kill") == 0)
        return judge(kill(getppid(), 0));
    if (strcmp(what, "ptrace") == 0)
        return judge(ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    if (strcmp(what, "ftruncate") == 0)
        return judge(ftruncate(WN_WIRE_OUTPUT, 0));
    if (strcmp(what, "write-elsewhere") == 0)
        return judge(write(WN_WIRE_OUTPUT, "x", 1));
    if (strcmp(what, "read-elsewhere") == 0)
        return judge(read(WN_WIRE_INPUT, (char[1]){ 0 }, 1));
    if (strcmp(what, "prctl") == 0)
        return judge(syscall(SYS_prctl, 4, 1, 0, 0, 0));
    if (strcmp(what, "spin") == 0) {
        for (volatile unsigned i = 0;; i++)
            ;
    }
    return try_memory(what);
}

int main(int argc, char **argv)
{
    char  c;
    void *p;

    if (argc != 2 || wn_sandbox_enter(CPU_SECONDS, MEMORY_MIB) != WN_LOCK_DONE)
        return ENTERED_NOT;
    if (strcmp(argv[1], "work") != 0)
        return try_call(argv[1]);
    /* What a decoder does: read, allocate, answer. */
    p = malloc(32 << 20);
    if (p == NULL || read(WN_WIRE_CONTROL, &c, 1) != 1 || write(WN_WIRE_CONTROL, &c, 1) != 1)
        return REFUSED;
    free(p);
    return 0;
}
