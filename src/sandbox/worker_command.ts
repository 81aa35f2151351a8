import type { Limits } from "../config/limits.ts";
import type { HostAddress } from "../model/protocol.ts";
import type { Launchers } from "../process/find_command.ts";
import type { Room } from "./run_directory.ts";

/** A command line, its environment complete. */
export interface WorkerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Options of {@linkcode workerCommand}. */
export interface WorkerCommandOptions {
  /** The Deno that runs the worker. */
  readonly denoPath: string;
  /** The folder of the guest's files. */
  readonly guestDir: string;
  /** The folder of the wrappers' JavaScript. */
  readonly modulesDir: string;
  readonly room: Room;
  readonly address: HostAddress;
  readonly limits: Limits;
}

/** The rights of a worker: the whole of what a run may touch, and why. */
export function workerCommand(options: WorkerCommandOptions): WorkerCommand {
  const args = [
    "run",
    "--no-prompt", // a missing right is an error, never a question
    "--no-config", // a deno.json or package.json that a program left is not read
    "--no-lock",
    "--no-remote", // an import of a URL would carry data out
    "--no-npm", // so would an import of a package; and the cache of packages stays unread
    "--node-modules-dir=none",
    `--allow-read=${joinPaths(readable(options))}`,
    ...writeFlag(writable(options)),
    `--allow-net=${netOf(options.address)}`,
    `--v8-flags=${v8Flags(options).join(",")}`,
    `${options.guestDir}/stub.js`,
    JSON.stringify(options.address),
  ];
  return { command: options.denoPath, args, env: environmentOf(options.room) };
}

/** All that a worker's environment holds. */
function environmentOf({ skills }: Room): WorkerCommand["env"] {
  return {
    ...ENVIRONMENT,
    // What the runtime or a library of it keeps for a while lies in the room, where it is counted.
    TMPDIR: skills,
    SQLITE_TMPDIR: skills,
  };
}

const ENVIRONMENT = {
  // Keeps nothing and gives nothing away: the worker is given JavaScript, so nothing is compiled.
  DENO_DIR: "/dev/null",
  DENO_NO_UPDATE_CHECK: "1",
  DENO_WEBGPU_BACKEND: "none", // no driver of the machine is loaded, whoever asks for one
  HOME: "/nonexistent",
  NO_COLOR: "1",
};

function readable({ room, guestDir, modulesDir, address }: WorkerCommandOptions): string[] {
  return [
    room.servers, // the wrappers' text, for a program that reads before it writes the next one
    room.skills,
    room.workspace,
    // Deno.open asks for the folder that a link leads to.
    ...(room.show === "links" ? [room.targets.servers, room.targets.workspace] : []),
    room.linked,
    guestDir,
    modulesDir,
    ...socketOf(address),
  ];
}

/** An empty list of paths would be the right to write everywhere. */
function writeFlag(paths: readonly string[]): string[] {
  return paths.length === 0 ? [] : [`--allow-write=${joinPaths(paths)}`];
}

function writable({ room, address }: WorkerCommandOptions): string[] {
  if (room.targets.access === "read") return socketOf(address);
  const target = room.show === "links" ? [room.targets.workspace] : [];
  return [room.workspace, room.skills, ...target, ...socketOf(address)];
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

function v8Flags({ limits: { heapBytes } }: WorkerCommandOptions): string[] {
  return [
    `--max-old-space-size=${Math.ceil(heapBytes / 1024 / 1024)}`,
    // Without eval and new Function, an import() that the guard has not seen cannot come to be.
    "--disallow-code-generation-from-strings",
  ];
}

/** In Deno's lists of paths a comma separates, and a doubled one is a comma. */
function joinPaths(paths: readonly string[]): string {
  return paths.map((path) => path.replaceAll(",", ",,")).join(",");
}

/** What a worker's flags allow, by the name of the permission. */
export type Rights = ReadonlyMap<string, readonly string[]>;

/** A permission that a program touched, and for what. */
export interface Touched {
  readonly permission: string;
  readonly value: string;
}

/** Reads the rights from a command line, so that what is judged is what was given. */
export function rightsOf(args: readonly string[]): Rights {
  const flags = args.map((arg) => /^--allow-(\w+)=(.*)$/s.exec(arg)).filter((flag) =>
    flag !== null
  );
  return new Map(flags.map(([, name, list]) => [name!, splitList(list!)]));
}

/** A doubled comma is a comma. */
function splitList(list: string): string[] {
  return list.split(/(?<!,),(?!,)/).map((item) => item.replaceAll(",,", ","));
}

/** Whether the rights cover what was touched. */
export function allows(rights: Rights, { permission, value }: Touched): boolean {
  const granted = rights.get(permission) ?? [];
  return granted.some((one) =>
    value === one || (isOfPaths(permission) && value.startsWith(`${one}/`))
  );
}

/** Whether the values of a permission are paths. */
export function isOfPaths(permission: string): boolean {
  return permission === "read" || permission === "write";
}

const MiB = 1024 * 1024;

/**
 * Room that V8 reserves for the machine code of a worker's two isolates, and what Deno itself has.
 * It counts as data without ever being in memory.
 */
const RESERVED_BYTES = 1280 * MiB;

/** The host ends a run at its limit; the kernel a little later, should the host be stopped. */
const SPARE_CPU_SECONDS = 1;

/**
 * What the kernel holds a worker to. Not here: the address space, of which V8 reserves more than any
 * machine has; and the number of processes, which is counted for all workers of a user together.
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

/** The launchers with the limits of a run; as they are where there is no `prlimit`. */
export function limitLaunchers(launchers: Launchers, limits: Limits): Launchers {
  return launchers.map((launcher) => {
    const [path = ""] = launcher;
    return path.endsWith("/prlimit") ? [path, ...prlimitArguments(limits)] : launcher;
  });
}
