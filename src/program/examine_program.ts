import { checkedText } from "./text_edits.ts";
import { positionOf, syntaxErrorOf, withoutFence } from "./parse_module.ts";
import { linkProgram } from "./link_program.ts";
import type { LinkedProgram, ParsedModule, Program } from "./program.ts";
import { misnamedTools } from "./named_tools.ts";
import { readProgram } from "./read_program.ts";
import { readSingleCall } from "./read_single_call.ts";
import type { SkillState, WrapperLookups } from "./wrappers.ts";
import type {
  ExaminedProgram,
  ExamineInput,
  ExamineLookups,
  ExamineParts,
  ReadText,
} from "./examination.ts";
import type { Statement } from "acorn";

/**
 * Does all that is done to a program's text before it may run: it is read with all that it imports,
 * its risk assessed, linked, and what was linked judged again. Syntax trees stay in here: what goes
 * in and out is data, so that a process which can be killed may do it.
 *
 * @throws {AirlockError} PROGRAM_SYNTAX or IMPORT_REFUSED, and what lookups throw
 */
export async function examineProgram<Tool>(
  input: ExamineInput,
  lookups: ExamineLookups<Tool>,
  parts: ExamineParts<Tool>,
): Promise<ExaminedProgram> {
  try {
    return await examine(input, lookups, parts);
  } catch (error) {
    // Each step that walks a tree may run out of stack.
    throw error instanceof RangeError ? syntaxErrorOf(error) : error;
  }
}

async function examine<Tool>(
  { code: given, guestUrl, policy }: ExamineInput,
  lookups: ExamineLookups<Tool>,
  { stripper, assess }: ExamineParts<Tool>,
): Promise<ExaminedProgram> {
  const code = withoutFence(given);
  const states = new Map<string, SkillState | undefined>();
  const skills = {
    async read(name: string) {
      const found = await lookups.skill(name);
      states.set(name, found?.state);
      return found?.text;
    },
    names: () => lookups.skillNames(),
  };
  const program = await readProgram(code, { stripper, wrappers: lookups, skills });
  const read = await readText(program, { code, wrappers: lookups });
  await lookups.read(read);
  const tools = await lookups.tools(program.capabilities);
  const risk = assess(program, { policy, tools, skillState: (name) => states.get(name) });
  const linked = guestUrl === undefined
    ? UNLINKED
    : await linkProgram(program, { wrappers: lookups, guestUrl });
  const singleCall = readSingleCall(program);
  const { hash } = program;
  return { ...read, ...linked, hash, specifiers: specifiersOf(program), risk, singleCall };
}

const UNLINKED: LinkedProgram = { files: [], positions: { linesAbove: 0 } };

/** What the host needs first of a program that was read. */
async function readText(
  { modules, capabilities, wrappers: imported }: Program,
  { code, wrappers }: { readonly code: string; readonly wrappers: WrapperLookups },
): Promise<ReadText> {
  const [own] = modules;
  const [first] = own!.facts.returns;
  return {
    capabilities,
    checkedText: checkedText(code, own!),
    misnamed: await misnamedTools(own!, wrappers),
    wrappers: [...imported.values()].flat(),
    skills: modules.flatMap(({ skill }) => skill === undefined ? [] : [skill]),
    silentEnd: findSilentEnd(own!),
    returnsAt: first && positionOf(first, own!),
  };
}

function specifiersOf({ modules }: Program): string[] {
  const all = modules.flatMap(({ imports }) => imports.map(({ specifier }) => specifier));
  return [...new Set(all)];
}

type Node = ParsedModule["tree"]["body"][number];

/** Says of a program that only declares functions, or is one, why nothing of it runs. */
function findSilentEnd({ tree, facts }: ParsedModule): string | undefined {
  const body = tree.body.filter(({ type }) =>
    type !== "ImportDeclaration" && type !== "EmptyStatement"
  );
  if (body.length === 0 || facts.returns.length > 0) return undefined;
  const named: string[] = [];
  let isFunction = false;
  for (const node of body) {
    if (isBareFunction(node)) isFunction = true;
    else {
      const names = namesOfFunctions(node);
      if (names === undefined) return undefined;
      named.push(...names);
    }
  }
  if (isFunction) {
    return "The program is a function that nobody calls, so nothing ran: write its body as the " +
      "program, or export it by default";
  }
  const last = named.at(-1);
  return last === undefined
    ? undefined
    : `The program only declares functions and calls none, so nothing ran: end it by ` +
      `"return await ${last}();"`;
}

function isBareFunction(node: Node): boolean {
  return node.type === "ExpressionStatement" && isFunctionValue(node.expression);
}

/** Undefined where the node does more than to declare functions. */
function namesOfFunctions(node: Node): string[] | undefined {
  if (node.type === "FunctionDeclaration") return [node.id.name];
  if (node.type !== "VariableDeclaration") return undefined;
  const names: string[] = [];
  for (
    const { id, init } of (node as Extract<Statement, { type: "VariableDeclaration" }>).declarations
  ) {
    if (id.type !== "Identifier") return undefined;
    if (init && isFunctionValue(init)) names.push(id.name);
    else if (init && init.type !== "Literal") return undefined;
  }
  return names;
}

function isFunctionValue({ type }: { readonly type: string }): boolean {
  return type === "ArrowFunctionExpression" || type === "FunctionExpression";
}
