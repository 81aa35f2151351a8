import { join } from "@std/path";
import { findCommand } from "../process/find_command.ts";
import { findLibraries, type Library, offerIfItStarts, SYSTEM_PATH } from "./tier_requirements.ts";
import { limitLaunchers, type WorkerCommand } from "./worker_command.ts";
import { mountsOf, recordPath } from "./run_directory.ts";
import { isSeccompArch, seccompProgram } from "./seccomp_program.ts";
import {
  type CreateTierOptions,
  type EncloseOptions,
  requirement,
  type Tier,
  type TierOffer,
} from "./tier.ts";

/** The tier that shows a worker nothing of its machine but what the run needs. */
export async function offerBubblewrap(): Promise<TierOffer> {
  const { os, arch } = Deno.build;
  const filter = os === "linux" && isSeccompArch(arch) ? seccompProgram(arch) : undefined;
  const [bwrap, libraries] = await Promise.all([
    findCommand("bwrap", { path: SYSTEM_PATH, cwd: "/" }),
    findLibraries(Deno.execPath()),
  ]);
  const requirements = [
    requirement("Linux on x86_64 or aarch64", filter, `This is ${os} on ${arch}`),
    requirement("bwrap is installed", bwrap, "Install it: apt-get install bubblewrap"),
    requirement("ldd names Deno's libraries", libraries, "Install it: apt-get install libc-bin"),
  ];
  if (filter === undefined || bwrap === undefined || libraries === undefined) {
    return { requirements };
  }
  return await offerIfItStarts({
    requirements,
    create: (options) => createBubblewrapTier({ bwrap, libraries, filter }, options),
    howToAllow: HOW_TO_ALLOW,
  });
}

const HOW_TO_ALLOW =
  "Allow user namespaces (sysctl user.max_user_namespaces, kernel.unprivileged_userns_clone=1, " +
  "kernel.apparmor_restrict_unprivileged_userns=0); in a container, by its seccomp profile";

interface Means {
  readonly bwrap: string;
  readonly libraries: readonly Library[];
  readonly filter: Uint8Array<ArrayBuffer>;
}

const SECCOMP_FD = 9;

async function createBubblewrapTier(
  { bwrap, libraries, filter }: Means,
  { dir, launchers }: CreateTierOptions,
): Promise<Tier> {
  const filterPath = join(dir, "seccomp.bpf");
  const [script] = await Promise.all([
    fetch(new URL("./bubblewrap.sh", import.meta.url)).then((response) => response.text()),
    Deno.writeFile(filterPath, filter, { mode: 0o600 }),
  ]);
  return {
    name: "bubblewrap",
    rooms: "mounts",
    holdable: true,
    record: "pipe",
    enclose(command, options) {
      const env = { ...command.env, DENO_AUDIT_PERMISSIONS: recordPath(options.room) };
      const [first, ...args] = [
        ...limitLaunchers(launchers, options.limits).flat(),
        ...["/bin/sh", "-c", script, filterPath, bwrap],
        ...bubblewrapArgs({ ...command, env }, { ...options, libraries, seccompFd: SECCOMP_FD }),
      ];
      return { command: first!, args, env: command.env };
    },
  };
}

/** Options of {@linkcode bubblewrapArgs}. */
export interface BubblewrapArgsOptions extends EncloseOptions {
  /** What Deno loads. */
  readonly libraries: readonly Library[];
  /** The open file that the filter of calls is read from. */
  readonly seccompFd: number;
}

/** Where Deno stands in the namespace, wherever it stands on the host. */
const DENO = "/deno";
/** Whom a worker is in its own namespace; outside it is whoever runs Airlock. */
const NOBODY = "65534";

/** What `bwrap` is told: all that a worker sees of its machine, and why. */
export function bubblewrapArgs(
  { command, args, env }: WorkerCommand,
  { libraries, seccompFd, ...options }: BubblewrapArgsOptions,
): string[] {
  const { room } = options;
  return [
    "--unshare-user",
    "--unshare-pid",
    "--unshare-net", // nothing but its own, unconnected loopback
    "--unshare-ipc",
    "--unshare-uts",
    "--unshare-cgroup-try",
    "--die-with-parent",
    ...["--uid", NOBODY, "--gid", NOBODY, "--hostname", "airlock"],
    ...["--cap-drop", "ALL"],
    "--clearenv",
    ...Object.entries(env).flatMap(([name, value]) => ["--setenv", name, value]),
    ...libraries.flatMap(({ path, file }) => ["--ro-bind", file, path]),
    ...["--ro-bind", command, DENO],
    ...DEVICES.flatMap((device) => ["--dev-bind", device, device]),
    // All of /proc that Deno needs; the rest tells of processes and lets a source map read them.
    ...["--dir", "/proc/self", "--symlink", DENO, "/proc/self/exe"],
    ...mountsOf(options).flatMap(({ from, at, access }) => [
      access === "read" ? "--ro-bind" : "--bind",
      from,
      at,
    ]),
    // Read-only is the place; what stands there is written to all the same.
    ...[join(room.dir, "rpc"), recordPath(room)].flatMap((path) => ["--ro-bind", path, path]),
    ...["--remount-ro", "/"],
    ...["--chdir", room.dir],
    ...["--seccomp", String(seccompFd)],
    "--",
    DENO,
    ...args,
  ];
}

const DEVICES = ["/dev/null", "/dev/urandom"];
