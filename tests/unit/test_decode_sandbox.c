/* SPDX-License-Identifier: Apache-2.0 */
/* Tests of the helper's sandbox: a program enters it, tries one thing, and is killed for it. */
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "config.h"
#include "src/decode/protocol.h"

enum { REFUSED = 91, ASIDE = 50 };

static char probe[4096];

/* The parent's ends of the descriptors that the helper gets. */
typedef struct ends {
    int control, lifeline;
} ends;

static pid_t start(const char *what, ends *e)
{
    posix_spawn_file_actions_t actions;
    char                       name[] = "probe";
    char                      *argv[] = { name, (char *)(uintptr_t)what, NULL };
    int                        control[2], lifeline[2], from[4];
    pid_t                      pid;

    assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, control), 0);
    assert_int_equal(pipe2(lifeline, O_CLOEXEC), 0);
    from[0] = control[1];
    from[1] = memfd_create("input", MFD_CLOEXEC);
    from[2] = memfd_create("output", MFD_CLOEXEC);
    from[3] = lifeline[0];
    assert_int_equal(posix_spawn_file_actions_init(&actions), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(posix_spawn_file_actions_adddup2(&actions, from[i], ASIDE + i), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(posix_spawn_file_actions_adddup2(&actions, ASIDE + i, WN_WIRE_CONTROL + i),
                         0);
    assert_int_equal(posix_spawn(&pid, probe, &actions, NULL, argv, environ), 0);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(control[1]);
    (void)close(lifeline[0]);
    (void)close(from[1]);
    (void)close(from[2]);
    *e = (ends){ control[0], lifeline[1] };
    return pid;
}

static int finish(pid_t pid, const ends *e)
{
    int status = 0;

    assert_int_equal(waitpid(pid, &status, 0), pid);
    (void)close(e->control);
    (void)close(e->lifeline);
    return status;
}

static int try(const char *what)
{
    ends  e;
    pid_t pid = start(what, &e);

    return finish(pid, &e);
}

static void decoding_is_possible(void **state)
{
    ends  e;
    char  c = 'x';
    pid_t pid = start("work", &e);

    (void)state;
    assert_int_equal(send(e.control, &c, 1, MSG_NOSIGNAL), 1);
    assert_int_equal(recv(e.control, &c, 1, 0), 1);
    assert_int_equal(finish(pid, &e), 0);
}

static void forbidden_calls_kill(void **state)
{
    static const char *const calls[] = {
        "open",
        "socket",
        "fork",
        "exec",
        "kill",
        "ptrace",
        "prctl",
        "ftruncate",
        "write-elsewhere",
        "read-elsewhere",
        "executable-mmap",
        "executable-mprotect",
    };

    (void)state;
    for (size_t i = 0; i < sizeof calls / sizeof calls[0]; i++) {
        int status = try(calls[i]);

        if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGSYS)
            fail_msg("%s: wait status %#x instead of SIGSYS", calls[i], (unsigned)status);
    }
}

static void memory_is_bounded(void **state)
{
    int status = try("large-mmap");

    (void)state;
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), REFUSED);
}

static void processor_time_is_bounded(void **state)
{
    int status = try("spin");

    (void)state;
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGXCPU);
}

/* A busy helper does not read its socket: the lifeline must end it, and long before its CPU limit.
 */
static void a_busy_helper_dies_with_its_parent(void **state)
{
    struct timespec while_it_enters = { 0, 200 * 1000 * 1000 };
    ends            e;
    pid_t           pid = start("spin", &e);
    int             status = 0;

    (void)state;
    (void)nanosleep(&while_it_enters, NULL);
    (void)close(e.lifeline);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    (void)close(e.control);
    assert_true(WIFSIGNALED(status));
    assert_int_equal(WTERMSIG(status), SIGIO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(decoding_is_possible),
        cmocka_unit_test(forbidden_calls_kill),
        cmocka_unit_test(memory_is_bounded),
        cmocka_unit_test(processor_time_is_bounded),
        cmocka_unit_test(a_busy_helper_dies_with_its_parent),
    };
    const char *root = getenv("WINNOW_BUILD_ROOT");

    if (WN_SANITIZED) {
        (void)puts("skipped: a build with sanitizers has no system-call filter");
        return 77;
    }
    (void)snprintf(probe, sizeof probe, "%s/tests/helpers/winnow-sandbox-probe", root ? root : ".");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
