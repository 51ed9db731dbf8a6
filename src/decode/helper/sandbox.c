/* SPDX-License-Identifier: Apache-2.0 */
/* Locking a helper in: descriptors, limits, privileges, system calls. */
#include "src/decode/helper/sandbox.h"

#include <fcntl.h>
#include <seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "config.h"

static bool close_others(void)
{
    long limit;

    (void)close(0);
    (void)close(1);
    if (!WN_SANITIZED)
        (void)close(2);
    if (close_range(WN_WIRE_FIRST_FREE, ~0u, 0) == 0)
        return true;
    limit = sysconf(_SC_OPEN_MAX); /* a kernel older than 5.9 */
    if (limit < 0)
        return false;
    for (int fd = WN_WIRE_FIRST_FREE; fd < limit; fd++)
        (void)close(fd);
    return true;
}

/*
 * Die with the parent. PR_SET_PDEATHSIG would also strike when only the thread
 * that started the helper ends; the hang-up of a pipe comes with the process.
 */
static bool tie_to_parent(void)
{
    return signal(SIGIO, SIG_DFL) != SIG_ERR && fcntl(WN_WIRE_LIFELINE, F_SETOWN, getpid()) == 0 &&
           fcntl(WN_WIRE_LIFELINE, F_SETFL, O_ASYNC | O_NONBLOCK) == 0;
}

static bool limit_to(__rlimit_resource_t what, rlim_t value)
{
    struct rlimit l = { value, value };

    return setrlimit(what, &l) == 0;
}

static bool set_limits(uint32_t cpu_seconds, uint32_t memory_mib)
{
    /* SIGXCPU comes at the soft limit and tells the parent why; SIGKILL at the hard one. */
    struct rlimit cpu = { cpu_seconds, (rlim_t)cpu_seconds + 1 };

    if (!WN_SANITIZED && !limit_to(RLIMIT_AS, (rlim_t)memory_mib << 20))
        return false;
    return setrlimit(RLIMIT_CPU, &cpu) == 0 && limit_to(RLIMIT_CORE, 0) &&
           limit_to(RLIMIT_FSIZE, 0) && limit_to(RLIMIT_NOFILE, 0);
}

/* Allow a call when an argument of it, masked, has a value. */
static bool allow_when(scmp_filter_ctx filter, int call, unsigned arg, uint64_t mask,
                       uint64_t value)
{
    struct scmp_arg_cmp c = {
        .arg = arg, .op = SCMP_CMP_MASKED_EQ, .datum_a = mask, .datum_b = value
    };

    return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &c) == 0;
}

/* Mappings may be read and written, never executed. */
static bool allow_unexecutable(scmp_filter_ctx filter, int call)
{
    return allow_when(filter, call, 2, PROT_EXEC, 0);
}

static bool allow_on_control(scmp_filter_ctx filter, int call)
{
    return allow_when(filter, call, 0, UINT64_MAX, WN_WIRE_CONTROL);
}

static bool load_filter(void)
{
    static const int calls[] = {
        SCMP_SYS(munmap),     SCMP_SYS(mremap),       SCMP_SYS(brk),
        SCMP_SYS(madvise),    SCMP_SYS(futex),        SCMP_SYS(exit),
        SCMP_SYS(exit_group), SCMP_SYS(rt_sigreturn), SCMP_SYS(clock_gettime),
    };
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    bool            ok = filter != NULL &&
              seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS) == 0 &&
              allow_on_control(filter, SCMP_SYS(read)) &&
              allow_on_control(filter, SCMP_SYS(write)) &&
              allow_unexecutable(filter, SCMP_SYS(mmap)) &&
              allow_unexecutable(filter, SCMP_SYS(mprotect));

    for (size_t i = 0; ok && i < sizeof calls / sizeof calls[0]; i++)
        ok = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0) == 0;
    ok = ok && seccomp_load(filter) == 0;
    if (filter != NULL)
        seccomp_release(filter);
    return ok;
}

wn_lock_step wn_sandbox_enter(uint32_t cpu_seconds, uint32_t memory_mib)
{
    if (!close_others() || !tie_to_parent())
        return WN_LOCK_DESCRIPTORS;
    if (!set_limits(cpu_seconds, memory_mib))
        return WN_LOCK_LIMITS;
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
        return WN_LOCK_PRIVILEGES;
    if (!WN_SANITIZED && !load_filter())
        return WN_LOCK_FILTER;
    return WN_LOCK_DONE;
}
