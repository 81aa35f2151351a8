import { ensureDir } from "@std/fs";
import { dirname, join } from "@std/path";
import { AirlockError } from "../model/errors.ts";
import {
  generatedFilesIn,
  GENERATOR_VERSION,
  hasBanner,
  readPlainFile,
  readPlainFolder,
  refused,
  writePlainFile,
} from "./generated_folder.ts";
import { type GeneratedServer, wrapperOf } from "./generate_server.ts";
import { nameServers } from "./names.ts";
import { withoutObserved } from "./observed/observed_type.ts";
import { lockText, readServersLock, SERVERS_LOCK, type ServersLock } from "./servers_lock.ts";
import { clientText } from "./wrapper_text.ts";

interface WriteServersOptions {
  /**
   * `all`: what is missing, old or left over. `missing`: only what is missing, so that nothing
   * that was accepted before changes. `check`: nothing; only say what `all` would write or remove.
   */
  readonly mode?: "all" | "missing" | "check";
  /** The names of all configured servers; the wrappers of any other are left over. */
  readonly configured?: readonly string[];
  /** Tools, by server, whose wrappers and lock entries stay as they are. */
  readonly held?: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Writes the wrappers of the given servers, `client.ts` and `servers.lock.json` into a folder. Each
 * file is replaced as a whole; files that are not wanted any more are removed where they carry the
 * banner.
 *
 * @returns The files that were, or with `check` would be, written or removed: paths relative to
 * the folder, with `/`, sorted.
 * @throws {AirlockError} `USAGE` where a link, or a file without the banner, is in the way;
 * nothing is written then. `CONFIG_INVALID` where the lock is damaged and servers that are not
 * given are to be kept.
 *
 * @example
 * ```ts
 * import { generateServer } from "./generate_server.ts";
 * import { writeServers } from "./write_servers.ts";
 *
 * const folder = await Deno.makeTempDir();
 * const crm = generateServer({
 *   server: "crm",
 *   tools: [{ name: "count_leads", inputSchema: { type: "object" } }],
 * });
 * const written = await writeServers(folder, [crm]);
 * console.assert(written.includes("crm/count_leads.ts"));
 * console.assert((await writeServers(folder, [crm], { mode: "check" })).length === 0);
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function writeServers(
  folder: string,
  generated: readonly GeneratedServer[],
  options: WriteServersOptions = {},
): Promise<readonly string[]> {
  const { mode = "all" } = options;
  const lock = await mergedLock(folder, generated, options);
  const wanted = wantedFiles(generated, lock);
  const heldFiles = heldPaths(generated, options);
  const changed = (await changedFiles(folder, wanted, mode)).filter((path) => !heldFiles.has(path));
  const left = mode === "missing" ? [] : await leftFiles(folder, wanted, options);
  if (mode !== "check") {
    // Removed first: a disk that ignores case may have one file for a name to remove and one to write.
    for (const path of left) await removeFile(folder, path);
    for (const path of changed) {
      await ensureDir(dirname(join(folder, path)));
      await writePlainFile(join(folder, path), wanted.get(path)!);
    }
  }
  return [...new Set([...changed, ...left])].sort();
}

/** The lock of the given servers and of the others that stay. */
async function mergedLock(
  folder: string,
  generated: readonly GeneratedServer[],
  { mode, configured, held = new Map() }: WriteServersOptions,
): Promise<ServersLock> {
  const given = new Map(generated.map(({ server, lock }) => [server, lock]));
  const holdsSome = [...held.values()].some(({ size }) => size > 0);
  // The old lock, which may be damaged, is read only where something of it stays.
  const isWhole = configured?.every((name) => given.has(name)) && mode !== "missing";
  if (isWhole && !holdsSome) return given;
  await readPlainFile(join(folder, SERVERS_LOCK));
  const merged = new Map(await readServersLock(folder));
  for (const name of merged.keys()) {
    if (configured && !configured.includes(name)) merged.delete(name);
  }
  for (const [name, server] of given) {
    const old = merged.get(name);
    const isSame = old?.folder === server.folder;
    const stays = (tool: string) =>
      mode === "missing" || server.tools.has(tool) && held.get(name)?.has(tool);
    const staying = isSame ? [...old.tools].filter(([tool]) => stays(tool)) : [];
    merged.set(name, { ...server, tools: new Map([...server.tools, ...staying]) });
  }
  return merged;
}

/** Paths of the wrappers of held tools. */
function heldPaths(
  generated: readonly GeneratedServer[],
  { held }: WriteServersOptions,
): ReadonlySet<string> {
  return new Set(
    generated.flatMap(({ server, folder, lock }) =>
      [...held?.get(server) ?? []].map((tool) => `${folder}/${lock.tools.get(tool)?.file}`)
    ),
  );
}

function wantedFiles(
  generated: readonly GeneratedServer[],
  lock: ServersLock,
): Map<string, string> {
  const wanted = new Map([["client.ts", clientText(GENERATOR_VERSION)]]);
  for (const { path, text } of generated.flatMap(({ files }) => files)) {
    if (!SAFE_PATH.test(path) || wanted.has(path)) {
      throw new AirlockError("INTERNAL", `Cannot write wrappers: ${path} is no path of its own`);
    }
    wanted.set(path, text);
  }
  return wanted.set(SERVERS_LOCK, lockText(lock));
}

/** A folder and a file in it; `..` does not match. */
const SAFE_PATH = /^[\w-]+\/[\w$]+\.ts$/;

async function changedFiles(
  folder: string,
  wanted: ReadonlyMap<string, string>,
  mode: WriteServersOptions["mode"],
): Promise<string[]> {
  const folders = new Set([...wanted.keys()].map((path) => dirname(join(folder, path))));
  for (const each of folders) await readPlainFolder(each);
  const changed: string[] = [];
  for (const [path, text] of wanted) {
    const old = await readPlainFile(join(folder, path));
    const isOurs = path === SERVERS_LOCK || old === undefined || hasBanner(old);
    if (mode === "missing" && old !== undefined && path !== SERVERS_LOCK) continue;
    if (old === text) continue;
    if (!isOurs) throw refused(join(folder, path), "Airlock did not write it");
    changed.push(path);
  }
  return changed;
}

/** Generated files that are not wanted, in the folders of all servers but those that stay. */
async function leftFiles(
  folder: string,
  wanted: ReadonlyMap<string, string>,
  { configured }: WriteServersOptions,
): Promise<string[]> {
  const given = new Set([...wanted.keys()].map((path) => dirname(path)));
  const known = configured && new Set(nameServers(configured).values());
  const left: string[] = [];
  for (const { name, isDirectory } of await readPlainFolder(folder)) {
    const stays = !given.has(name) && (known?.has(name) ?? true);
    if (!isDirectory || stays) continue;
    const files = await generatedFilesIn(join(folder, name));
    left.push(...files.map((file) => `${name}/${file}`).filter((path) => !wanted.has(path)));
  }
  return left;
}

/** Removes a file, and its folder if that is empty then. */
async function removeFile(folder: string, path: string): Promise<void> {
  await Deno.remove(join(folder, path));
  const parent = dirname(join(folder, path));
  if ((await readPlainFolder(parent)).length === 0) await Deno.remove(parent);
}

/** Writes the wrappers of withheld tools again: their files may still have the withheld words. */
export async function writeWithheldWrappers(dir: string, server: GeneratedServer): Promise<void> {
  for (const tool of server.withheld) {
    const { path, text } = wrapperOf(server, tool)!;
    const old = await readPlainFile(join(dir, path));
    if (old === undefined || old === text || !hasBanner(old)) continue;
    await writePlainFile(join(dir, path), text);
  }
}

/**
 * Writes the wrappers of a server again whose observed types have changed. A file that differs in
 * anything else stays: it was edited, or the tool's change is not yet accepted.
 */
export async function writeObservedWrappers(dir: string, server: GeneratedServer): Promise<void> {
  for (const { path, text } of server.files) {
    const file = join(dir, path);
    const old = await readPlainFile(file);
    if (old === undefined || old === text) continue;
    if (withoutObserved(old, "unknown") !== withoutObserved(text, "unknown")) continue;
    await writePlainFile(file, text);
  }
}
