/** What an OCI runtime is told beside what podman tells it, and how to get it. */
export interface ContainerRuntime {
  /** Options of podman itself. */
  readonly options: readonly string[];
  /** Options of `podman run`. */
  readonly runOptions: readonly string[];
  /** The file without a place in which its kernel keeps the memory of a container. */
  readonly memoryFile?: string;
  /** A kernel of its own opens no pipe of the host's. */
  readonly record: "pipe" | "stderr";
  /** Whether a process in it is one of the host's, which signals reach. */
  readonly holdable: boolean;
  readonly install: string;
}

/** The user namespace that a container gets: its only user is whoever runs Airlock. */
const ONE_USER = ["--uidmap", "0:0:1", "--gidmap", "0:0:1"];

/** Control groups need rights that a user seldom has; limits of processes need none. */
const WITHOUT_CGROUPS = [...ONE_USER, "--cgroups=disabled"];

/** The runtimes that are known, by name. */
export const CONTAINER_RUNTIMES: Readonly<Record<string, ContainerRuntime>> = {
  crun: {
    options: [],
    runOptions: WITHOUT_CGROUPS,
    record: "pipe",
    holdable: true,
    install: "apt-get install crun",
  },
  runc: {
    options: [],
    runOptions: WITHOUT_CGROUPS,
    record: "pipe",
    holdable: true,
    install: "apt-get install runc",
  },
  runsc: {
    options: [
      "--runtime-flag=ignore-cgroups",
      "--runtime-flag=network=none",
      "--runtime-flag=host-uds=open", // the run's socket is reached by its path
      "--runtime-flag=platform=ptrace", // needs no right to the machine's virtualisation
    ],
    runOptions: [],
    memoryFile: "runsc-memory",
    record: "stderr",
    holdable: false,
    install: "apt-get install runsc",
  },
  kata: {
    options: [],
    runOptions: [],
    record: "stderr",
    holdable: false,
    install: "see katacontainers.io; it needs /dev/kvm",
  },
};
