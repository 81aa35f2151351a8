import type { ExportAllDeclaration, ImportDeclaration, Node, Program } from "acorn";
import { full } from "acorn-walk";
import { ensureDir } from "@std/fs";
import { join, toFileUrl } from "@std/path";
import { AirlockError } from "../errors.ts";
import { blank, type ParsedModule, parseModule } from "./parse_module.ts";
import type { Stripper } from "./stripper.ts";
import type { Wrapper } from "./wrappers.ts";

/** Gives the URL of a wrapper's JavaScript, made from the wrapper's text. */
export type PublishWrapper = (wrapper: Wrapper, text: string) => Promise<string>;

/** Options of {@linkcode createWrapperPublisher}. */
export interface CreateWrapperPublisherOptions {
  /** Where the JavaScript is put. */
  readonly modulesDir: string;
  /** URL of the folder of the guest's files, with a slash at its end. */
  readonly guestUrl: string;
  readonly stripper: Stripper;
}

/** What every wrapper imports. */
const CLIENT = "../client.ts";

/**
 * Makes the place where workers import wrappers from. A wrapper is a file that people may edit; it is
 * given to a worker only while all it imports is what wrappers import.
 */
export function createWrapperPublisher(
  { modulesDir, guestUrl, stripper }: CreateWrapperPublisherOptions,
): PublishWrapper {
  const published = new Map<string, { readonly text: string; readonly url: Promise<string> }>();
  let count = 0;

  return (wrapper, text) => {
    const key = `${wrapper.folder}/${wrapper.file}`;
    const known = published.get(key);
    if (known?.text === text) return known.url;
    // Whoever asks meanwhile waits for the same file: a worker may read it from its first byte on.
    const url = publish(wrapper, text);
    published.set(key, { text, url });
    url.catch(() => published.get(key)?.url === url && published.delete(key));
    return url;
  };

  async function publish(wrapper: Wrapper, text: string): Promise<string> {
    const module = await parseModule(text, stripper);
    const js = withClient(module, { wrapper, clientUrl: `${guestUrl}client.js` });
    const dir = join(modulesDir, wrapper.folder);
    await ensureDir(dir);
    // A new name for a new text: a worker that runs may still import the old one.
    const path = join(dir, `${wrapper.file}.${count++}.js`);
    await Deno.writeTextFile(path, js);
    return toFileUrl(path).href;
  }
}

function withClient(
  module: ParsedModule,
  { wrapper, clientUrl }: { wrapper: Wrapper; clientUrl: string },
): string {
  const [client, ...others] = importsOf(module.tree);
  const isWrapper = client?.type === "ImportDeclaration" && others.length === 0 &&
    (client as ImportDeclaration).source.value === CLIENT;
  if (!isWrapper) {
    throw new AirlockError(
      "IMPORT_REFUSED",
      `Cannot import "./servers/${wrapper.folder}/${wrapper.file}.ts": it is no longer a wrapper`,
      { hint: "deno task generate writes it again" },
    );
  }
  const { specifiers, start, end } = client as ImportDeclaration;
  const names = specifiers.map(({ local }) => `callMCPTool as ${local.name}`).join(", ");
  return `import { ${names} } from ${JSON.stringify(clientUrl)};` +
    blank(module.js, { start, end });
}

function importsOf(tree: Program): Node[] {
  const found: Node[] = [];
  full(tree, (node) => {
    const isImport = node.type === "ImportDeclaration" || node.type === "ImportExpression";
    if (isImport || (node as ExportAllDeclaration).source) found.push(node);
  });
  return found;
}
