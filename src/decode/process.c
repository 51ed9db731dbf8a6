/* SPDX-License-Identifier: Apache-2.0 */
/* Starting and stopping a helper executable with its four descriptors. */
#include "src/decode/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "config.h"
#include "src/base/err.h"
#include "src/decode/protocol.h"

static void close_fd(int *fd)
{
    if (*fd >= 0)
        (void)close(*fd);
    *fd = -1;
}

/* Move a descriptor out of the range that the helper's four are put in; -1 and closed on failure.
 */
static int above_wire(int fd)
{
    int high;

    if (fd < 0 || fd >= WN_WIRE_FIRST_FREE)
        return fd;
    high = fcntl(fd, F_DUPFD_CLOEXEC, WN_WIRE_FIRST_FREE);
    (void)close(fd);
    return high;
}

/* The parent's ends go to `p`, the helper's to `control` and `lifeline`. */
static bool open_descriptors(wn_process *p, int *control, int *lifeline)
{
    int pair[2];

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    p->control = pair[0];
    *control = above_wire(pair[1]);
    if (pipe2(pair, O_CLOEXEC) != 0)
        return false;
    p->lifeline = pair[1];
    *lifeline = above_wire(pair[0]);
    p->input = above_wire(memfd_create("winnow-input", MFD_CLOEXEC));
    p->output = above_wire(memfd_create("winnow-output", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    if (*control < 0 || *lifeline < 0 || p->input < 0 || p->output < 0)
        return false;
    /* A helper that shrank the output would turn the parent's reads into SIGBUS. */
    return fcntl(p->output, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_SEAL) == 0;
}

static int spawn_actions(posix_spawn_file_actions_t *actions, const wn_process *p, int control,
                         int lifeline)
{
    int rc = posix_spawn_file_actions_adddup2(actions, control, WN_WIRE_CONTROL);

    if (rc == 0)
        rc = posix_spawn_file_actions_adddup2(actions, p->input, WN_WIRE_INPUT);
    if (rc == 0)
        rc = posix_spawn_file_actions_adddup2(actions, p->output, WN_WIRE_OUTPUT);
    if (rc == 0)
        rc = posix_spawn_file_actions_adddup2(actions, lifeline, WN_WIRE_LIFELINE);
    return rc;
}

/* A helper must not inherit blocked or ignored signals, nor the terminal's Ctrl-C. */
static int spawn_attributes(posix_spawnattr_t *attr)
{
    sigset_t none, all;
    int      rc;

    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    rc = posix_spawnattr_setsigmask(attr, &none);
    if (rc == 0)
        rc = posix_spawnattr_setsigdefault(attr, &all);
    if (rc == 0)
        rc = posix_spawnattr_setpgroup(attr, 0);
    if (rc == 0)
        rc = posix_spawnattr_setflags(attr, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                                POSIX_SPAWN_SETPGROUP);
    return rc;
}

static int spawn(wn_process *p, const char *helper, char *const argv[], int control, int lifeline)
{
    static char *const         nothing[] = { NULL };
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t          attr;
    pid_t                      pid;
    int                        rc;

    rc = posix_spawn_file_actions_init(&actions);
    if (rc != 0)
        return rc;
    rc = posix_spawnattr_init(&attr);
    if (rc == 0) {
        rc = spawn_actions(&actions, p, control, lifeline);
        if (rc == 0)
            rc = spawn_attributes(&attr);
        if (rc == 0) /* the sanitizers read their options from the environment */
            rc = posix_spawn(&pid, helper, &actions, &attr, argv, WN_SANITIZED ? environ : nothing);
        (void)posix_spawnattr_destroy(&attr);
    }
    (void)posix_spawn_file_actions_destroy(&actions);
    if (rc == 0)
        p->pid = pid;
    return rc;
}

wn_code wn_process_start(wn_process *p, const char *helper, uint32_t cpu_seconds,
                         uint32_t memory_mib, wn_err *err)
{
    char  name[] = "winnow-decode", cpu[16], memory[16];
    char *argv[] = { name, cpu, memory, NULL };
    int   control = -1, lifeline = -1, rc;

    *p = (wn_process){ 0, -1, -1, -1, -1 };
    (void)snprintf(cpu, sizeof cpu, "%u", (unsigned)cpu_seconds);
    (void)snprintf(memory, sizeof memory, "%u", (unsigned)memory_mib);
    if (open_descriptors(p, &control, &lifeline))
        rc = spawn(p, helper, argv, control, lifeline);
    else
        rc = errno ? errno : EIO;
    close_fd(&control);
    close_fd(&lifeline);
    if (rc != 0)
        return wn_fail(err, WN_E_IO, "the picture helper %s could not be started: %s", helper,
                       strerrordesc_np(rc) ? strerrordesc_np(rc) : "unknown error");
    return WN_OK;
}

int wn_process_stop(wn_process *p)
{
    int status = -1;

    if (p->pid > 0) {
        pid_t got;

        /* A helper that is ending already keeps the status that it ends with. */
        (void)kill(p->pid, SIGKILL);
        do
            got = waitpid(p->pid, &status, 0);
        while (got < 0 && errno == EINTR);
        if (got != p->pid)
            status = -1; /* the host collects all of its children itself */
        p->pid = 0;
    }
    close_fd(&p->control);
    close_fd(&p->input);
    close_fd(&p->output);
    close_fd(&p->lifeline);
    return status;
}
