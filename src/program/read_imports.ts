import type {
  ExportAllDeclaration,
  ExportNamedDeclaration,
  Expression,
  ImportDeclaration,
  ImportExpression,
  Node,
} from "acorn";
import { AirlockError } from "../model/errors.ts";
import { type ImportTarget, importTarget, PURE_NODE_MODULES } from "./import_target.ts";
import { RefusedImports } from "./refuse_together.ts";
import { replacementFor } from "./replacements.ts";
import { type ParsedModule, positionOf } from "./parse_module.ts";
import type { ImportNode } from "./tree_facts.ts";

/** One import of a module, wherever it stands. */
export type ModuleImport =
  & { readonly target: ImportTarget; readonly specifier: string }
  & (
    | { readonly form: "import"; readonly node: ImportDeclaration }
    | { readonly form: "export"; readonly node: ExportNamedDeclaration | ExportAllDeclaration }
    | { readonly form: "call"; readonly node: ImportExpression }
  );

/** All imports of a module. */
export interface ModuleImports {
  readonly imports: readonly ModuleImport[];
  /** `import(x)` whose specifier is known only while the program runs. */
  readonly computed: readonly ImportExpression[];
}

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

/** The text of an expression that is a plain string. */
export function literal(node: Expression): string | undefined {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral" && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? undefined;
  }
  return undefined;
}

/** A specifier as messages show it. */
export function clipSpecifier(specifier: string): string {
  return specifier.length > 80 ? `${specifier.slice(0, 80).toWellFormed()}…` : specifier;
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
