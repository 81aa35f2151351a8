import { mountsOf, recordPath, socketPath } from "./run_directory.ts";
import type { EncloseOptions, WorkerCommand } from "./tier.ts";
import { prlimitArguments } from "./worker_command.ts";

const DENO = "/deno";

/** Where podman and the runtime keep the state of a container: memory of its own, see `container.sh`. */
export const PODMAN_STATE = "/var/spool";

/** Returns the arguments of `podman`: all that a worker sees of its machine. */
export function podmanArgs(
  { command, args, env }: WorkerCommand,
  { runtime, rules, rootDir, ...options }: EncloseOptions & {
    readonly runtime: string;
    readonly rules: Pick<RuntimeRules, "options" | "runOptions" | "record">;
    /** The folder that is the container's root file system. */
    readonly rootDir: string;
  },
): string[] {
  const { runDir, limits } = options;
  const written = [socketPath(runDir), ...(rules.record === "pipe" ? [recordPath(runDir)] : [])];
  // The limits that the other tiers have from `prlimit`, and threads, which are counted apart here.
  const ulimits = [
    ...prlimitArguments(limits).map((argument) => argument.replace("--", "")),
    `nproc=${limits.threads}:${limits.threads}`,
  ];
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
    ...["--user", "0:0"], // root of the namespace alone; outside, it is the user of the host
    ...["--hostname", "airlock", "--no-hosts", "--passwd=false", "--unsetenv-all"],
    ...ulimits.flatMap((ulimit) => ["--ulimit", ulimit]),
    ...Object.entries(env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
    ...bind(command, DENO, "read"),
    ...mountsOf(options).flatMap(({ from, at, access }) => bind(from, at, access)),
    ...written.flatMap((path) => bind(path, path, "write")),
    ...["--workdir", runDir.dir],
    ...["--rootfs", rootDir, DENO, ...args],
  ];
}

function bind(from: string, at: string, access: "read" | "write"): string[] {
  const mode = access === "read" ? ",ro=true" : "";
  return ["--mount", `type=bind,${csv("source", from)},${csv("destination", at)}${mode}`];
}

/** Podman reads a mount as a line of comma-separated values. */
function csv(key: string, value: string): string {
  const field = `${key}=${value}`;
  return /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
}

/** What an OCI runtime needs beside what every one is told, and how to get it. */
export interface RuntimeRules {
  /** Options of podman itself. */
  readonly options: readonly string[];
  /** Options of `podman run`. */
  readonly runOptions: readonly string[];
  /** Name of the memory file in which its kernel keeps the memory of a container. */
  readonly memoryFile?: string;
  /** A kernel of its own opens no pipe of the host's. */
  readonly record: "pipe" | "stderr";
  /** Whether its processes are the host's, which signals reach. */
  readonly holdable: boolean;
  readonly install: string;
}
