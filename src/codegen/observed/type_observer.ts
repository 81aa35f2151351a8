import { join } from "@std/path";
import type { Tool } from "../../model/tool.ts";
import { isJsonObject } from "../../text/json_value.ts";
import { readPlainFile, writePlainFile } from "../generated_folder.ts";
import { hashTool } from "../hash_tool.ts";
import {
  mergeShapes,
  type ObservedType,
  type ObservedTypes,
  type Shape,
  shapeOf,
} from "./observed_shape.ts";
import { observedDoc } from "./observed_type.ts";

/** Learns the result types of tools without an output schema. */
export interface TypeObserver {
  /** Takes the shape of one result; nothing else of it is kept. */
  observe(server: string, tool: Tool, value: unknown): void;
  /** Resolves when all that was observed is written. */
  settled(): Promise<void>;
}

/**
 * Makes the observer. A file is written when a type changes, not for each result. `folderOf` gives
 * the folder of a server's wrappers, if it has one; `onChange` is called with changed types, and no
 * other host changes them until it is done.
 */
export function createTypeObserver({ folderOf, onChange }: {
  folderOf(server: string): string | undefined;
  onChange(server: string, observed: ObservedTypes): Promise<void>;
}): TypeObserver {
  const known = new Map<string, Promise<ObservedTypes>>();
  /** Types that are in no file yet. */
  const pending = new Map<string, Map<string, ObservedType>>();
  let work: Promise<void> = Promise.resolve();
  const waiting = new Set<string>();

  function observe(server: string, tool: Tool, value: unknown): void {
    if (tool.outputSchema !== undefined || folderOf(server) === undefined) return;
    const observed = { hash: hashOf(tool), samples: 1, shape: shapeOf(value) };
    const ofServer = pending.get(server) ?? new Map<string, ObservedType>();
    ofServer.set(tool.name, merge(ofServer.get(tool.name), observed));
    pending.set(server, ofServer);
    if (waiting.has(server)) return;
    waiting.add(server);
    // A type that cannot be written, such as into a folder without permission, is not learned.
    work = work.then(() => write(server)).catch(() => {});
  }

  async function write(server: string): Promise<void> {
    waiting.delete(server);
    const folder = folderOf(server)!;
    const added = pending.get(server);
    if (added === undefined) return;
    const before = await knownOf(server, folder);
    const isChanged = [...added].some(([tool, observed]) => {
      const old = before.get(tool);
      return old === undefined || shownOf(merge(old, observed)) !== shownOf(old);
    });
    if (!isChanged) return;
    pending.delete(server);
    const all = addObserved(folder, added, (observed) => onChange(server, observed));
    known.set(server, Promise.resolve(await all));
  }

  function knownOf(server: string, folder: string): Promise<ObservedTypes> {
    const found = known.get(server) ?? readObserved(folder);
    known.set(server, found);
    return found;
  }

  return { observe, settled: () => work };
}

const hashes = new WeakMap<Tool, string>();

function hashOf(tool: Tool): string {
  const hash = hashes.get(tool) ?? hashTool(tool);
  hashes.set(tool, hash);
  return hash;
}

/** The parts of an observed type that a wrapper shows. */
function shownOf({ hash, samples, shape }: ObservedType): string {
  return JSON.stringify([hash, observedDoc(samples), shape]);
}

/** Beside the wrappers of a server. */
const OBSERVED_FILE = "observed.json";
/** A file of its own, because the other one is replaced. */
const LOCK_FILE = `.${OBSERVED_FILE}.lock`;
const VERSION = 1;

/** The observed types of a server; none where the file is missing or is no such file. */
export async function readObserved(folder: string): Promise<ObservedTypes> {
  const text = await readPlainFile(join(folder, OBSERVED_FILE)).catch(() => undefined);
  return text === undefined ? new Map() : parse(text);
}

/** Adds types to the file of a server's folder; no other host adds before `onAdded` is done. */
async function addObserved(
  folder: string,
  added: ObservedTypes,
  onAdded: (observed: ObservedTypes) => Promise<void>,
): Promise<ObservedTypes> {
  using lock = await Deno.open(join(folder, LOCK_FILE), { create: true, write: true });
  await lock.lock(true);
  const merged = new Map(await readObserved(folder));
  for (const [tool, observed] of added) merged.set(tool, merge(merged.get(tool), observed));
  const tools = Object.fromEntries([...merged].sort(([a], [b]) => a < b ? -1 : 1));
  const text = `${JSON.stringify({ version: VERSION, tools }, null, 1)}\n`;
  await writePlainFile(join(folder, OBSERVED_FILE), text);
  await onAdded(merged);
  return merged;
}

/** Both types as one; nothing is kept of a tool that has changed since. */
function merge(known: ObservedType | undefined, added: ObservedType): ObservedType {
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

/** Whether a value of the file, which people may edit, is a shape. */
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
