import type { AnyNode, Node } from "acorn";
import type { ProgramModule } from "../../../program/program.ts";
import type { Capability } from "../../../model/tool.ts";
import {
  type Callable,
  type CallSite,
  type FunctionFact,
  type Namespace,
  ONCE,
  type SourceBits,
} from "../program_facts.ts";
import { type Binding, findBinding, type Scope, type Scopes } from "../scopes.ts";
import type { Meanings } from "../meanings.ts";

/** Beyond this a program is not read to its end. */
const MAX_STEPS = 6_000_000;

/** More functions than a person keeps apart by one name: they are then called as one. */
const MAX_CALLABLES = 24;

interface KnowledgeOptions {
  readonly bits: SourceBits;
  /** By the JSON of server and tool. */
  readonly tools: ReadonlyMap<string, Callable>;
  /** The program's own. */
  readonly main: ProgramModule;
}

/**
 * What is known of a program's variables, functions and data. It is read in rounds, and only grows:
 * each round knows what the rounds before have learned.
 */
export class DataflowState {
  readonly bits: SourceBits;
  readonly tools: ReadonlyMap<string, Callable>;
  /** Of the latest round. */
  sites: CallSite[] = [];
  /** Grows while something new is learned. */
  size = 0;
  readonly #functions = new Map<Node, FunctionFact>();
  /** Functions by the names of the properties that hold them, whatever the object. */
  readonly #methods = new Map<string, Set<Callable>>();
  readonly #anyMethod = new Set<Callable>();
  /** Sources of what was put into `this`, and of what was written to files. */
  readonly #fields = new Map<string, number>();
  readonly #views = new Map<ProgramModule, ModuleView>();
  readonly #named = new Map<Node, ReadonlySet<Callable>>();
  readonly #crowds = new WeakMap<ReadonlyMap<string, Callable>, number>();
  #crowd: Crowd | undefined;
  /** How many items and how much, as far as they were asked for in this round. */
  readonly sizes = new Map<Node, number | null>();
  readonly #main: ProgramModule;
  #round = 0;
  #steps = 0;

  constructor({ bits, tools, main }: KnowledgeOptions) {
    this.#main = main;
    this.bits = bits;
    this.tools = tools;
  }

  beginRound(round: number): void {
    this.#round = round;
    this.sites = [];
    this.sizes.clear();
    if (this.#crowd !== undefined) this.#crowd.call = undefined;
  }

  /** What was given to functions that are called as one is given to each of them. */
  endRound(): void {
    const { fact, call, members, given } = this.#crowd ?? {};
    if (fact === undefined || call === undefined || members === undefined) return;
    for (const callee of members) {
      const { bits } = this;
      this.addSite({ callee, from: fact, repeat: ONCE, node: call, sources: given ?? 0 });
      if (callee.kind === "tool") this.addReturned(fact, bits.of(callee.traits));
      else {
        this.addReturned(fact, callee.returns);
        this.addGiven(callee, given ?? 0);
      }
    }
  }

  /** Notes a call of functions that are called as one. */
  callCrowd(node: Node, sources: number): void {
    const crowd = this.#crowd!;
    crowd.call ??= node;
    if ((crowd.given | sources) === crowd.given) return;
    crowd.given |= sources;
    this.size++;
  }

  /** Whether a function stands for many that are called as one. */
  isCrowd(callee: Callable): boolean {
    return callee === this.#crowd?.fact;
  }

  /** What may be called of a module whose export is not known. */
  callablesIn({ exports }: Namespace): ReadonlySet<Callable> {
    if (exports.size <= MAX_CALLABLES) return new Set(exports.values());
    const { fact } = this.#openCrowd();
    if (this.#crowds.get(exports) !== exports.size) {
      this.#crowds.set(exports, exports.size);
      for (const callee of exports.values()) this.#join(callee);
    }
    return new Set([fact]);
  }

  /** The tools that a call by their names can be of. */
  toolsOf(call: Node, names: readonly Capability[]): ReadonlySet<Callable> {
    const before = this.#named.get(call);
    if (before !== undefined) return before;
    const exports = new Map<string, Callable>();
    for (const { server, tool } of names) {
      const key = JSON.stringify([server, tool]);
      const fact = this.tools.get(key);
      if (fact !== undefined) exports.set(key, fact);
    }
    const found = this.callablesIn({ exports });
    this.#named.set(call, found);
    return found;
  }

  /** Sources that every parameter of a function may have, for any caller. */
  addGiven(fact: FunctionFact, sources: number): void {
    if (((fact.given ?? 0) | sources) === fact.given) return;
    fact.given = (fact.given ?? 0) | sources;
    this.size++;
  }

  #openCrowd(): Crowd {
    const node = { type: "EmptyStatement", start: 0, end: 0 } as Node;
    return this.#crowd ??= {
      fact: { kind: "function", node, module: this.#main, returns: 0 },
      members: new Set(),
      given: 0,
      call: undefined,
    };
  }

  #join(callee: Callable): void {
    const { members, fact } = this.#crowd!;
    this.step(1);
    if (callee === fact || members.has(callee)) return;
    members.add(callee);
    this.size++;
  }

  /** Facts about a function, for any caller. */
  factOf(node: Node, view: ModuleView): FunctionFact {
    const known = this.#functions.get(node);
    if (known !== undefined) return known;
    const fact: FunctionFact = { kind: "function", node, module: view.module, returns: 0 };
    this.#functions.set(node, fact);
    this.#views.set(view.module, view);
    return fact;
  }

  /** The module that a function stands in. */
  viewOf({ module }: FunctionFact): ModuleView | undefined {
    return this.#views.get(module);
  }

  find(name: string, scope: Scope): Binding | undefined {
    this.step();
    return findBinding(name, scope);
  }

  countAssignment(name: string, scope: Scope): Binding | undefined {
    const binding = this.find(name, scope);
    if (binding !== undefined && this.#round === 0) binding.assignments++;
    return binding;
  }

  /** Each holder of a list may add to it. */
  growAll(args: readonly Node[], scope: Scope): void {
    for (const argument of args as readonly AnyNode[]) {
      const binding = argument.type === "Identifier" ? this.find(argument.name, scope) : undefined;
      if (binding !== undefined) binding.grows = true;
    }
  }

  /** Functions that some object holds by this name. */
  methodsOf(name: string): ReadonlySet<Callable> | undefined {
    return this.#methods.get(name);
  }

  /** Functions that some object holds by any name. */
  get anyMethod(): ReadonlySet<Callable> {
    return this.#anyMethod;
  }

  addMethod(name: string, callee: Callable): void {
    const known = this.#methods.get(name) ?? new Set();
    this.#methods.set(name, known);
    this.learn(known, callee);
    this.learn(this.#anyMethod, callee);
  }

  /** Sources of what was put into a field; of files, the name is empty. */
  fieldSources(name: string): number {
    return this.#fields.get(name) ?? 0;
  }

  addField(name: string, sources: number): void {
    const before = this.fieldSources(name);
    if ((before | sources) === before) return;
    this.#fields.set(name, before | sources);
    this.size++;
  }

  addSources(binding: Binding, sources: number): void {
    if ((binding.sources | sources) === binding.sources) return;
    binding.sources |= sources;
    this.size++;
  }

  addReturned(fact: FunctionFact, sources: number): void {
    if ((fact.returns | sources) === fact.returns) return;
    fact.returns |= sources;
    this.size++;
  }

  learn(callables: Set<Callable>, callee: Callable): void {
    this.step(1);
    if (callables.has(callee)) return;
    const crowd = this.#crowd?.fact;
    if (crowd !== undefined && callables.has(crowd)) return this.#join(callee);
    this.size++;
    callables.add(callee);
    if (callables.size <= MAX_CALLABLES) return;
    const { fact } = this.#openCrowd();
    for (const one of callables) this.#join(one);
    callables.clear();
    callables.add(fact);
  }

  addSite(site: CallSite): void {
    this.step(4);
    this.sites.push(site);
  }

  /** What is handed on may be called any number of times, by anybody. */
  addEscape(callee: Callable, { node, from }: { node: Node; from: FunctionFact }): void {
    const repeat = { times: null, over: "a value that is handed on" };
    this.addSite({ callee, from, repeat, node, sources: 0 });
  }

  /** @throws {RangeError} where a program takes more steps than a person's would */
  step(count = 1): void {
    this.#steps += count;
    if (this.#steps > MAX_STEPS) throw new RangeError("Cannot read program: it is too large");
  }
}

/** Functions and tools that a program reaches by one name, too many to be kept apart. */
interface Crowd {
  /** Called in their place; it calls each of them. */
  readonly fact: FunctionFact;
  readonly members: Set<Callable>;
  /** Sources that any of them may be given. */
  given: number;
  /** The first call of them in this round. */
  call: Node | undefined;
}

/** A module, and what is learned of it. */
export interface ModuleView {
  readonly module: ProgramModule;
  readonly scopes: Scopes;
  /** Its loops with a `continue` in them. */
  readonly continued: ReadonlySet<Node>;
  readonly meanings: Meanings;
  readonly top: FunctionFact;
  /** The tools that calls by their names can be of, by the call. */
  readonly named: ReadonlyMap<Node, readonly Capability[]>;
  /** Calls as they come to be, by how they are written. */
  readonly plainCalls: Map<Node, Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>>;
  /** What it exports that can be called; filled as it is read. */
  readonly exports: Map<string, Callable>;
  /** Whether it imports the module that calls tools by their names. */
  readonly callsByName: boolean;
  /** What each `import()` of it gives. */
  loaded?: Map<Node, Namespace>;
}
