/* SPDX-License-Identifier: Apache-2.0 */
/* What lawful needs of Linux's interface on riscv64: system calls by number, signals, processes. */
#ifndef LAWFUL_LINUX_H
#define LAWFUL_LINUX_H

#include <stdbool.h>
#include <stdint.h>

typedef uint64_t u64;
typedef int64_t s64;
typedef uint32_t u32;
typedef uint8_t u8;

#define NR_IOCTL 29
#define NR_OPENAT 56
#define NR_CLOSE 57
#define NR_READ 63
#define NR_WRITE 64
#define NR_EXIT_GROUP 94
#define NR_CLOCK_GETTIME 113
#define NR_SCHED_SETAFFINITY 122
#define NR_SCHED_GETAFFINITY 123
#define NR_SCHED_YIELD 124
#define NR_KILL 129
#define NR_RT_SIGACTION 134
#define NR_GETCPU 168
#define NR_GETPID 172
#define NR_MUNMAP 215
#define NR_MREMAP 216
#define NR_CLONE 220
#define NR_MMAP 222
#define NR_MPROTECT 226
#define NR_PERF_EVENT_OPEN 241
#define NR_FLUSH_ICACHE 259
#define NR_WAIT4 260

#define SIGILL 4
#define SIGTRAP 5
#define SIGBUS 7
#define SIGUSR1 10
#define SIGSEGV 11
#define SIGCHLD 17
#define SA_SIGINFO 4ul
#define SA_NODEFER 0x40000000ul

#define PROT_NONE 0ul
#define PROT_READ 1ul
#define PROT_WRITE 2ul
#define PROT_EXEC 4ul
#define PROT_RW (PROT_READ | PROT_WRITE)
#define PROT_RWX (PROT_RW | PROT_EXEC)
#define MAP_PRIVATE 2ul
#define MAP_FIXED 0x10ul
#define MAP_ANONYMOUS 0x20ul
#define MREMAP_TO 3ul /* may move, and to the address given */
#define PAGE 4096ul

/* The threads of one process: VM, FS, FILES, SIGHAND, THREAD, SYSVSEM. */
#define CLONE_AS_THREAD 0x50f00ul
#define MAX_CPUS 64u

/* ---- start.S ---- */

/* The system call nr; its result, or the negative of an errno. */
s64 sys(u64 nr, u64 a, u64 b, u64 c, u64 d, u64 e);
#define sys0(nr) sys(nr, 0, 0, 0, 0, 0)
#define sys1(nr, a) sys(nr, (u64)(a), 0, 0, 0, 0)
#define sys2(nr, a, b) sys(nr, (u64)(a), (u64)(b), 0, 0, 0)
#define sys3(nr, a, b, c) sys(nr, (u64)(a), (u64)(b), (u64)(c), 0, 0)

/* Call code(a, b); a signal on the way ends it early, and then the result is 0. */
u64 probe_run(const void *code, u64 a, u64 b);
extern const char probe_land[];

/* Words of fp_hold's arrays: f0 to f31, then fcsr. */
#define FP_WORDS 33u
/*
 * Load the floating-point registers from in, make the system call call[0] with call[1..3] (or count
 * to call[1] if call[0] is 0), and store the registers to out.
 */
void fp_hold(const u64 *in, u64 *out, const u64 *call);
/* Overwrite every floating-point register and fcsr. */
void fp_clobber(void);
/* Load v0 to v31 from in, count to spins, and store them to out: 32 * vlenb bytes each. */
void vector_hold(const u8 *in, u8 *out, u64 spins);
/* Bytes of a vector register. */
u64 vector_length(void);

/* Start a thread that calls run(arg) on the stack that ends at top, and ends when that returns. */
s64 thread_start(void *top, void (*run)(u64), u64 arg);

/* ---- lib.c ---- */

/* Say one line "lawful: ..."; knows %s, %d (s64), %x (u64). */
void say(const char *format, ...);
/* Print what was said and end the program. */
void finish(int status);
/* Count a result that the architecture or Linux rules out. */
void count_wrong(void);
/* The line "lawful: name: right", or "WRONG" and counted. */
void judge(const char *name, bool right);
/* How many were wrong. */
u64 wrong_count(void);
/* Install the handlers that probe() relies on. */
void signals_init(void);
/* Find out which CPUs we may run on, before we choose one of them. */
void cpus_init(void);
/* Fill cpus with the numbers of those CPUs; how many there are. */
u32 cpu_list(u32 *cpus);
/* Move the calling thread to one CPU. */
void cpu_pin(u32 cpu);
/* size bytes of fresh memory; ends the program when there are none. */
void *map_pages(u64 size, u64 prot);
/* Run job(arg) in a child on each CPU in turn, so many on each, all at the same time; all good? */
bool on_every_cpu(u32 each, bool (*job)(u64 arg));
/* The text of a file in a buffer of size bytes, cut and ended by 0; false if it cannot be read. */
bool read_text(const char *path, char *buffer, u64 size);
/* The time CSR. */
static inline u64 read_time(void)
{
	u64 now;

	__asm__ volatile("rdtime %0" : "=r"(now) :: "memory");
	return now;
}

/* What came of a piece of code: sig is 0 if it returned, and then value is its result. */
struct outcome {
	u64 value, addr, pc;
	int sig, code;
};
/* Run code(a, b) and see what comes of it. */
struct outcome probe(const void *code, u64 a, u64 b);
/* The name of a signal that a probe may raise. */
const char *signal_name(int sig);

/* ---- the groups of checks ---- */

void check_illegal(void);
void check_memory(void);
void check_floating(void);
void check_counters(u64 hwcap);
void check_vector(u64 hwcap);
void check_harts(void);
void check_interrupts(void);

#endif
