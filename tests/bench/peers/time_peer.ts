import { join } from "@std/path";
import { NODE_FOLDER, type Peer } from "./peer.ts";

/** Milliseconds that each run of each program took; or why there are none. */
export type PeerTimes =
  | { readonly kind: "times"; readonly times: Readonly<Record<string, readonly number[]>> }
  | { readonly kind: "none"; readonly why: string };

/** Options of {@linkcode timePeer}. */
export interface TimePeerOptions {
  /** What each program must give. */
  readonly expected: Readonly<Record<string, unknown>>;
  readonly count: number;
  /** Command line of the MCP server whose tool `echo` the programs call. */
  readonly server: readonly string[];
}

const INSTALL_MS = 300_000;
const RUN_MS = 300_000;

/** Installs a peer in a folder that goes afterwards, and times the programs on it. */
export async function timePeer(peer: Peer, options: TimePeerOptions): Promise<PeerTimes> {
  const dir = await Deno.makeTempDir({ prefix: "peer-" });
  try {
    await install(peer, dir);
    return { kind: "times", times: await time(peer, { ...options, dir }) };
  } catch (error) {
    return { kind: "none", why: error instanceof Error ? error.message : String(error) };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

async function install({ packages }: Peer, dir: string): Promise<void> {
  await Deno.writeTextFile(join(dir, "package.json"), `{"private":true,"type":"module"}`);
  // No package runs anything while it is installed.
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  await command("npm", ["install", ...flags, ...packages], { dir, ms: INSTALL_MS });
  const guests = new URL("./guests/", import.meta.url);
  for await (const { name } of Deno.readDir(guests)) {
    await Deno.copyFile(new URL(name, guests), join(dir, name));
  }
}

async function time(
  { script }: Peer,
  { dir, ...order }: TimePeerOptions & { readonly dir: string },
): Promise<Record<string, number[]>> {
  const node = join(dir, "node_modules", NODE_FOLDER, "bin", "node");
  return JSON.parse(await command(node, [script, JSON.stringify(order)], { dir, ms: RUN_MS }));
}

/** Runs a command with a home of its own; gives what it wrote. */
async function command(
  name: string,
  args: readonly string[],
  { dir, ms }: { dir: string; ms: number },
): Promise<string> {
  const { code, signal, stdout, stderr } = await new Deno.Command(name, {
    args: [...args],
    cwd: dir,
    // npm reads its own settings where it always does.
    env: name === "npm"
      ? {}
      : { HOME: dir, XDG_DATA_HOME: dir, XDG_CONFIG_HOME: dir, DO_NOT_TRACK: "1" },
    signal: AbortSignal.timeout(ms),
  }).output();
  const [out, said] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes).trim());
  if (code === 0) return out!;
  const last = (said || out)!.split("\n").slice(0, 3).join(" ").slice(0, 300);
  throw new Error(`"${name}" ended with ${signal ?? code}: ${last}`);
}
