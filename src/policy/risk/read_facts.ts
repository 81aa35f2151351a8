import type { AnyNode, ImportDeclaration, Node } from "acorn";
import type { Program, ProgramModule } from "../../program/program.ts";
import { DataflowState, type ModuleView } from "./evaluate/dataflow_state.ts";
import { readModule } from "./evaluate/read_syntax.ts";
import {
  add,
  type Callable,
  type CallSite,
  type ComplexFunction,
  createSourceBits,
  type FunctionFact,
  multiply,
  ONCE,
  type ProgramFacts,
  type Repeat,
  toolOfSite,
} from "./program_facts.ts";
import { fileUses } from "./file_uses.ts";
import { findContinued } from "./loop_repeats.ts";
import { Meanings } from "./meanings.ts";
import {
  findBinding,
  isFunction,
  type Place,
  readScopes,
  type Scopes,
  walkTree,
} from "./scopes.ts";
import { findEvasions } from "./evasions/find_evasions.ts";
import type { ToolTraits } from "./judge_tool.ts";
import { nameOf } from "../../program/tree_facts.ts";

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
  const knowledge = new DataflowState({
    bits: sourceBits,
    main: program.modules[0]!,
    tools: linkImports(views, { program, tools }),
  });
  for (let round = 0, before = -1; knowledge.size !== before; round++) {
    if (round === MAX_ROUNDS) throw new RangeError("Cannot read program: it goes in circles");
    before = round === 0 ? -1 : knowledge.size;
    knowledge.beginRound(round);
    for (const view of views) readModule(view, knowledge);
    knowledge.endRound();
  }
  const firstCalls = new Map<ToolTraits, CallSite>();
  for (const site of knowledge.sites) {
    const tool = toolOfSite(site);
    if (tool !== undefined && !firstCalls.has(tool)) firstCalls.set(tool, site);
  }
  return {
    modules: program.modules,
    tools,
    sites: knowledge.sites,
    firstCalls,
    files: views.flatMap((view) => fileUses(view.module, view)),
    complexities: views.flatMap(({ module, scopes }) => findComplex(module, scopes)),
    evasions: Map.groupBy(
      views.flatMap((view) => findEvasions(view.module, view)),
      ({ kind }) => kind,
    ),
    sourceBits,
    timesOf: createCounter(knowledge.sites),
  };
}

function viewOf(module: ProgramModule): ModuleView {
  const scopes = readScopes(module.tree);
  const top: FunctionFact = { kind: "function", node: module.tree, module, returns: 0 };
  const callsByName = module.imports.some(({ target }) => target.kind === "airlock");
  const meanings = new Meanings(module.tree, scopes);
  const named = new Map(module.named.map(({ node, tools }) => [node as Node, tools]));
  return {
    module,
    scopes,
    continued: findContinued(module.tree, scopes),
    meanings,
    named,
    top,
    callsByName,
    plainCalls: new Map(),
    exports: new Map(),
  };
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

interface LinkImportsOptions {
  readonly program: Program;
  readonly tools: readonly ToolTraits[];
}

/** Ties the names that modules import to the tools and to the skills' modules. */
function linkImports(
  views: readonly ModuleView[],
  { program, tools }: LinkImportsOptions,
): ReadonlyMap<string, Callable> {
  const facts = new Map(tools.map((traits) => [
    JSON.stringify([traits.server, traits.tool]),
    { kind: "tool", traits } as const,
  ]));
  const skills = new Map(views.map((view) => [view.module.skill, view.exports]));
  const folders = new Map<string, Map<string, Callable>>();
  for (const view of views) {
    const handedOn = new Set<ReadonlyMap<string, Callable>>();
    for (const { form, node, target } of view.module.imports) {
      if (form === "import" && target.kind === "airlock") bindCallTool(node.specifiers, view);
      const exports = target.kind === "skill"
        ? skills.get(target.name)
        : target.kind === "server" || target.kind === "tool"
        ? wrapperExports(target.folder)
        : undefined;
      if (exports === undefined) continue;
      if (form === "export") {
        // All of a module is handed on once, however often that is said.
        const isAll = (node as AnyNode).type === "ExportAllDeclaration";
        if (isAll && handedOn.has(exports)) continue;
        if (isAll) handedOn.add(exports);
        reExport(node as AnyNode, { from: exports, to: view.exports });
      } else if (form === "import") bindNames(node.specifiers, { exports, view });
      else (view.loaded ??= new Map()).set(node, { exports });
    }
  }
  return facts;

  function wrapperExports(folder: string): Map<string, Callable> {
    const before = folders.get(folder);
    if (before !== undefined) return before;
    const wrappers = program.wrappers.get(folder) ?? [];
    const exports = new Map<string, Callable>(
      wrappers.flatMap(({ server, tool, exportName }) => {
        const fact = facts.get(JSON.stringify([server, tool]));
        return fact ? [[exportName, fact]] : [];
      }),
    );
    folders.set(folder, exports);
    return exports;
  }
}

function bindNames(
  specifiers: ImportDeclaration["specifiers"],
  { exports, view }: { exports: ReadonlyMap<string, Callable>; view: ModuleView },
): void {
  const scope = view.scopes.get(view.module.tree)!;
  for (const specifier of specifiers) {
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

/** The function that calls tools by their names, whatever it is called here. */
function bindCallTool(specifiers: ImportDeclaration["specifiers"], view: ModuleView): void {
  const scope = view.scopes.get(view.module.tree)!;
  for (const specifier of specifiers) {
    if (specifier.type !== "ImportSpecifier" || nameOf(specifier.imported) !== "callTool") continue;
    const binding = findBinding(specifier.local.name, scope);
    if (binding !== undefined) binding.callsTools = true;
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

/** The cyclomatic complexity of each function of a module, its top level first. */
function findComplex(module: ProgramModule, scopes: Scopes): ComplexFunction[] {
  const within = new Map<Place, Node>();
  const counts = new Map<Node, number>();
  walkTree(module.tree, scopes, (place) => {
    const { node, parent } = place;
    const outer = parent === undefined ? module.tree : within.get(parent)!;
    const own = isFunction(node) || node.type === "StaticBlock" ? node : outer;
    within.set(place, own);
    if (!counts.has(own)) counts.set(own, 1);
    if (decides(node)) counts.set(own, counts.get(own)! + 1);
  });
  return [...counts].map(([node, complexity]) => ({ module, node, complexity }));
}

function decides(node: AnyNode): boolean {
  switch (node.type) {
    case "IfStatement":
    case "ConditionalExpression":
    case "LogicalExpression":
    case "ForStatement":
    case "ForInStatement":
    case "ForOfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
    case "CatchClause":
    case "AssignmentPattern":
      return true;
    case "SwitchCase":
      return Boolean(node.test);
    case "AssignmentExpression":
      return node.operator === "||=" || node.operator === "&&=" || node.operator === "??=";
    case "MemberExpression":
    case "CallExpression":
      return node.optional;
    default:
      return false;
  }
}
