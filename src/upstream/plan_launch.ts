import { basename, isAbsolute, join, resolve } from "@std/path";
import type { ServerConfig, ServerLimits } from "../config/servers.ts";
import { findCommand } from "../process/find_command.ts";
import { findLaunchers, type Launchers } from "../process/find_command.ts";
import { ConnectionError } from "./channel.ts";

/** How to start the process of a server. */
export interface LaunchPlan {
  /** The program's absolute path and its arguments. */
  readonly commandLine: readonly string[];
  /** All of the environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A server that runs as a child process. */
export type LocalServer = Extract<ServerConfig, { kind: "stdio" | "npm" }>;

/**
 * Makes the command line and the environment of a server's process.
 *
 * @param root the folder that relative paths of the configuration start from
 * @throws {ConnectionError} where the command does not exist
 */
export async function planLaunch(server: LocalServer, root: string): Promise<LaunchPlan> {
  return server.kind === "npm" ? await planNpm(server, root) : await planStdio(server, root);
}

type StdioServer = Extract<ServerConfig, { kind: "stdio" }>;
type NpmServer = Extract<ServerConfig, { kind: "npm" }>;

/** What a program needs to find its files and its language. Everything else may be a secret. */
const INHERITED = [
  "PATH",
  "HOME",
  "USER",
  "LOGNAME",
  "SHELL",
  "TERM",
  "LANG",
  "LC_ALL",
  "LC_CTYPE",
  "TZ",
  "TMPDIR",
  "XDG_CACHE_HOME",
  "XDG_CONFIG_HOME",
  "XDG_DATA_HOME",
  "DENO_DIR",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
];

async function planStdio(server: StdioServer, root: string): Promise<LaunchPlan> {
  const cwd = resolve(root, server.cwd ?? ".");
  const env = { ...inherit(INHERITED), ...server.env };
  // The Deno that runs this, so that a machine needs no other.
  const program = server.command === "deno"
    ? Deno.execPath()
    : await findCommand(server.command, { path: env.PATH ?? "", cwd });
  if (program === undefined) throw new ConnectionError("its command was not found");
  return { commandLine: [program, ...server.args], env, cwd };
}

/** What Deno itself needs to find its cache and, the first time, the package. */
const INHERITED_BY_DENO = [
  "PATH",
  "HOME",
  "LANG",
  "TZ",
  "XDG_CACHE_HOME",
  "DENO_DIR",
  "DENO_CERT",
  "DENO_TLS_CA_STORE",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "NPM_CONFIG_REGISTRY",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

/** No configuration, lockfile or remote module of others has a say in what runs. */
const CONFINED = [
  "run",
  "--quiet",
  "--no-prompt",
  "--no-config",
  "--no-lock",
  "--no-remote",
  "--node-modules-dir=none",
  // Node packages look at variables such as NODE_ENV: they see none, where they would end.
  "--ignore-env",
];

/**
 * Beyond the configured permissions a server may read the variables that are configured for it, and
 * nothing else. Paths in `permissions`, and variables that begin with `./` or `../`, start from
 * `root`, which is also its working directory.
 */
async function planNpm(server: NpmServer, root: string): Promise<LaunchPlan> {
  const { read = [], write = [], net = [], env = [], sys = [], run = [] } = server.permissions;
  const absolute = (path: string) => isAbsolute(path) ? path : join(root, path);
  const flags = [
    ...allow("read", read.map(absolute)),
    ...allow("write", write.map(absolute)),
    ...allow("net", net),
    ...allow("env", [...env, ...Object.keys(server.env)]),
    ...allow("sys", sys),
    ...allow("run", run.map((name) => name.includes("/") ? absolute(name) : name)),
  ];
  const configured = Object.entries(server.env).map(([name, value]) =>
    [name, /^\.\.?\//.test(value) ? join(root, value) : value] as const
  );
  return {
    commandLine: [
      ...await limitLaunchers(server.limits),
      ...[Deno.execPath(), ...CONFINED, heapFlag(server.limits), ...flags],
      ...[`npm:${server.npm}`, ...server.args],
    ],
    env: { ...inherit(INHERITED_BY_DENO), ...Object.fromEntries(configured) },
    cwd: root,
  };
}

const MiB = 1024 * 1024;

function heapFlag({ memoryBytes }: ServerLimits): string {
  return `--v8-flags=--max-old-space-size=${Math.ceil(memoryBytes / MiB)}`;
}

/** A flag without a list would allow everything. */
function allow(kind: string, values: readonly string[]): string[] {
  if (values.length === 0) return [];
  return [`--allow-${kind}=${values.map((value) => value.replaceAll(",", ",,")).join(",")}`];
}

function inherit(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

/** What V8 reserves for machine code, and Deno has of its own; it is data without being in memory. */
const RESERVED_BYTES = 1280 * 1024 * 1024;

/**
 * The commands that hold a server's process to its limits, as far as the machine has them: it gets
 * no debugger by SIGUSR1, which anybody on the machine could speak to, and leaves no core dump.
 */
export async function limitLaunchers(limits: ServerLimits): Promise<string[]> {
  const found = await (launchers ??= findLaunchers());
  return found.flatMap((launcher) => RULES[basename(launcher[0]!)]?.(launcher, limits) ?? []);
}

// A fact about the machine, asked once.
let launchers: Promise<Launchers> | undefined;

/** Not here: `setpriv`, with which every server is started. */
const RULES: Readonly<
  Record<string, (launcher: readonly string[], limits: ServerLimits) => readonly string[]>
> = {
  env: (launcher) => launcher,
  prlimit: ([path], { memoryBytes, openFiles }) => [
    ...[path!, "--core=0", `--data=${RESERVED_BYTES + memoryBytes}`, `--nofile=${openFiles}`],
  ],
};
