import { AirlockError } from "../model/errors.ts";
import { readAgain } from "./judge_linked.ts";
import { quote } from "./linked_code.ts";
import { parseModule } from "./parse_module.ts";
import type { ParsedModule } from "./program.ts";
import type { Stripper } from "./strip_types.ts";
import { applyEdits, overwrite } from "./text_edits.ts";

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
  const { facts: { imports: [client, ...others], metas }, js } = module;
  const isWrapper = client?.type === "ImportDeclaration" && client.source.value === CLIENT &&
    others.length + metas.length + client.attributes.length === 0;
  if (!isWrapper) {
    throw new AirlockError(
      "IMPORT_REFUSED",
      `Cannot import "./servers/${folder}/${file}.ts": it is no longer a wrapper`,
      { hint: "deno task generate writes it again" },
    );
  }
  const names = client.specifiers.map(({ local }) => `callMCPTool as ${local.name}`).join(", ");
  const head = `import { ${names} } from ${quote(clientUrl)};`;
  const linked = `${head}${applyEdits(js, [overwrite(js, client, ";")])}\n//`;
  readAgain(linked, { imports: [clientUrl], loads: [] });
  return linked;
}
