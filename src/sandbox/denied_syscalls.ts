/** Calls that a worker is refused, and why. */
export interface SyscallRule {
  readonly because: string;
  /** The numbers of each call on x86_64 and on aarch64; null where the machine lacks it. */
  readonly calls: Readonly<Record<string, readonly [number | null, number | null]>>;
  /** What the caller gets. Default: EPERM. */
  readonly error?: keyof typeof ERRORS;
  /** Compares the lower half of an argument, counted from 0; absent for always. */
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

/** Each call is in one rule; a call in no rule is allowed. */
export const DENIED_SYSCALLS: readonly SyscallRule[] = [
  {
    because: "A worker has threads, and never a second process",
    calls: { clone: [56, 220] },
    when: { argument: 0, is: "lacking", value: CLONE_THREAD },
  },
  {
    because: "A worker has threads, and never a second process, by the older calls too",
    calls: { fork: [57, null], vfork: [58, null] },
  },
  {
    because: "The flags of clone3 stand where no filter reads them; callers fall back to clone",
    calls: { clone3: [435, 435] },
    error: "ENOSYS",
  },
  {
    because: "The host is reached by its unix socket, and nothing else is reached",
    calls: { socket: [41, 198], socketpair: [53, 199] },
    when: { argument: 0, is: "other", value: AF_UNIX },
  },
  {
    because: "SIGUSR1 opens the debugger of Deno",
    calls: { kill: [62, 129], tkill: [200, 130] },
    when: { argument: 1, is: "equal", value: SIGUSR1 },
  },
  {
    because: "SIGUSR1 opens the debugger of Deno, by a thread's number too",
    calls: { tgkill: [234, 131] },
    when: { argument: 2, is: "equal", value: SIGUSR1 },
  },
  {
    because: "A terminal must not be typed into",
    calls: { ioctl: [16, 29] },
    when: { argument: 1, is: "equal", value: TIOCSTI },
  },
  {
    because: "Other processes are not looked into nor signalled by other ways",
    calls: {
      ptrace: [101, 117],
      process_vm_readv: [310, 270],
      process_vm_writev: [311, 271],
      process_madvise: [440, 440],
      kcmp: [312, 272],
      pidfd_open: [434, 434],
      pidfd_getfd: [438, 438],
      pidfd_send_signal: [424, 424],
      rt_sigqueueinfo: [129, 138],
      rt_tgsigqueueinfo: [297, 240],
    },
  },
  {
    because: "What is mounted, and as whom a worker runs, is decided before it starts",
    calls: {
      mount: [165, 40],
      umount2: [166, 39],
      pivot_root: [155, 41],
      chroot: [161, 51],
      move_mount: [429, 429],
      open_tree: [428, 428],
      fsopen: [430, 430],
      fsconfig: [431, 431],
      fsmount: [432, 432],
      fspick: [433, 433],
      mount_setattr: [442, 442],
      unshare: [272, 97],
      setns: [308, 268],
      setuid: [105, 146],
      setgid: [106, 144],
      setreuid: [113, 145],
      setregid: [114, 143],
      setresuid: [117, 147],
      setresgid: [119, 149],
      setgroups: [116, 159],
      setfsuid: [122, 151],
      setfsgid: [123, 152],
      personality: [135, 92],
      landlock_create_ruleset: [444, 444],
    },
  },
  {
    because: "A file is opened by its name, and a link or device is not made",
    calls: {
      open_by_handle_at: [304, 265],
      name_to_handle_at: [303, 264],
      symlink: [88, null],
      symlinkat: [266, 36],
      link: [86, null],
      linkat: [265, 37],
      mknod: [133, null],
      mknodat: [259, 33],
      fanotify_init: [300, 262],
      fanotify_mark: [301, 263],
    },
  },
  {
    because: "Large and seldom used parts of the kernel are where its holes are",
    calls: {
      bpf: [321, 280],
      perf_event_open: [298, 241],
      userfaultfd: [323, 282],
      io_uring_setup: [425, 425],
      io_uring_enter: [426, 426],
      io_uring_register: [427, 427],
      add_key: [248, 217],
      keyctl: [250, 219],
      request_key: [249, 218],
      memfd_secret: [447, 447],
      move_pages: [279, 239],
      migrate_pages: [256, 238],
      mbind: [237, 235],
      set_mempolicy: [238, 237],
      get_mempolicy: [239, 236],
      vmsplice: [278, 75],
      modify_ldt: [154, null],
      lookup_dcookie: [212, 18],
      nfsservctl: [180, 42],
      shmget: [29, 194],
      shmat: [30, 196],
      shmctl: [31, 195],
      shmdt: [67, 197],
      semget: [64, 190],
      semop: [65, 193],
      semctl: [66, 191],
      semtimedop: [220, 192],
      msgget: [68, 186],
      msgsnd: [69, 189],
      msgrcv: [70, 188],
      msgctl: [71, 187],
      mq_open: [240, 180],
      mq_unlink: [241, 181],
    },
  },
  {
    because: "The machine itself is not a worker's business",
    calls: {
      kexec_load: [246, 104],
      kexec_file_load: [320, 294],
      init_module: [175, 105],
      finit_module: [313, 273],
      delete_module: [176, 106],
      reboot: [169, 142],
      swapon: [167, 224],
      swapoff: [168, 225],
      acct: [163, 89],
      quotactl: [179, 60],
      quotactl_fd: [443, 443],
      syslog: [103, 116],
      settimeofday: [164, 170],
      clock_settime: [227, 112],
      clock_adjtime: [305, 266],
      adjtimex: [159, 171],
      sethostname: [170, 161],
      setdomainname: [171, 162],
      iopl: [172, null],
      ioperm: [173, null],
      vhangup: [153, 58],
    },
  },
];

export const ERRORS = { EPERM: 0x0005_0000 | 1, ENOSYS: 0x0005_0000 | 38 } as const;
