import type { ExportAllDeclaration, ImportDeclaration, Node, Program } from "acorn";
import { full } from "acorn-walk";
import { AirlockError } from "../errors.ts";
import { blank, type ParsedModule, parseModule } from "./parse_module.ts";
import type { Stripper } from "./stripper.ts";

/** A wrapper's text, and what its file is to import: data, so that it can go to another process. */
export interface LinkWrapperInput {
  readonly folder: string;
  readonly file: string;
  readonly text: string;
  /** URL of the guest's module that makes calls. */
  readonly clientUrl: string;
}

/** What every wrapper imports. */
const CLIENT = "../client.ts";

/**
 * Makes a wrapper's JavaScript. A wrapper is a file that people may edit; it is given to a worker only
 * while all it imports is what wrappers import.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX or IMPORT_REFUSED
 */
export async function linkWrapper(input: LinkWrapperInput, stripper: Stripper): Promise<string> {
  const module = await parseModule(input.text, stripper);
  return withClient(module, input);
}

function withClient(module: ParsedModule, { folder, file, clientUrl }: LinkWrapperInput): string {
  const [client, ...others] = importsOf(module.tree);
  const isWrapper = client?.type === "ImportDeclaration" && others.length === 0 &&
    (client as ImportDeclaration).source.value === CLIENT;
  if (!isWrapper) {
    throw new AirlockError(
      "IMPORT_REFUSED",
      `Cannot import "./servers/${folder}/${file}.ts": it is no longer a wrapper`,
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
