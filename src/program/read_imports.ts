import type {
  ImportNode,
  ModuleImport,
  ModuleImports,
  ParsedModule,
  ProgramModule,
} from "./program.ts";
import type { ImportExpression, Node } from "acorn";
import { AirlockError } from "../model/errors.ts";
import { replacementFor } from "./suggest_names.ts";
import { positionOf } from "./parse_module.ts";
import { literal } from "./tree_facts.ts";
import { importTarget, PURE_NODE_MODULES } from "./import_target.ts";

/** More imports than a person would read; each costs the host a few questions. */
const MAX_IMPORTS = 2_000;

/**
 * Finds every import of a module and what it stands for.
 *
 * @throws {AirlockError} IMPORT_REFUSED at the first import of anything that is not allowed, with those after it
 */
export function readImports(module: ParsedModule): ModuleImports {
  const imports: ModuleImport[] = [];
  const computed: ImportExpression[] = [];
  const refusedOnes = new RefusedImports();
  for (const node of module.facts.imports) {
    if (imports.length + computed.length === MAX_IMPORTS) throw tooMany(node);
    try {
      read(node);
    } catch (error) {
      refusedOnes.add(error);
    }
  }
  refusedOnes.throw();
  return { imports, computed };

  function read(node: ImportNode): void {
    refuseAttributes(node);
    const specifier = specifierOf(node);
    if (specifier !== undefined) imports.push(readImport(node, specifier));
    else computed.push(node as ImportExpression);
  }

  function readImport(node: ImportNode, specifier: string): ModuleImport {
    const target = importTarget(specifier);
    if (target === undefined) throw refused(specifier, node);
    if (node.type === "ImportDeclaration") return { form: "import", node, specifier, target };
    if (node.type === "ImportExpression") return { form: "call", node, specifier, target };
    return { form: "export", node, specifier, target };
  }

  function refuseAttributes(node: ImportNode): void {
    const { attributes, options } = node as { attributes?: unknown[]; options?: unknown };
    if (!attributes?.length && !options) return;
    throw new AirlockError("IMPORT_REFUSED", "Cannot import: attributes are not allowed", {
      position: positionOf(node, module),
      hint: 'Read data with Deno.readTextFile("./workspace/…") or a tool',
    });
  }

  function refused(specifier: string, node: Node): AirlockError {
    const shown = clipSpecifier(specifier);
    return new AirlockError("IMPORT_REFUSED", `Cannot import "${shown}": not allowed`, {
      position: positionOf(node, module),
      hint: hintFor(specifier),
    });
  }

  function tooMany(node: Node): AirlockError {
    return new AirlockError("IMPORT_REFUSED", `Cannot import: more than ${MAX_IMPORTS} imports`, {
      position: positionOf(node, module),
      hint: "Import several tools of a server by one statement",
    });
  }
}

/** Undefined where it is known only while the program runs. */
function specifierOf(node: ImportNode): string | undefined {
  return node.type === "ImportExpression" ? literal(node.source) : String(node.source.value);
}

const ALLOWED = `Allowed are "./servers/<server>/<tool>.ts", "./skills/<name>", "airlock" and ` +
  [...PURE_NODE_MODULES].map((name) => `node:${name}`).join(", ");

function hintFor(specifier: string): string {
  if (/^(https?|npm|jsr):/.test(specifier)) {
    return `Nothing is downloaded into a run: write the code, or find a tool. ${ALLOWED}`;
  }
  const replacement = replacementFor(specifier);
  return replacement === undefined ? ALLOWED : `${replacement}. ${ALLOWED}`;
}

const MAX_TOLD = 5;

/** Collects what is refused of a program's imports, so that its author can mend all at once. */
export class RefusedImports {
  readonly #errors: AirlockError[] = [];

  /** Does something; an import that it refuses is kept. */
  async during(look: () => Promise<void>): Promise<void> {
    try {
      await look();
    } catch (error) {
      this.add(error);
    }
  }

  /** Keeps what was thrown of an import; all else is thrown on. */
  add(error: unknown): void {
    if (!(error instanceof AirlockError) || error.code !== "IMPORT_REFUSED") throw error;
    this.#errors.push(error);
    if (this.#errors.length === MAX_TOLD) this.throw();
  }

  /** Throws all of it as one error, where there is any: the first with its place, then the others. */
  throw(): void {
    const [first, ...others] = this.#errors;
    if (first === undefined) return;
    if (others.length === 0) throw first;
    const messages = [first.message, ...others.map(withLine)];
    const hints = new Set(this.#errors.flatMap(({ hint }) => hint ?? []));
    throw new AirlockError(first.code, messages.join("\n"), {
      cause: first,
      ...(first.position !== undefined && { position: first.position }),
      ...(hints.size > 0 && { hint: [...hints].join("\n") }),
    });
  }
}

function withLine({ message, position }: AirlockError): string {
  return position === undefined ? message : `${message} (line ${position.line})`;
}

/** A specifier as messages show it. */
function clipSpecifier(specifier: string): string {
  return specifier.length > 80 ? `${specifier.slice(0, 80).toWellFormed()}…` : specifier;
}

interface RefusedImportOptions {
  readonly module: ProgramModule;
  /** What is so. */
  readonly reason: string;
  readonly hint?: string;
}

/** What is thrown for an import that there is nothing behind. */
export function refusedImport(
  { specifier, node }: ModuleImport,
  { module, reason, hint }: RefusedImportOptions,
): AirlockError {
  const shown = clipSpecifier(specifier);
  const from = module.skill === undefined ? "" : ` in skill "${module.skill}"`;
  return new AirlockError("IMPORT_REFUSED", `Cannot import "${shown}"${from}: ${reason}`, {
    ...(module.skill === undefined ? { position: positionOf(node, module) } : {}),
    ...(hint === undefined ? {} : { hint }),
  });
}
