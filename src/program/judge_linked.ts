import type { AnyNode, Comment, Program } from "acorn";
import { AirlockError } from "../model/errors.ts";
import { codeOfFunction, codeOfSkill, replacer } from "./expected_code.ts";
import { importsOfEngine } from "./imports_of_engine.ts";
import { isSameCode } from "./is_same_code.ts";
import type { LinkedNames } from "./link_module.ts";
import { parseProgram } from "./program_parser.ts";
import type { ProgramModule } from "./program_module.ts";
import { literal } from "./read_imports.ts";
import { readTreeFacts } from "./tree_facts.ts";

/** What a module's file must be. */
export interface ExpectedFile {
  /** The module that it is made of. */
  readonly module: ProgramModule;
  readonly names: LinkedNames;
  /** All that it imports, in the order of its text. */
  readonly imports: readonly string[];
  /** All that its loader may load, in the order of its text. */
  readonly loads: readonly string[];
}

/**
 * Judges a file that was made, as if anybody had made it: it is read again, by the parser that read
 * the program and by the engine that will run it. Both must find the imports that were put in and no
 * others, and the parser the module's own code.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX where they do not
 */
export function judgeLinked(js: string, { module, ...expected }: ExpectedFile): void {
  const tree = readAgain(js, expected);
  const replace = replacer(expected.names);
  const own = codeIn(tree, module, expected);
  const code = module.skill === undefined
    ? codeOfFunction(module, expected.names)
    : codeOfSkill(module);
  if (own === undefined || !isSameCode(code, own, replace)) throw refused("its code");
}

/** What a file that was made must import. */
export type ExpectedImports = Pick<ExpectedFile, "imports" | "loads">;

/**
 * Reads a file that was made; of comments it must have one, with nothing in it, at its end.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX where it imports anything else
 */
export function readAgain(js: string, { imports, loads }: ExpectedImports): Program {
  const comments: Comment[] = [];
  const tree = parseProgram(js, {
    allowReturnOutsideFunction: false,
    locations: false,
    onComment: comments,
  });
  const [last] = comments;
  if (comments.length !== 1 || last!.value !== "" || last!.end !== js.length) {
    throw refused("its comments");
  }
  const facts = readTreeFacts(tree);
  const found: string[] = [];
  const loaded: (string | undefined)[] = [];
  for (const node of facts.imports) {
    const { attributes, options } = node as { attributes?: unknown[]; options?: unknown };
    if (attributes?.length || options) throw refused("its imports");
    if (node.type === "ImportExpression") loaded.push(literal(node.source));
    else found.push(String(node.source.value));
  }
  const isAsPut = isSameList(found, imports) && isSameList(loaded, loads);
  if (!isAsPut || facts.metas.length > 0) throw refused("its imports");
  if (importsOfEngine(js).symmetricDifference(new Set(imports)).size > 0) {
    throw refused("its imports");
  }
  return tree;
}

/** The statements of the module's own code; undefined where the file is not made as it must be. */
function codeIn(
  { body }: Program,
  { skill }: ProgramModule,
  { imports, names }: Omit<ExpectedFile, "module">,
): readonly AnyNode[] | undefined {
  const own = imports.length + Number(names.usesLoader) + Number(names.usesMeta);
  const isHead = body.slice(0, own).every((node, at) =>
    at < imports.length
      ? Boolean((node as { source?: unknown }).source)
      : node.type === "VariableDeclaration" && node.kind === "const"
  );
  if (!isHead) return undefined;
  if (skill !== undefined) return body.slice(own);
  const [exported, ...others] = body.slice(own);
  if (exported?.type !== "ExportDefaultDeclaration" || others.length > 0) return undefined;
  const { declaration } = exported;
  if (declaration.type !== "ArrowFunctionExpression") return undefined;
  const { async: isAsync, params, body: block } = declaration;
  return isAsync && params.length === 0 && block.type === "BlockStatement" ? block.body : undefined;
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((item, at) => item === other[at]);
}

function refused(what: string): AirlockError {
  return new AirlockError(
    "PROGRAM_SYNTAX",
    `Cannot link program: ${what} would not be what was judged`,
    { hint: "Write it in a plainer way" },
  );
}
