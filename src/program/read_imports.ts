import { AirlockError } from "../errors.ts";
import type {
  ExportAllDeclaration,
  ExportNamedDeclaration,
  Expression,
  ImportDeclaration,
  ImportExpression,
  Node,
} from "acorn";
import { full } from "acorn-walk";
import { type ImportTarget, importTarget, PURE_NODE_MODULES } from "./import_target.ts";
import { replacementFor } from "./replacements.ts";
import { type ParsedModule, positionOf } from "./parse_module.ts";

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

/**
 * Finds every import of a module and what it stands for.
 *
 * @throws {AirlockError} IMPORT_REFUSED at the first import of anything that is not allowed
 */
export function readImports(module: ParsedModule): ModuleImports {
  const imports: ModuleImport[] = [];
  const computed: ImportExpression[] = [];
  full(module.tree, (node) => {
    if (isImportDeclaration(node)) {
      imports.push({ form: "import", node, ...read(node.source.value, node) });
    } else if (isReExport(node)) {
      imports.push({ form: "export", node, ...read(node.source.value, node) });
    } else if (isImportExpression(node)) {
      const specifier = literal(node.source);
      if (specifier === undefined) computed.push(refuseAttributes(node));
      else imports.push({ form: "call", node, ...read(specifier, node) });
    }
  });
  return { imports, computed };

  function read(source: unknown, node: ImportNode) {
    refuseAttributes(node);
    const specifier = String(source);
    const target = importTarget(specifier);
    if (target === undefined) throw refused(specifier, node);
    return { specifier, target };
  }

  function refuseAttributes<T extends ImportNode>(node: T): T {
    const { attributes, options } = node as { attributes?: unknown[]; options?: unknown };
    if (!attributes?.length && !options) return node;
    throw new AirlockError("IMPORT_REFUSED", "Cannot import: attributes are not allowed", {
      position: positionOf(node, module),
      hint: 'Read data with Deno.readTextFile("./workspace/…") or a tool',
    });
  }

  function refused(specifier: string, node: Node): AirlockError {
    return new AirlockError("IMPORT_REFUSED", `Cannot import "${clip(specifier)}": not allowed`, {
      position: positionOf(node, module),
      hint: hintFor(specifier),
    });
  }
}

type ImportNode =
  | ImportDeclaration
  | ExportNamedDeclaration
  | ExportAllDeclaration
  | ImportExpression;

function isImportDeclaration(node: Node): node is ImportDeclaration {
  return node.type === "ImportDeclaration";
}

function isImportExpression(node: Node): node is ImportExpression {
  return node.type === "ImportExpression";
}

function isReExport(node: Node): node is
  & (ExportNamedDeclaration | ExportAllDeclaration)
  & { source: { value: unknown } } {
  return (node.type === "ExportNamedDeclaration" || node.type === "ExportAllDeclaration") &&
    Boolean((node as ExportAllDeclaration).source);
}

/** The text of an expression that is a plain string. */
export function literal(node: Expression): string | undefined {
  if (node.type === "Literal" && typeof node.value === "string") return node.value;
  if (node.type === "TemplateLiteral" && node.expressions.length === 0) {
    return node.quasis[0]?.value.cooked ?? undefined;
  }
  return undefined;
}

function clip(specifier: string): string {
  return specifier.length > 80 ? `${specifier.slice(0, 80)}…` : specifier;
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
