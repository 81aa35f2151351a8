import type { AnyNode, Node } from "acorn";
import type { Program, ProgramModule } from "../../program/read_program.ts";
import { Evaluator, type ModuleView } from "./evaluator.ts";
import type { Callable, CallSite, FunctionFact, ProgramFacts } from "./program_facts.ts";
import { add, multiply, ONCE, type Repeat } from "./repeat.ts";
import { findBinding, readScopes } from "./scopes.ts";
import { createSourceBits } from "./source_bits.ts";
import type { ToolTraits } from "./tool_traits.ts";

/** What is learned of one variable may say more of another; so many rounds are enough for people. */
const MAX_ROUNDS = 12;

/**
 * Reads what the rules ask for: which tools are called, how often at most, and which data goes where.
 * It is read from the syntax trees alone, and on the safe side: what cannot be told is unknown.
 *
 * @throws {RangeError} where a program is too large or too deep to be read
 */
export function readFacts(program: Program, tools: readonly ToolTraits[]): ProgramFacts {
  const sourceBits = createSourceBits(tools);
  const views = program.modules.map(viewOf);
  const evaluator = new Evaluator(sourceBits, linkImports(views, { program, tools }));
  for (let round = 0, before = -1; evaluator.known !== before; round++) {
    if (round === MAX_ROUNDS) throw new RangeError("Cannot read program: it goes in circles");
    before = round === 0 ? -1 : evaluator.known;
    evaluator.beginRound(round);
    for (const view of views) evaluator.readModule(view);
  }
  return {
    modules: program.modules,
    tools,
    sites: evaluator.sites,
    sourceBits,
    timesOf: createCounter(evaluator.sites),
  };
}

function viewOf(module: ProgramModule): ModuleView {
  const scopes = readScopes(module.tree);
  const top: FunctionFact = { kind: "function", node: module.tree, module, returns: 0 };
  return { module, scopes, top, exports: new Map() };
}

interface LinkOptions {
  readonly program: Program;
  readonly tools: readonly ToolTraits[];
}

/** Ties the names that modules import to the tools and to the skills' modules. */
function linkImports(
  views: readonly ModuleView[],
  { program, tools }: LinkOptions,
): ReadonlyMap<string, Callable> {
  const facts = new Map(tools.map((traits) => [
    JSON.stringify([traits.server, traits.tool]),
    { kind: "tool", traits } as const,
  ]));
  const skills = new Map(views.map((view) => [view.module.skill, view.exports]));
  for (const view of views) {
    const scope = view.scopes.get(view.module.tree)!;
    for (const { form, node, target } of view.module.imports) {
      const exports = target.kind === "skill"
        ? skills.get(target.name)
        : target.kind === "server" || target.kind === "tool"
        ? wrapperExports(target.folder)
        : undefined;
      if (exports === undefined) continue;
      if (form === "call") view.loaded ??= new Map();
      if (form === "call") view.loaded!.set(node, { exports });
      else if (form === "export") reExport(node as AnyNode, { from: exports, to: view.exports });
      else {
        for (const specifier of node.specifiers) {
          const binding = findBinding(specifier.local.name, scope);
          if (binding === undefined) continue;
          if (specifier.type === "ImportNamespaceSpecifier") binding.namespace = { exports };
          else {
            const name = specifier.type === "ImportDefaultSpecifier"
              ? "default"
              : nameOf(specifier.imported);
            // A skill's exports are known only once it was read.
            (binding.imports ??= []).push({ exports, name });
          }
        }
      }
    }
  }
  return facts;

  function wrapperExports(folder: string): Map<string, Callable> {
    const wrappers = program.wrappers.get(folder) ?? [];
    return new Map(wrappers.flatMap(({ server, tool, exportName }) => {
      const fact = facts.get(JSON.stringify([server, tool]));
      return fact ? [[exportName, fact]] : [];
    }));
  }
}

function reExport(
  node: AnyNode,
  { from, to }: { from: ReadonlyMap<string, Callable>; to: Map<string, Callable> },
): void {
  if (node.type === "ExportAllDeclaration") { for (const [name, fact] of from) to.set(name, fact); }
  if (node.type !== "ExportNamedDeclaration") return;
  for (const { local, exported } of node.specifiers) {
    const fact = from.get(nameOf(local));
    if (fact !== undefined) to.set(nameOf(exported), fact);
  }
}

/** The name of an import or export, which may be a string. */
export function nameOf(node: Node): string {
  const { name, value } = node as Node & { name?: string; value?: unknown };
  return name ?? String(value);
}

/** Counts from the top level on how often a place is reached; in circles it is not known. */
function createCounter(sites: readonly CallSite[]): ProgramFacts["timesOf"] {
  const callers = new Map<Callable, CallSite[]>();
  for (const site of sites) {
    const known = callers.get(site.callee);
    if (known === undefined) callers.set(site.callee, [site]);
    else known.push(site);
  }
  const known = new Map<FunctionFact, Repeat | "counting">();
  return timesOf;

  function timesOf({ from, repeat }: CallSite): Repeat {
    return multiply(timesOfFunction(from), repeat);
  }

  function timesOfFunction(fact: FunctionFact): Repeat {
    if (fact.node === fact.module.tree) return ONCE;
    const counted = known.get(fact);
    if (counted === "counting") return { times: null, over: "a function that calls itself" };
    if (counted !== undefined) return counted;
    known.set(fact, "counting");
    const times = (callers.get(fact) ?? []).map(timesOf).reduce(add, { times: 0 });
    known.set(fact, times);
    return times;
  }
}
