import * as vm from "node:vm";
import type { AnyNode, Comment, Program } from "acorn";
import { AirlockError } from "../model/errors.ts";
import type { LinkedNames } from "./linked_code.ts";
import { parseProgram } from "./parse_text.ts";
import type { ProgramModule } from "./program.ts";
import { literal, nameOf, readTreeFacts } from "./tree_facts.ts";
import { syntaxErrorOf } from "./parse_module.ts";

/** What a module's file must be. */
interface ExpectedFile {
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
type ExpectedImports = Pick<ExpectedFile, "imports" | "loads">;

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

/** A node that is made, and stands nowhere. */
function made(fields: { readonly type: AnyNode["type"] } & Record<string, unknown>): AnyNode {
  return { start: 0, end: 0, ...fields } as AnyNode;
}

function identifier(name: string): AnyNode {
  return made({ type: "Identifier", name });
}

/** What stands in a module's file for a node of the module. */
function replacer({ loader, meta }: LinkedNames): (node: AnyNode) => AnyNode {
  return (node) => {
    if (node.type === "ImportExpression") {
      const [callee, given] = [identifier(loader), [node.source]];
      return made({ type: "CallExpression", callee, arguments: given, optional: false });
    }
    return node.type === "MetaProperty" && node.meta.name === "import" ? identifier(meta) : node;
  };
}

/** The statements that a skill's file must have behind its first line. */
function codeOfSkill({ tree }: ProgramModule): AnyNode[] {
  return tree.body.filter((node) => !isOfAnother(node));
}

/** The statements that the function in a program's file must have. */
function codeOfFunction({ tree }: ProgramModule, { value, given }: LinkedNames): AnyNode[] {
  const ends: AnyNode[] = [];
  const body = tree.body.flatMap((node): AnyNode[] => {
    if (isOfAnother(node)) return [];
    if (node.type === "ExportDefaultDeclaration") return byDefault(node.declaration as AnyNode);
    if (node.type !== "ExportNamedDeclaration") return [node];
    for (const { local, exported } of node.specifiers) {
      if (nameOf(exported) === "default") ends.push(assignment(value, identifier(nameOf(local))));
    }
    return node.declaration ? [node.declaration] : [];
  });
  const id = identifier(value);
  const declarations = [made({ type: "VariableDeclarator", id, init: null })];
  const declared = made({ type: "VariableDeclaration", declarations, kind: "let" });
  const returned = made({ type: "ReturnStatement", argument: identifier(value) });
  if (given !== undefined) ends.push(assignment(value, identifier(given)));
  return [declared, ...body, ...ends, returned];

  function byDefault(declaration: AnyNode): AnyNode[] {
    const { type } = declaration;
    if (type !== "FunctionDeclaration" && type !== "ClassDeclaration") {
      return [assignment(value, declaration)];
    }
    if (declaration.id === null) {
      const expression = type === "FunctionDeclaration" ? "FunctionExpression" : "ClassExpression";
      return [assignment(value, { ...declaration, type: expression } as AnyNode)];
    }
    ends.push(assignment(value, identifier(declaration.id.name)));
    return [declaration];
  }
}

function assignment(name: string, right: AnyNode): AnyNode {
  const left = identifier(name);
  const expression = made({ type: "AssignmentExpression", operator: "=", left, right });
  return made({ type: "ExpressionStatement", expression });
}

function isOfAnother(node: AnyNode): boolean {
  return node.type === "ImportDeclaration" || node.type === "ExportAllDeclaration" ||
    node.type === "ExportNamedDeclaration" && Boolean(node.source);
}

/** Fields of nodes that say where they stand, or what stands around them. */
const IGNORED = new Set(["start", "end", "loc", "directive"]);

/**
 * Whether two lists of statements are the same code, wherever it stands and empty statements aside.
 *
 * @param replace What stands in the second for a node of the first
 */
function isSameCode(
  one: readonly AnyNode[],
  other: readonly AnyNode[],
  replace: (node: AnyNode) => AnyNode,
): boolean {
  const found = tellNodes(other, (node) => node);
  for (const expected of tellNodes(one, replace)) {
    if (found.next().value !== expected) return false;
  }
  return found.next().done === true;
}

/** Tells code node by node: each one's kind and words, and how many parts it has. */
function* tellNodes(
  statements: readonly AnyNode[],
  replace: (node: AnyNode) => AnyNode,
): Generator<string, undefined> {
  const waiting = statements.filter(({ type }) => type !== "EmptyStatement").reverse();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const node = replace(next);
    const first = waiting.length;
    let words: string = node.type;
    for (const key in node) {
      if (!IGNORED.has(key)) words += tellField(key, node[key as keyof AnyNode], waiting);
    }
    for (let low = first, high = waiting.length - 1; low < high; low++, high--) {
      [waiting[low], waiting[high]] = [waiting[high]!, waiting[low]!];
    }
    yield words;
  }
}

function tellField(key: string, value: unknown, waiting: AnyNode[]): string {
  if (Array.isArray(value)) {
    let words = `|${key}[${value.length}]`;
    for (const item of value) {
      if (item === null) words += "-";
      else waiting.push(item);
    }
    return words;
  }
  if (typeof value !== "object" || value === null) return `|${key}=${String(value)}`;
  if ("type" in value) {
    waiting.push(value as AnyNode);
    return `|${key}{}`;
  }
  // Of a template's parts; of regular expressions the whole literal is a field of its own.
  return "raw" in value ? `|${key}=${String(value.raw)}` : "";
}

/** What the types of `node:vm` do not tell of. */
interface SourceTextModule {
  readonly moduleRequests: readonly {
    readonly specifier: string;
    readonly attributes: Readonly<Record<string, string>>;
    readonly phase?: string;
  }[];
}

const { SourceTextModule } = vm as unknown as {
  readonly SourceTextModule: new (text: string, options: object) => SourceTextModule;
};

/**
 * What the engine that runs programs reads in a text that a module imports: it compiles, and runs
 * nothing. An import of anything but code, or in any other phase, is told with what sets it apart.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX where the engine does not read it
 */
function importsOfEngine(js: string): ReadonlySet<string> {
  const { moduleRequests } = compile(js);
  return new Set(moduleRequests.map(({ specifier, attributes, phase = "evaluation" }) => {
    const isPlain = Object.keys(attributes).length === 0 && phase === "evaluation";
    return isPlain ? specifier : JSON.stringify({ specifier, attributes, phase });
  }));
}

function compile(js: string): SourceTextModule {
  try {
    return new SourceTextModule(js, { identifier: "program" });
  } catch (error) {
    if (error instanceof RangeError) throw syntaxErrorOf(error);
    if (!(error instanceof Error)) throw error;
    const line = Number(/^program:(\d+)/.exec(error.stack ?? "")?.[1] ?? NaN) - 1;
    throw new AirlockError("PROGRAM_SYNTAX", `Cannot read program: ${error.message}`, {
      cause: error,
      ...(line >= 1 && { position: { line, column: 1 } }),
    });
  }
}
