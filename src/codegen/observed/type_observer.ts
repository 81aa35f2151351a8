import type { Tool } from "../../model/tool.ts";
import { hashTool } from "../hash_tool.ts";
import { addObserved, merge, readObserved } from "./observed_file.ts";
import { observedDoc } from "./observed_mark.ts";
import type { ObservedType, ObservedTypes } from "./observed_type.ts";
import { shapeOf } from "./shape_of.ts";

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
