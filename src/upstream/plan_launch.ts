import { basename, isAbsolute, join, resolve } from "@std/path";
import type { ServerConfig, ServerLimits } from "../config/servers.ts";
import { findCommand, findLaunchers, type Launchers } from "../process/find_command.ts";
import { ConnectionError } from "./channel.ts";

/** Command line, whole environment and folder of a server's process. */
export interface LaunchPlan {
  readonly commandLine: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** A server that runs as a child process. */
type LocalServer = Extract<ServerConfig, { kind: "stdio" | "npm" }>;

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

/** Variables with which a program finds its files and its language. Others may be secrets. */
const INHERITED = (
  "PATH HOME USER LOGNAME SHELL TERM LANG LC_ALL LC_CTYPE TZ TMPDIR XDG_CACHE_HOME " +
  "XDG_CONFIG_HOME XDG_DATA_HOME DENO_DIR NODE_EXTRA_CA_CERTS SSL_CERT_FILE SSL_CERT_DIR"
).split(" ");

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

/** Variables with which Deno itself finds its cache and, the first time, the package. */
const INHERITED_BY_DENO = (
  "PATH HOME LANG TZ XDG_CACHE_HOME DENO_DIR DENO_CERT DENO_TLS_CA_STORE NODE_EXTRA_CA_CERTS " +
  "SSL_CERT_FILE SSL_CERT_DIR NPM_CONFIG_REGISTRY HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy " +
  "https_proxy no_proxy"
).split(" ");

/**
 * No configuration, lockfile or remote module decides what runs. With `--ignore-env` a package that
 * reads a variable such as NODE_ENV finds none; otherwise the read would end it.
 */
const CONFINED = (
  "run --quiet --no-prompt --no-config --no-lock --no-remote --node-modules-dir=none --ignore-env"
).split(" ");

/**
 * A server gets the configured permissions, and may read the variables that are configured for it.
 * Paths in `permissions`, and variables that begin with `./` or `../`, start from `root`, which is
 * also its working directory.
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
  const heapMiB = Math.ceil(server.limits.memoryBytes / (1024 * 1024));
  return {
    commandLine: [
      ...await limitLaunchers(server.limits),
      ...[Deno.execPath(), ...CONFINED, `--v8-flags=--max-old-space-size=${heapMiB}`, ...flags],
      ...[`npm:${server.npm}`, ...server.args],
    ],
    env: { ...inherit(INHERITED_BY_DENO), ...Object.fromEntries(configured) },
    cwd: root,
  };
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

/** Data segment of V8's machine code and of Deno itself, which is reserved and not in memory. */
const RESERVED_BYTES = 1280 * 1024 * 1024;
/** The launchers of the machine, looked up once. */
let launchers: Promise<Launchers> | undefined;

/**
 * The commands that hold a server's process to its limits, as far as the machine has them: it gets
 * no debugger by SIGUSR1, which any user of the machine could connect to, and leaves no core dump.
 * `setpriv` is not among them: every server is started with it.
 */
async function limitLaunchers({ memoryBytes, openFiles }: ServerLimits): Promise<string[]> {
  const found = await (launchers ??= findLaunchers());
  return found.flatMap((launcher) => {
    const name = basename(launcher[0]!);
    if (name === "env") return launcher;
    const data = `--data=${RESERVED_BYTES + memoryBytes}`;
    return name === "prlimit" ? [launcher[0]!, "--core=0", data, `--nofile=${openFiles}`] : [];
  });
}
