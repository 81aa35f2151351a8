import { join } from "@std/path";
import type { Limits } from "../config/limits.ts";
import type { ContainerRuntime } from "./container_runtimes.ts";
import { prlimitArguments } from "./prlimit_arguments.ts";
import { recordPath } from "./run_directory.ts";
import { mountsOf } from "./run_mounts.ts";
import type { EncloseOptions } from "./tier.ts";
import type { WorkerCommand } from "./worker_command.ts";

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
