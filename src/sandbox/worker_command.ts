import type { Limits } from "../config/limits.ts";
import type { HostAddress } from "../model/protocol.ts";
import type { Launchers } from "../process/find_command.ts";
import type { RunDirectory, WorkerCommand } from "./tier.ts";

const MiB = 1024 * 1024;

interface WorkerCommandOptions {
  readonly denoPath: string;
  readonly guestDir: string;
  /** The folder of the wrappers' JavaScript. */
  readonly modulesDir: string;
  readonly runDir: RunDirectory;
  readonly address: HostAddress;
  readonly limits: Limits;
}

/** Returns the command of a worker, whose flags are all that a run may touch. */
export function workerCommand(options: WorkerCommandOptions): WorkerCommand {
  const args = [
    "run",
    "--no-prompt", // a missing right is an error, never a question
    "--no-config", // a deno.json or package.json that a program left is not read
    "--no-lock",
    "--no-remote", // an import of a URL would carry data out
    "--no-npm", // so would an import of a package; the cache of packages stays unread
    "--node-modules-dir=none",
    `--allow-read=${joinPaths(readable(options))}`,
    ...writeFlag(writable(options)),
    `--allow-net=${netOf(options.address)}`,
    `--v8-flags=${v8Flags(options.limits)}`,
    `${options.guestDir}/stub.js`,
    JSON.stringify(options.address),
  ];
  return { command: options.denoPath, args, env: environmentOf(options.runDir) };
}

function environmentOf({ skills }: RunDirectory): WorkerCommand["env"] {
  return {
    // Keeps nothing and gives nothing away: a worker gets JavaScript, so nothing is compiled.
    DENO_DIR: "/dev/null",
    DENO_NO_UPDATE_CHECK: "1",
    DENO_WEBGPU_BACKEND: "none", // no driver of the machine is loaded
    HOME: "/nonexistent",
    NO_COLOR: "1",
    // Temporary files of the runtime and its libraries lie in the run directory, where they count.
    TMPDIR: skills,
    SQLITE_TMPDIR: skills,
  };
}

function readable({ runDir, guestDir, modulesDir, address }: WorkerCommandOptions): string[] {
  return [
    runDir.servers, // the wrappers' text, for a program that reads before it writes the next one
    runDir.skills,
    runDir.workspace,
    // Deno.open asks for the folder that a link leads to.
    ...(runDir.show === "links" ? [runDir.targets.servers, runDir.targets.workspace] : []),
    runDir.linked,
    guestDir,
    modulesDir,
    ...socketOf(address),
  ];
}

/** An empty list of paths would be the right to write everywhere. */
function writeFlag(paths: readonly string[]): string[] {
  return paths.length === 0 ? [] : [`--allow-write=${joinPaths(paths)}`];
}

function writable({ runDir, address }: WorkerCommandOptions): string[] {
  if (runDir.targets.access === "read") return socketOf(address);
  const target = runDir.show === "links" ? [runDir.targets.workspace] : [];
  return [runDir.workspace, runDir.skills, ...target, ...socketOf(address)];
}

/** A unix socket is also a path; the worker gives up all three rights once it is connected. */
function socketOf(address: HostAddress): string[] {
  return address.transport === "unix" ? [address.path] : [];
}

function netOf(address: HostAddress): string {
  return address.transport === "unix"
    ? `unix:${address.path}`
    : `${address.hostname}:${address.port}`;
}

function v8Flags({ heapBytes }: Limits): string {
  const heap = `--max-old-space-size=${Math.ceil(heapBytes / MiB)}`;
  // Without eval and new Function, an import() that the guard has not seen cannot come to be.
  return `${heap},--disallow-code-generation-from-strings`;
}

/** In Deno's lists of paths a comma separates, and a doubled one is a comma. */
function joinPaths(paths: readonly string[]): string {
  return paths.map((path) => path.replaceAll(",", ",,")).join(",");
}

/** The values that a worker's flags allow, by the name of the permission. */
export type Rights = ReadonlyMap<string, readonly string[]>;

/** Reads the rights from a command line, so that what is judged is what was given. */
export function rightsOf(args: readonly string[]): Rights {
  return new Map(args.flatMap((arg): [string, string[]][] => {
    const [, name, list] = /^--allow-(\w+)=(.*)$/s.exec(arg) ?? [];
    return name === undefined || list === undefined ? [] : [[name, splitPaths(list)]];
  }));
}

function splitPaths(list: string): string[] {
  return list.split(/(?<!,),(?!,)/).map((item) => item.replaceAll(",,", ","));
}

/** Tells whether the rights cover a value of a permission. */
export function allows(
  rights: Rights,
  { permission, value }: { readonly permission: string; readonly value: string },
): boolean {
  const granted = rights.get(permission) ?? [];
  return granted.some((one) =>
    value === one || (isOfPaths(permission) && value.startsWith(`${one}/`))
  );
}

/** Tells whether the values of a permission are paths. */
export function isOfPaths(permission: string): boolean {
  return permission === "read" || permission === "write";
}

/**
 * Data segment that V8 reserves for the machine code of a worker's two isolates, and that of Deno
 * itself: counted without ever being in memory.
 */
const RESERVED_BYTES = 1280 * MiB;

/** The host ends a run at its limit; the kernel a little later, should the host be stopped. */
const SPARE_CPU_SECONDS = 1;

/**
 * Returns the kernel's limits of a worker. Left out are the address space, of which V8 reserves more
 * than any machine has, and the number of processes, which counts all workers of a user together.
 */
export function prlimitArguments(limits: Limits): string[] {
  const cpu = Math.ceil(limits.cpuMs / 1000) + SPARE_CPU_SECONDS;
  return [
    "--core=0", // a core dump would leave the program's data on the disk
    `--cpu=${cpu}:${cpu + SPARE_CPU_SECONDS}`, // the second one is SIGKILL
    `--data=${RESERVED_BYTES + Math.max(limits.memoryBytes, limits.heapBytes)}`,
    `--fsize=${limits.fileBytes}`,
    `--nofile=${limits.openFiles + 1}`, // one more, so that the host sees that it went over
  ];
}

/** Returns the launchers with the limits of a run; unchanged where there is no `prlimit`. */
export function limitLaunchers(launchers: Launchers, limits: Limits): Launchers {
  return launchers.map((launcher) => {
    const [path = ""] = launcher;
    return path.endsWith("/prlimit") ? [path, ...prlimitArguments(limits)] : launcher;
  });
}
