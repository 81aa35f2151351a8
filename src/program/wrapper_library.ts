import { join, toFileUrl } from "@std/path";
import { type GeneratedServer, generateServer, wrapperOf } from "../codegen/generate_server.ts";
import { nameServers } from "../codegen/names.ts";
import { type LockedServer, readServersLock } from "../codegen/servers_lock.ts";
import { AirlockError } from "../model/errors.ts";
import type { Tool } from "../model/tool.ts";
import type { Wrapper, Wrappers } from "./wrappers.ts";
import {
  createTypeObserver,
  readObserved,
  type TypeObserver,
} from "../codegen/observed/type_observer.ts";
import type { ObservedTypes } from "../codegen/observed/observed_shape.ts";
import {
  writeObservedWrappers,
  writeServers,
  writeWithheldWrappers,
} from "../codegen/write_servers.ts";
import { ensureDir } from "@std/fs";
import type { LinkWrapperInput } from "./link_wrapper.ts";

/** The wrappers of all configured servers. */
export interface WrapperLibrary extends Wrappers {
  /** The folder of a server under `servers/`. */
  folderOf(server: string): string | undefined;
  /** The text of a tool's wrapper; undefined where there is no such tool. */
  text(server: string, tool: string): Promise<string | undefined>;
  /**
   * Learns the type of a result where the tool promises none: its shape, never its values. Returns at
   * once; `settled` tells when the wrapper's file says so.
   */
  observe(result: ObservedResult): void;
  /** Resolves when all that was observed is written. */
  settled(): Promise<void>;
}

/** What a tool answered. */
interface ObservedResult {
  readonly server: string;
  readonly tool: Tool;
  readonly value: unknown;
}

interface CreateWrapperLibraryOptions {
  /** The names of the configured servers. */
  readonly servers: readonly string[];
  /** The folder `servers/`. */
  readonly dir: string;
  /** Gives workers a wrapper's JavaScript. */
  readonly publish: PublishWrapper;
  /** Gives a server's tools; rejects where it is out of reach and nothing is known of it. */
  catalogue(server: string): Promise<readonly Tool[]>;
}

/**
 * Makes the library: what a server has is generated from its catalogue, written where it is missing
 * and read from its file where it is there. For a server that is out of reach, `servers.lock.json`
 * tells what there was: a program may then run, and only its calls of that server fail.
 */
export function createWrapperLibrary(options: CreateWrapperLibraryOptions): WrapperLibrary {
  const { servers, dir, catalogue, publish } = options;
  const folders = nameServers(servers);
  const names = new Map([...folders].map(([server, folder]) => [folder, server]));
  const generated = new GeneratedServers({ folders, dir, catalogue });
  const { observer } = generated;

  async function ofServer(server: string): Promise<readonly Wrapper[] | undefined> {
    const folder = folders.get(server);
    if (folder === undefined) return undefined;
    try {
      return wrappersOf(server, (await generated.of(server)).lock);
    } catch (error) {
      if (!(error instanceof AirlockError)) throw error;
      const locked = (await readServersLock(dir)).get(server);
      if (locked === undefined || locked.folder !== folder) throw error;
      return wrappersOf(server, locked);
    }
  }

  async function text(server: string, tool: string): Promise<string | undefined> {
    const all = await ofServer(server);
    const wrapper = all && toolsOf(all).get(tool);
    return wrapper && await textOf(wrapper);
  }

  /** A wrapper's file, else what its file would be: the folder may not be ours to write to. */
  async function textOf({ server, tool, folder, file }: Wrapper): Promise<string> {
    // Its file may still have words that are withheld.
    const made = await generated.of(server).catch(() => undefined);
    if (made?.withheld.has(tool)) return wrapperOf(made, tool)!.text;
    try {
      return await Deno.readTextFile(join(dir, folder, `${file}.ts`));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      return wrapperOf(await generated.of(server), tool)!.text;
    }
  }

  return {
    folders: () => [...names.keys()],
    folderOf: (server) => folders.get(server),
    inFolder: async (folder) => {
      const server = names.get(folder);
      return server === undefined ? undefined : await ofServer(server);
    },
    ofServer,
    text,
    textOf,
    observe: ({ server, tool, value }) => observer.observe(server, tool, value),
    settled: () => observer.settled(),
    moduleUrl: async (wrapper) => await publish(wrapper, await textOf(wrapper)),
  };
}

/** A server may have thousands of tools, and is asked for each: what was made of its lock is kept. */
const WRAPPERS = new WeakMap<LockedServer, readonly Wrapper[]>();
const TOOLS = new WeakMap<readonly Wrapper[], ReadonlyMap<string, Wrapper>>();

function wrappersOf(server: string, locked: LockedServer): readonly Wrapper[] {
  const known = WRAPPERS.get(locked);
  if (known?.[0]?.server === server) return known;
  const wrappers = [...locked.tools].map(([tool, { file, export: exportName }]) => ({
    server,
    tool,
    folder: locked.folder,
    file: file.replace(/\.ts$/, ""),
    exportName,
  }));
  WRAPPERS.set(locked, wrappers);
  return wrappers;
}

function toolsOf(wrappers: readonly Wrapper[]): ReadonlyMap<string, Wrapper> {
  let tools = TOOLS.get(wrappers);
  if (tools === undefined) {
    tools = new Map(wrappers.map((wrapper) => [wrapper.tool, wrapper]));
    TOOLS.set(wrappers, tools);
  }
  return tools;
}

interface GeneratedServersOptions {
  /** The folder of each server under `dir`. */
  readonly folders: ReadonlyMap<string, string>;
  /** The folder `servers/`. */
  readonly dir: string;
  /** Gives a server's tools; rejects where it is out of reach and nothing is known of it. */
  catalogue(server: string): Promise<readonly Tool[]>;
}

/** What is generated of servers, once for each list of tools that one gives. */
class GeneratedServers {
  /** Learns the types of results; what was generated follows. */
  readonly observer: TypeObserver;
  readonly #options: GeneratedServersOptions;
  readonly #generated = new WeakMap<readonly Tool[], Promise<GeneratedServer>>();

  constructor(options: GeneratedServersOptions) {
    this.#options = options;
    const { folders, dir } = options;
    this.observer = createTypeObserver({
      folderOf: (server) => {
        const folder = folders.get(server);
        return folder === undefined ? undefined : join(dir, folder);
      },
      onChange: (server, observed) => this.#renew(server, observed),
    });
  }

  /** What is generated of a server that there is, written where it is missing. */
  async of(server: string): Promise<GeneratedServer> {
    const tools = await this.#options.catalogue(server);
    const known = this.#generated.get(tools) ?? this.#generate(server, tools);
    this.#generated.set(tools, known);
    return await known;
  }

  async #generate(server: string, tools: readonly Tool[]): Promise<GeneratedServer> {
    const { folders, dir } = this.#options;
    const folder = folders.get(server)!;
    const observed = await readObserved(join(dir, folder));
    const made = generateServer({ server, tools, folder, observed });
    await orReadOnly(async () => {
      await writeServers(dir, [made], { mode: "missing" });
      await writeWithheldWrappers(dir, made);
    });
    return made;
  }

  async #renew(server: string, observed: ObservedTypes): Promise<void> {
    const { folders, dir, catalogue } = this.#options;
    const tools = await catalogue(server);
    const folder = folders.get(server)!;
    const made = generateServer({ server, tools, folder, observed });
    this.#generated.set(tools, Promise.resolve(made));
    await writeObservedWrappers(dir, made);
  }
}

/** Wrappers are for people to read too; a folder that cannot be written to is no reason to fail. */
async function orReadOnly(write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (error) {
    const readOnly = error instanceof Deno.errors.PermissionDenied ||
      error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.FilesystemLoop;
    if (!readOnly) throw error;
  }
}

/** Gives the URL of a wrapper's JavaScript, made from the wrapper's text. */
type PublishWrapper = (wrapper: Wrapper, text: string) => Promise<string>;

interface CreateWrapperPublisherOptions {
  /** Where the JavaScript is put. */
  readonly modulesDir: string;
  /** URL of the folder of the guest's files, with a slash at its end. */
  readonly guestUrl: string;
  /** Makes a wrapper's JavaScript. */
  link(input: LinkWrapperInput): Promise<string>;
}

/** Makes the place where workers import wrappers from. */
export function createWrapperPublisher(
  { modulesDir, guestUrl, link }: CreateWrapperPublisherOptions,
): PublishWrapper {
  const published = new Map<string, { readonly text: string; readonly url: Promise<string> }>();
  let written = 0;

  return (wrapper, text) => {
    const key = `${wrapper.folder}/${wrapper.file}`;
    const known = published.get(key);
    if (known?.text === text) return known.url;
    // Programs that come at once share one file, and none finds it half written.
    const url = publish(wrapper, text);
    published.set(key, { text, url });
    url.catch(() => published.get(key)?.url === url && published.delete(key));
    return url;
  };

  async function publish({ folder, file }: Wrapper, text: string): Promise<string> {
    const js = await link({ folder, file, text, clientUrl: `${guestUrl}client.js` });
    const dir = join(modulesDir, folder);
    await ensureDir(dir);
    // A new name for a new text: a worker that runs may still import the old one.
    const path = join(dir, `${file}.${written++}.js`);
    await Deno.writeTextFile(path, js);
    return toFileUrl(path).href;
  }
}
