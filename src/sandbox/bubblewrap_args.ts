import { mountsOf, recordPath, socketPath } from "./run_directory.ts";
import type { EncloseOptions, WorkerCommand } from "./tier.ts";
import type { Library } from "./tier_requirements.ts";

/** The file descriptor from which `bwrap` reads the seccomp filter. */
const SECCOMP_FD = 9;

const DENO = "/deno";

/** User and group of a worker in its namespace; outside, it runs as the user of the host. */
const NOBODY = "65534";

const DEVICES = ["/dev/null", "/dev/urandom"];

/** Returns the arguments of `bwrap`: all that a worker sees of its machine. */
export function bubblewrapArgs(
  { command, args, env }: WorkerCommand,
  { libraries, ...options }: EncloseOptions & { readonly libraries: readonly Library[] },
): string[] {
  const { runDir } = options;
  return [
    "--unshare-user",
    "--unshare-pid",
    "--unshare-net", // leaves an unconnected loopback of its own
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
    // All of /proc that Deno needs; the rest shows processes, and a source map could read it.
    ...["--dir", "/proc/self", "--symlink", DENO, "/proc/self/exe"],
    ...mountsOf(options).flatMap(({ from, at, access }) => [
      access === "read" ? "--ro-bind" : "--bind",
      from,
      at,
    ]),
    // The mount is read-only; a socket and a pipe are written to all the same.
    ...[socketPath(runDir), recordPath(runDir)].flatMap((path) => ["--ro-bind", path, path]),
    ...["--remount-ro", "/"],
    ...["--chdir", runDir.dir],
    ...["--seccomp", String(SECCOMP_FD)],
    "--",
    DENO,
    ...args,
  ];
}
