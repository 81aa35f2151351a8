import { join } from "@std/path";
import type { Library } from "./find_libraries.ts";
import { recordPath } from "./run_directory.ts";
import { mountsOf } from "./run_mounts.ts";
import type { EncloseOptions } from "./tier.ts";
import type { WorkerCommand } from "./worker_command.ts";

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
