import { join } from "@std/path";
import type { Tool } from "../../model/tool.ts";
import { isJsonObject } from "../../text/json_value.ts";
import { readPlainFile, replaceFile } from "../generated_folder.ts";
import { hashTool } from "../hash_tool.ts";
import {
  mergeShapes,
  type ObservedType,
  type ObservedTypes,
  type Shape,
  shapeOf,
} from "./observed_shape.ts";
import { observedDoc } from "./observed_type.ts";

/** Learns what tools answer that promise nothing. */
export interface TypeObserver {
  /** Takes the shape of one result; nothing else of it is kept. */
  observe(server: string, tool: Tool, value: unknown): void;
  /** Resolves when all that was observed is written. */
  settled(): Promise<void>;
}

/** Options of {@linkcode createTypeObserver}. */
export interface CreateTypeObserverOptions {
  /** The folder of a server's wrappers; undefined where it has none. */
  folderOf(server: string): string | undefined;
  /** Hears of types that are other than before; no other host changes them until it is done. */
  onChange(server: string, observed: ObservedTypes): Promise<void>;
}

/** Makes the observer. A file is written when a type changes, not for each result. */
export function createTypeObserver(options: CreateTypeObserverOptions): TypeObserver {
  const { folderOf, onChange } = options;
  const known = new Map<string, Promise<Map<string, ObservedType>>>();
  /** What was observed and is in no file yet. */
  const pending = new Map<string, Map<string, ObservedType>>();
  let work: Promise<void> = Promise.resolve();
  const waiting = new Set<string>();
  const hashes = new WeakMap<Tool, string>();

  function hashOf(tool: Tool): string {
    const hash = hashes.get(tool) ?? hashTool(tool);
    hashes.set(tool, hash);
    return hash;
  }

  function observe(server: string, tool: Tool, value: unknown): void {
    if (tool.outputSchema !== undefined || folderOf(server) === undefined) return;
    const observed = { hash: hashOf(tool), samples: 1, shape: shapeOf(value) };
    const ofServer = pending.get(server) ?? new Map<string, ObservedType>();
    ofServer.set(tool.name, merge(ofServer.get(tool.name), observed));
    pending.set(server, ofServer);
    if (waiting.has(server)) return;
    waiting.add(server);
    // What cannot be written, as in a folder of somebody else's, is not learned.
    work = work.then(() => write(server)).catch(() => {});
  }

  async function write(server: string): Promise<void> {
    waiting.delete(server);
    const folder = folderOf(server)!;
    const added = pending.get(server);
    if (added === undefined) return;
    const before = await knownOf(server, folder);
    const isNews = [...added].some(([tool, observed]) => {
      const old = before.get(tool);
      return old === undefined || shownOf(merge(old, observed)) !== shownOf(old);
    });
    if (!isNews) return;
    pending.delete(server);
    const onAdded = (observed: ObservedTypes) => onChange(server, observed);
    const all = await addObserved(folder, { added, onAdded });
    known.set(server, Promise.resolve(new Map(all)));
  }

  function knownOf(server: string, folder: string): Promise<Map<string, ObservedType>> {
    const found = known.get(server) ??
      readObserved(folder).then((observed) => new Map(observed));
    known.set(server, found);
    return found;
  }

  return {
    observe,
    async settled() {
      await work;
    },
  };
}

/** What of an observed type can be seen. */
function shownOf({ hash, samples, shape }: ObservedType): string {
  return JSON.stringify([hash, observedDoc(samples), shape]);
}

/** Beside the wrappers of a server. */
const OBSERVED_FILE = "observed.json";

/** A file of its own, because the other one is replaced. */
const LOCK_FILE = `.${OBSERVED_FILE}.lock`;

const VERSION = 1;

/** What was observed of a server; nothing where the file is missing or is no such file. */
export async function readObserved(folder: string): Promise<ObservedTypes> {
  const text = await readPlainFile(join(folder, OBSERVED_FILE)).catch(() => undefined);
  return text === undefined ? new Map() : parse(text);
}

/** Options of {@linkcode addObserved}. */
export interface AddObservedOptions {
  readonly added: ObservedTypes;
  /** Called with all that is observed by then; nobody else adds before it is done. */
  onAdded(observed: ObservedTypes): Promise<void>;
}

/**
 * Adds what was observed to the file of a server's folder, whoever else adds to it meanwhile. The
 * file is replaced as a whole.
 */
export async function addObserved(
  folder: string,
  { added, onAdded }: AddObservedOptions,
): Promise<ObservedTypes> {
  using lock = await Deno.open(join(folder, LOCK_FILE), { create: true, write: true });
  await lock.lock(true);
  const merged = new Map(await readObserved(folder));
  for (const [tool, observed] of added) merged.set(tool, merge(merged.get(tool), observed));
  const tools = Object.fromEntries([...merged].sort(([a], [b]) => a < b ? -1 : 1));
  const text = `${JSON.stringify({ version: VERSION, tools }, null, 1)}\n`;
  await replaceFile(join(folder, OBSERVED_FILE), text);
  await onAdded(merged);
  return merged;
}

/** Of a tool that has changed since, nothing is kept. */
export function merge(known: ObservedType | undefined, added: ObservedType): ObservedType {
  if (known?.hash !== added.hash) return added;
  return {
    hash: known.hash,
    samples: known.samples + added.samples,
    shape: mergeShapes(known.shape, added.shape),
  };
}

function parse(text: string): ObservedTypes {
  try {
    const file: unknown = JSON.parse(text);
    if (!isJsonObject(file) || file.version !== VERSION || !isJsonObject(file.tools)) {
      return new Map();
    }
    return new Map(
      Object.entries(file.tools).filter((entry): entry is [string, ObservedType] =>
        isObserved(entry[1])
      ),
    );
  } catch {
    return new Map();
  }
}

function isObserved(value: unknown): boolean {
  return isJsonObject(value) && typeof value.hash === "string" &&
    Number.isSafeInteger(value.samples) && isShape(value.shape, 0);
}

const MAX_DEPTH = 20;
const KINDS: ReadonlySet<unknown> = new Set(["string", "number", "boolean", "null"]);

/** The file lies in a folder that people edit: what is no shape is not read as one. */
function isShape(value: unknown, depth: number): value is Shape {
  if (!isJsonObject(value) || depth > MAX_DEPTH) return false;
  const { kinds = [], item, object } = value;
  if (!Array.isArray(kinds) || !kinds.every((kind) => KINDS.has(kind))) return false;
  if (item !== undefined && !isShape(item, depth + 1)) return false;
  if (object === undefined) return true;
  if (!isJsonObject(object)) return false;
  if (object.values !== undefined) return isShape(object.values, depth + 1);
  return isJsonObject(object.fields) &&
    Object.values(object.fields).every((field) =>
      isJsonObject(field) && isShape(field.shape, depth + 1)
    );
}
