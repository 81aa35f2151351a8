import { ensureDir, exists } from "@std/fs";
import { dirname, join } from "@std/path";
import type { Limits } from "../config/limits.ts";
import { findCommand, type Launchers } from "../process/find_command.ts";
import { findLibraries, type Library, offerIfItStarts, SYSTEM_PATH } from "./tier_requirements.ts";
import { prlimitArguments, type WorkerCommand } from "./worker_command.ts";
import { mountsOf, recordPath } from "./run_directory.ts";
import {
  type CreateTierOptions,
  type EncloseOptions,
  requirement,
  type Tier,
  type TierOffer,
} from "./tier.ts";

/** The tier of containers, made by podman with the OCI runtime of that name. */
export async function offerContainer(runtime = "crun"): Promise<TierOffer> {
  const rules = CONTAINER_RUNTIMES[runtime];
  const known = Object.keys(CONTAINER_RUNTIMES).join(", ");
  const find = (command: string) => findCommand(command, { path: SYSTEM_PATH, cwd: "/" });
  const [podman, runtimePath, unshare, libraries] = await Promise.all([
    find("podman"),
    find(runtime),
    find("unshare"),
    findLibraries(Deno.execPath()),
  ]);
  const requirements = [
    requirement("podman is installed", podman, HOW_TO_GET_PODMAN),
    requirement(`the runtime ${runtime} is known`, rules, `Known are ${known}`),
    requirement(
      `the runtime ${runtime} is installed`,
      runtimePath,
      `Install it: ${rules?.install ?? "it must be in the system's path"}`,
    ),
    requirement("unshare is installed", unshare, "Install it: apt-get install util-linux"),
    requirement("ldd names Deno's libraries", libraries, "Install it: apt-get install libc-bin"),
  ];
  if (!podman || !rules || !runtimePath || !unshare || !libraries) return { requirements };
  const means = { unshare, podman, runtime: runtimePath, rules, libraries };
  return await offerIfItStarts({
    requirements,
    create: (options) => createContainerTier(means, options),
    howToAllow: HOW_TO_ALLOW,
  });
}

/** Docker has no way to run a folder: it would need an image in its store, and a daemon. */
const HOW_TO_GET_PODMAN = "Install it: apt-get install podman (docker alone does not do)";

/** Whoever is not root first becomes it, in a namespace where that means nothing outside. */
function namespaces(): string[] {
  return [
    ...(Deno.uid() === 0 ? [] : ["--user", "--map-root-user"]),
    "--mount",
    "--pid",
    "--fork",
    "--kill-child=KILL",
    "--mount-proc",
  ];
}

const HOW_TO_ALLOW =
  "Allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1); " +
  "in a container, start that with --privileged; runsc, and any runtime where both generations of " +
  "control groups are mounted, want root";

interface Means {
  readonly unshare: string;
  readonly podman: string;
  readonly runtime: string;
  readonly rules: ContainerRuntime;
  readonly libraries: readonly Library[];
}

async function createContainerTier(
  { unshare, podman, libraries, ...means }: Means,
  { dir, launchers }: CreateTierOptions,
): Promise<Tier> {
  const rootDir = join(dir, "root");
  const settingsPath = join(dir, "containers.conf");
  const [script, isHybrid] = await Promise.all([
    fetch(new URL("./container.sh", import.meta.url)).then((response) => response.text()),
    exists("/sys/fs/cgroup/unified"),
    writeRoot(rootDir, libraries),
    Deno.writeTextFile(settingsPath, SETTINGS),
  ]);
  const start = [
    unshare,
    ...namespaces(),
    "/bin/sh",
    "-c",
    script,
    isHybrid ? "hybrid" : "plain",
    podman,
  ];
  const recordOf = ({ room }: EncloseOptions) =>
    means.rules.record === "pipe" ? recordPath(room) : "/dev/stderr"; // which podman passes on
  const unlimited = withoutLimits(launchers).flat();
  return {
    name: "container",
    rooms: "mounts",
    holdable: means.rules.holdable,
    record: means.rules.record,
    memoryFile: means.rules.memoryFile,
    enclose(command, options) {
      const [first, ...args] = [
        ...unlimited,
        ...start,
        ...podmanArgs(recorded(command, recordOf(options)), { ...options, ...means, rootDir }),
      ];
      const env = { PATH: SYSTEM_PATH, HOME: PODMAN_STATE, CONTAINERS_CONF: settingsPath };
      return { command: first!, args, env };
    },
  };
}

/** Deno writes down every permission that is touched. */
function recorded(command: WorkerCommand, record: string): WorkerCommand {
  return { ...command, env: { ...command.env, DENO_AUDIT_PERMISSIONS: record } };
}

/** A worker's limits would be podman's own; the container sets them where they belong. */
function withoutLimits(launchers: Launchers): Launchers {
  return launchers.filter(([path]) => !path!.endsWith("/prlimit"));
}

/** Nothing of the machine's own settings is read, and locks are of the run alone. */
const SETTINGS = `[engine]
events_logger = "none"
lock_type = "file"
`;

/** The root file system of all containers: the libraries, and where things are mounted. */
async function writeRoot(rootDir: string, libraries: readonly Library[]): Promise<void> {
  await Promise.all(
    ["dev", "proc", "sys", "etc", "run", "tmp"].map((name) => ensureDir(join(rootDir, name))),
  );
  await Promise.all(libraries.map(async ({ path, file }) => {
    await ensureDir(dirname(join(rootDir, path)));
    await Deno.copyFile(file, join(rootDir, path));
  }));
}

/** Options of {@linkcode podmanArgs}. */
export interface PodmanArgsOptions extends EncloseOptions {
  /** Name or path of the OCI runtime. */
  readonly runtime: string;
  readonly rules: ContainerRuntime;
  /** The folder that is the container's root file system. */
  readonly rootDir: string;
}

/** Where Deno stands in the container, wherever it stands on the host. */
const DENO = "/deno";

/** Where podman and the runtime keep what they know of the container: memory of its own, see `container.sh`. */
export const PODMAN_STATE = "/var/spool";

/** What `podman` is told: all that a worker sees of its machine, and why. */
export function podmanArgs(
  { command, args, env }: WorkerCommand,
  { runtime, rules, rootDir, ...options }: PodmanArgsOptions,
): string[] {
  const { room, limits } = options;
  const written = [join(room.dir, "rpc"), ...(rules.record === "pipe" ? [recordPath(room)] : [])];
  return [
    ...["--runtime", runtime, `--runtime-flag=root=${PODMAN_STATE}/oci`, ...rules.options],
    ...["--cgroup-manager", "cgroupfs", "--storage-driver", "vfs"],
    ...["--root", `${PODMAN_STATE}/root`, "--runroot", `${PODMAN_STATE}/run`],
    ...["--tmpdir", `${PODMAN_STATE}/tmp`],
    ...["run", "--rm", "--interactive", "--log-driver", "none", ...rules.runOptions],
    "--network=none",
    "--read-only",
    "--read-only-tmpfs=false",
    "--cap-drop=all",
    "--security-opt=no-new-privileges",
    ...["--user", "0:0"], // of its own namespace; outside it is whoever runs Airlock
    ...["--hostname", "airlock", "--no-hosts", "--passwd=false", "--unsetenv-all"],
    ...ulimits(limits).flatMap((ulimit) => ["--ulimit", ulimit]),
    ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...bind(command, DENO, "read"),
    ...mountsOf(options).flatMap(({ from, at, access }) => bind(from, at, access)),
    ...written.flatMap((path) => bind(path, path, "write")),
    ...["--workdir", room.dir],
    ...["--rootfs", rootDir, DENO, ...args],
  ];
}

/** The limits that the other tiers have from `prlimit`, and threads, which are counted apart here. */
function ulimits(limits: Limits): string[] {
  const { threads } = limits;
  return [
    ...prlimitArguments(limits).map((argument) => argument.replace("--", "")),
    `nproc=${threads}:${threads}`,
  ];
}

function bind(from: string, at: string, access: "read" | "write"): string[] {
  const mode = access === "read" ? ",ro=true" : "";
  return ["--mount", `type=bind,${csv("source", from)},${csv("destination", at)}${mode}`];
}

/** podman reads a mount as a line of comma-separated values. */
function csv(key: string, value: string): string {
  const field = `${key}=${value}`;
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

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
