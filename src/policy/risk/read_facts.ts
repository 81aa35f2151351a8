import type { Node } from "acorn";
import type { Program, ProgramModule } from "../../program/program.ts";
import { DataflowState } from "./evaluate/dataflow_state.ts";
import type { ModuleView } from "./evaluate/module_view.ts";
import { readModule } from "./evaluate/read_module.ts";
import type { Callable, CallSite, FunctionFact, ProgramFacts } from "./program_facts.ts";
import { fileUses } from "./file_uses.ts";
import { findContinued } from "./bounded_rounds.ts";
import { findComplex } from "./find_complex.ts";
import { linkImports } from "./link_imports.ts";
import { Meanings } from "./meaning/meanings.ts";
import { add, multiply, ONCE, type Repeat } from "./repeat.ts";
import { readScopes } from "./scopes.ts";
import { createSourceBits } from "./source_bits.ts";
import { findTricks } from "./tricks/find_tricks.ts";
import { toolOfSite } from "./tool_of_site.ts";
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
    tricks: Map.groupBy(
      views.flatMap((view) => findTricks(view.module, view)),
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
