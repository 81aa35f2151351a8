import type { SYSCALL_NUMBERS } from "./syscall_numbers.ts";

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
