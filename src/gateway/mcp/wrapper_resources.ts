import {
  type ListResourcesResult,
  type ListResourceTemplatesResult,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  ResourceNotFoundError,
} from "@modelcontextprotocol/server";
import type { Runtime } from "../../runs/runtime.ts";

const SCHEME = "airlock://";
const TYPE = "text/typescript";
const PAGE = 100;
const MAX_URI_LENGTH = 1_000;

/** The URI template of wrappers. */
export const WRAPPER_TEMPLATES: ListResourceTemplatesResult = {
  resourceTemplates: [{
    name: "wrapper",
    uriTemplate: `${SCHEME}servers/{server}/{tool}.ts`,
    description: "The module that a program imports to call a tool",
    mimeType: TYPE,
  }],
};

/** Lists a page of the wrappers, in the order of their paths. */
export async function listWrappers(
  runtime: Runtime,
  cursor: string | undefined,
): Promise<ListResourcesResult> {
  const after = cursor === undefined ? "" : toModule(cursor);
  if (after === undefined) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, "Cannot list resources: no such page");
  }
  const modules = (await runtime.tools()).map(({ module }) => module).sort();
  const rest = modules.filter((module) => module > after);
  const page = rest.slice(0, PAGE);
  return {
    resources: page.map((module) => ({
      uri: toUri(module),
      name: module.replace(/^\.\/servers\/|\.ts$/g, ""),
      mimeType: TYPE,
    })),
    ...(rest.length > PAGE && { nextCursor: toUri(page.at(-1)!) }),
  };
}

/** Reads one wrapper. */
export async function readWrapper(runtime: Runtime, uri: string): Promise<ReadResourceResult> {
  const module = toModule(uri);
  const text = module === undefined ? undefined : await findText(runtime, module);
  if (text === undefined) throw new ResourceNotFoundError(uri.slice(0, MAX_URI_LENGTH));
  return { contents: [{ uri, mimeType: TYPE, text }] };
}

/** Asks only the server that the path belongs to, and only for an existing path. */
async function findText(runtime: Runtime, module: string): Promise<string | undefined> {
  const owner = runtime.servers().find(({ folder, state }) =>
    folder !== undefined && state !== "disabled" && module.startsWith(`./servers/${folder}/`)
  );
  if (owner === undefined) return undefined;
  const tools = await runtime.tools(owner.name).catch(() => []);
  const found = tools.find((tool) => tool.module === module);
  return found && await runtime.wrapperText(found.server, found.tool.name);
}

function toUri(module: string): string {
  return SCHEME + module.slice("./".length);
}

/** The module path of a URI, exactly as the tools have it; undefined for another URI. */
function toModule(uri: string): string | undefined {
  if (uri.length > MAX_URI_LENGTH || !uri.startsWith(`${SCHEME}servers/`)) return undefined;
  return `./${uri.slice(SCHEME.length)}`;
}
