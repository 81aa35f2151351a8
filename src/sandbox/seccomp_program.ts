import { SYSCALL_NUMBERS } from "./syscall_numbers.ts";

/** The machines that a program can be made for, as Deno names them. */
export type SeccompArch = keyof typeof ARCHES;

/** What the kernel calls each machine (AUDIT_ARCH_…), and where its numbers stand in the table. */
const ARCHES = {
  x86_64: { audit: 0xc000_003e, column: 0 },
  aarch64: { audit: 0xc000_00b7, column: 1 },
} as const;

/** Whether a program can be made for the machine. */
export function isSeccompArch(arch: string): arch is SeccompArch {
  return Object.hasOwn(ARCHES, arch);
}

/** Instructions of the kernel's packet filter (linux/filter.h). */
const LOAD = 0x20;
const IF_EQUAL = 0x15;
const IF_AT_LEAST = 0x35;
const IF_ANY_BIT = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff_0000;
const KILL_PROCESS = 0x8000_0000;
const ERRORS = { EPERM: 0x0005_0000 | 1, ENOSYS: 0x0005_0000 | 38 } as const;

/** Where the words of `struct seccomp_data` stand, in bytes. */
const NUMBER_AT = 0;
const ARCH_AT = 4;
const argumentAt = (index: number) => 16 + 8 * index;

/** Numbers from here on are the second set (x32) of an x86_64 kernel. */
const X32_FROM = 0x4000_0000;

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, value: number];

/** The filter that refuses the denied calls, as the kernel reads it (`struct sock_filter[]`). */
export function seccompProgram(arch: SeccompArch): Uint8Array<ArrayBuffer> {
  const instructions = [
    ...isArch(ARCHES[arch].audit),
    [LOAD, 0, 0, NUMBER_AT] as const,
    ...(arch === "x86_64" ? noSecondSet() : []),
    ...DENIED_SYSCALLS.flatMap((rule) => refuse(rule, arch)),
    [RETURN, 0, 0, ALLOW] as const,
  ];
  return encode(instructions);
}

function isArch(audit: number): Instruction[] {
  return [[LOAD, 0, 0, ARCH_AT], [IF_EQUAL, 1, 0, audit], [RETURN, 0, 0, KILL_PROCESS]];
}

function noSecondSet(): Instruction[] {
  return [[IF_AT_LEAST, 0, 1, X32_FROM], [RETURN, 0, 0, KILL_PROCESS]];
}

function refuse({ calls, error, when }: SyscallRule, arch: SeccompArch): Instruction[] {
  const answer: Instruction = [RETURN, 0, 0, ERRORS[error]];
  const body = when === undefined ? [answer] : onlyWhen(when, answer);
  return calls.flatMap((call): Instruction[] => {
    const number = SYSCALL_NUMBERS[call][ARCHES[arch].column];
    return number === null ? [] : [[IF_EQUAL, 0, body.length, number], ...body];
  });
}

function onlyWhen(
  { argument, is, value }: NonNullable<SyscallRule["when"]>,
  answer: Instruction,
): Instruction[] {
  const test: Instruction = {
    equal: [IF_EQUAL, 0, 1, value] as const,
    other: [IF_EQUAL, 1, 0, value] as const,
    lacking: [IF_ANY_BIT, 1, 0, value] as const,
  }[is];
  return [[LOAD, 0, 0, argumentAt(argument)], test, answer, [RETURN, 0, 0, ALLOW]];
}

const INSTRUCTION_BYTES = 8;

function encode(instructions: readonly Instruction[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(instructions.length * INSTRUCTION_BYTES);
  const view = new DataView(bytes.buffer);
  for (const [index, [code, ifTrue, ifFalse, value]] of instructions.entries()) {
    const at = index * INSTRUCTION_BYTES;
    view.setUint16(at, code, true);
    view.setUint8(at + 2, ifTrue);
    view.setUint8(at + 3, ifFalse);
    view.setUint32(at + 4, value >>> 0, true);
  }
  return bytes;
}

/** A call of Linux by its name. */
export type Syscall = keyof typeof SYSCALL_NUMBERS;

/** Calls that a worker is refused, and why. */
export interface SyscallRule {
  readonly because: string;
  readonly calls: readonly Syscall[];
  /** What the caller is told. */
  readonly error: "EPERM" | "ENOSYS";
  /** Only where the lower half of an argument, counted from 0, is so; absent for always. */
  readonly when?: {
    readonly argument: number;
    readonly is: "equal" | "other" | "lacking";
    readonly value: number;
  };
}

const CLONE_THREAD = 0x0001_0000;
const AF_UNIX = 1;
const SIGUSR1 = 10;
const TIOCSTI = 0x5412;

/** Each call in one rule; what is in none is allowed. */
export const DENIED_SYSCALLS: readonly SyscallRule[] = [
  {
    because: "A worker has threads, and never a second process",
    calls: ["clone"],
    error: "EPERM",
    when: { argument: 0, is: "lacking", value: CLONE_THREAD },
  },
  {
    because: "A worker has threads, and never a second process, by the older calls too",
    calls: ["fork", "vfork"],
    error: "EPERM",
  },
  {
    because: "The flags of clone3 stand where no filter reads them; callers fall back to clone",
    calls: ["clone3"],
    error: "ENOSYS",
  },
  {
    because: "The host is reached by its unix socket, and nothing else is reached",
    calls: ["socket", "socketpair"],
    error: "EPERM",
    when: { argument: 0, is: "other", value: AF_UNIX },
  },
  {
    because: "SIGUSR1 opens the debugger of Deno",
    calls: ["kill", "tkill"],
    error: "EPERM",
    when: { argument: 1, is: "equal", value: SIGUSR1 },
  },
  {
    because: "SIGUSR1 opens the debugger of Deno, by a thread's number too",
    calls: ["tgkill"],
    error: "EPERM",
    when: { argument: 2, is: "equal", value: SIGUSR1 },
  },
  {
    because: "A terminal must not be typed into",
    calls: ["ioctl"],
    error: "EPERM",
    when: { argument: 1, is: "equal", value: TIOCSTI },
  },
  {
    because: "Other processes are not looked into nor signalled by other ways",
    calls: [
      "ptrace",
      "process_vm_readv",
      "process_vm_writev",
      "process_madvise",
      "kcmp",
      "pidfd_open",
      "pidfd_getfd",
      "pidfd_send_signal",
      "rt_sigqueueinfo",
      "rt_tgsigqueueinfo",
    ],
    error: "EPERM",
  },
  {
    because: "What is mounted, and as whom a worker runs, is decided before it starts",
    calls: [
      "mount",
      "umount2",
      "pivot_root",
      "chroot",
      "move_mount",
      "open_tree",
      "fsopen",
      "fsconfig",
      "fsmount",
      "fspick",
      "mount_setattr",
      "unshare",
      "setns",
      "setuid",
      "setgid",
      "setreuid",
      "setregid",
      "setresuid",
      "setresgid",
      "setgroups",
      "setfsuid",
      "setfsgid",
      "personality",
      "landlock_create_ruleset",
    ],
    error: "EPERM",
  },
  {
    because: "A file is opened by its name, and a link or device is not made",
    calls: [
      "open_by_handle_at",
      "name_to_handle_at",
      "symlink",
      "symlinkat",
      "link",
      "linkat",
      "mknod",
      "mknodat",
      "fanotify_init",
      "fanotify_mark",
    ],
    error: "EPERM",
  },
  {
    because: "Large and seldom used parts of the kernel are where its holes are",
    calls: [
      "bpf",
      "perf_event_open",
      "userfaultfd",
      "io_uring_setup",
      "io_uring_enter",
      "io_uring_register",
      "add_key",
      "keyctl",
      "request_key",
      "memfd_secret",
      "move_pages",
      "migrate_pages",
      "mbind",
      "set_mempolicy",
      "get_mempolicy",
      "vmsplice",
      "modify_ldt",
      "lookup_dcookie",
      "nfsservctl",
      "shmget",
      "shmat",
      "shmctl",
      "shmdt",
      "semget",
      "semop",
      "semctl",
      "semtimedop",
      "msgget",
      "msgsnd",
      "msgrcv",
      "msgctl",
      "mq_open",
      "mq_unlink",
    ],
    error: "EPERM",
  },
  {
    because: "The machine itself is not a worker's business",
    calls: [
      "kexec_load",
      "kexec_file_load",
      "init_module",
      "finit_module",
      "delete_module",
      "reboot",
      "swapon",
      "swapoff",
      "acct",
      "quotactl",
      "quotactl_fd",
      "syslog",
      "settimeofday",
      "clock_settime",
      "clock_adjtime",
      "adjtimex",
      "sethostname",
      "setdomainname",
      "iopl",
      "ioperm",
      "vhangup",
    ],
    error: "EPERM",
  },
];
