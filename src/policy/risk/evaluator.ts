import type { AnyNode, Expression, Node, Pattern, SpreadElement, Super } from "acorn";
import type { ProgramModule } from "../../program/read_program.ts";
import { literal } from "../../program/read_imports.ts";
import { isHarmless, kindOfName } from "./data_kinds.ts";
import { GROWING, ITERATION_METHODS, LEAVES_ALONE, ONCE_METHODS } from "./iteration_methods.ts";
import { repeatOfLoop, repeatOver, shown } from "./loop_repeats.ts";
import type { Callable, CallSite, FunctionFact, Namespace, SourceBits } from "./program_facts.ts";
import { multiply, ONCE, type Repeat } from "./repeat.ts";
import { type Binding, findBinding, isFunction, type Scope, type Scopes } from "./scopes.ts";
import { asKind, asPlain } from "./source_bits.ts";
import { childrenOf } from "./walk_tree.ts";

/** A module, and what is learned of it. */
export interface ModuleView {
  readonly module: ProgramModule;
  readonly scopes: Scopes;
  readonly top: FunctionFact;
  /** What it exports that can be called; filled as it is read. */
  readonly exports: Map<string, Callable>;
  /** What each `import()` of it gives. */
  loaded?: Map<Node, Namespace>;
}

/** Where in a program something stands. */
interface At {
  readonly view: ModuleView;
  readonly scope: Scope;
  readonly from: FunctionFact;
  /** How often it comes to this place each time the function is called. */
  readonly repeat: Repeat;
}

type Call = Extract<AnyNode, { type: "CallExpression" | "NewExpression" }>;
type FunctionNode = Extract<
  AnyNode,
  { type: "FunctionDeclaration" | "FunctionExpression" | "ArrowFunctionExpression" }
>;
type Argument = Expression | SpreadElement;

/** Beyond this a program is not read to its end. */
const MAX_STEPS = 6_000_000;

/** Methods that the language itself calls. */
const IMPLICIT = new Set(["toString", "valueOf", "toJSON", "then", "next", "return"]);

/**
 * Goes through a program as if every branch were taken, in rounds: each round knows of variables what
 * the rounds before have learned. It gives, for every expression, the sources of its data.
 */
export class Evaluator {
  /** Of the latest round. */
  sites: CallSite[] = [];
  /** Grows while something new is learned. */
  known = 0;
  readonly #bits: SourceBits;
  readonly #tools: ReadonlyMap<string, Callable>;
  readonly #functions = new Map<Node, FunctionFact>();
  /** Functions by the names of the properties that hold them, whatever the object. */
  readonly #methods = new Map<string, Set<Callable>>();
  readonly #anyMethod = new Set<Callable>();
  /** Sources of what was put into `this`, and of what was written to files. */
  readonly #fields = new Map<string, number>();
  readonly #views = new Map<ProgramModule, ModuleView>();
  #round = 0;
  #steps = 0;

  constructor(bits: SourceBits, tools: ReadonlyMap<string, Callable>) {
    this.#bits = bits;
    this.#tools = tools;
  }

  beginRound(round: number): void {
    this.#round = round;
    this.sites = [];
  }

  readModule(view: ModuleView): void {
    const scope = view.scopes.get(view.module.tree)!;
    const at: At = { view, scope, from: view.top, repeat: ONCE };
    for (const { imports, callables } of scope.bindings.values()) {
      for (const { exports, name } of imports ?? []) {
        const fact = exports.get(name);
        if (fact !== undefined) this.#learn(callables, fact);
      }
    }
    this.#all(view.module.tree.body, at);
  }

  /** The sources that an expression's data may come from; of a statement, whatever. */
  #read(node: AnyNode | Node | Super, at: At): number {
    this.#step(1);
    const any = node as AnyNode;
    switch (any.type) {
      case "Literal":
      case "ThisExpression":
        return 0;
      case "Identifier":
        return this.#readName(any, at);
      case "MemberExpression":
        return this.#readMember(any, at);
      case "CallExpression":
      case "NewExpression":
        return this.#call(any, at);
      case "AssignmentExpression": {
        const sources = this.#value(any.right, at);
        const plus = any.operator === "=" ? 0 : this.#read(any.left, at);
        this.#assign(any.left, { sources: sources | plus, value: any.right, at });
        return sources | plus;
      }
      case "UpdateExpression":
        if (any.argument.type === "Identifier") this.#countAssignment(any.argument.name, at);
        return 0;
      case "BinaryExpression": {
        const sources = this.#all([any.left, any.right], at);
        return /^([<>]=?|[!=]==?|in|instanceof)$/.test(any.operator) ? 0 : sources;
      }
      case "UnaryExpression":
        this.#read(any.argument, at);
        return 0;
      case "ConditionalExpression":
        this.#read(any.test, at);
        return this.#value(any.consequent, at) | this.#value(any.alternate, at);
      case "SequenceExpression":
        return any.expressions.map((item) => this.#read(item, at)).at(-1) ?? 0;
      case "ReturnStatement":
      case "YieldExpression":
        if (any.argument) this.#returns(this.#read(any.argument, at), at);
        return 0;
      default:
        return this.#readStatement(any, at);
    }
  }

  #readStatement(node: AnyNode, at: At): number {
    switch (node.type) {
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return this.#readFunction(node, at);
      case "VariableDeclaration":
        for (const { id, init } of node.declarations) {
          if (!init) continue;
          this.#assign(id, { sources: this.#value(init, at), value: init, at });
        }
        return 0;
      case "ForStatement":
      case "ForOfStatement":
      case "ForInStatement":
      case "WhileStatement":
      case "DoWhileStatement":
        return this.#readLoop(node, at);
      case "Property":
        if (node.computed) this.#read(node.key, at);
        return this.#member(node, at);
      case "MethodDefinition":
      case "PropertyDefinition":
        return this.#member(node, at);
      case "ImportDeclaration":
      case "ExportAllDeclaration":
        return 0;
      case "ExportNamedDeclaration":
      case "ExportDefaultDeclaration":
        return this.#readExport(node, at);
      default: {
        const scope = at.view.scopes.get(node);
        return this.#all(childrenOf(node), scope === undefined ? at : { ...at, scope });
      }
    }
  }

  #all(nodes: readonly Node[], at: At): number {
    let sources = 0;
    for (const node of nodes) sources |= this.#read(node, at);
    return sources;
  }

  /** A name that is used otherwise than to call it: what it calls may be called any number of times. */
  #readName(node: Extract<AnyNode, { type: "Identifier" }>, at: At): number {
    const binding = this.#find(node.name, at);
    if (binding === undefined) return 0;
    for (const callee of binding.callables) this.#escapes(callee, { node, at });
    for (const callee of binding.namespace?.exports.values() ?? []) {
      this.#escapes(callee, { node, at });
    }
    return binding.sources;
  }

  #readMember(node: Extract<AnyNode, { type: "MemberExpression" }>, at: At): number {
    const name = this.#nameOf(node, at);
    const callables = this.#callables(node, at);
    if (isNamespaceMember(node) && this.#namespace(node.object, at) !== undefined) {
      for (const callee of callables) this.#escapes(callee, { node, at });
      return 0;
    }
    if (node.object.type === "ThisExpression") {
      return name === undefined ? 0 : this.#fields.get(name) ?? 0;
    }
    const sources = this.#read(node.object, at);
    if (sources === 0 || name === undefined) return sources;
    if (name === "length" || name === "size") return 0;
    return isHarmless(name) ? asPlain(sources) : asKind(sources, kindOfName(name));
  }

  #nameOf(
    { computed, property }: { computed: boolean; property: Node },
    at: At,
  ): string | undefined {
    const node = property as AnyNode;
    if (!computed) return node.type === "Identifier" ? node.name : undefined;
    this.#read(node, at);
    return literal(node as Expression);
  }

  /** An expression in a place that keeps what it may call: a variable, a property, an argument. */
  #value(node: Node, at: At): number {
    const any = node as AnyNode;
    if (isFunction(any)) return this.#define(any, at).returns;
    const isReference = any.type === "Identifier" || any.type === "MemberExpression";
    if (isReference && this.#callables(any, at).size > 0) return 0;
    if (any.type === "Identifier" && this.#find(any.name, at)?.namespace) return 0;
    return this.#read(any, at);
  }

  /** What a call of an expression may call. */
  #callables(node: Node | Super, at: At): ReadonlySet<Callable> {
    const any = node as AnyNode;
    switch (any.type) {
      case "Identifier":
        return this.#find(any.name, at)?.callables ?? NONE;
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        return new Set([this.#factOf(any, at)]);
      case "AwaitExpression":
        return this.#callables(any.argument, at);
      case "ChainExpression":
        return this.#callables(any.expression, at);
      case "AssignmentExpression":
        return this.#callables(any.right, at);
      case "ConditionalExpression":
        return union(this.#callables(any.consequent, at), this.#callables(any.alternate, at));
      case "LogicalExpression":
        return union(this.#callables(any.left, at), this.#callables(any.right, at));
      case "SequenceExpression":
        return this.#callables(any.expressions.at(-1)!, at);
      case "MemberExpression":
        return this.#memberCallables(any, at);
      case "CallExpression": {
        const { callee } = any;
        const isBind = callee.type === "MemberExpression" && !callee.computed &&
          callee.property.type === "Identifier" && callee.property.name === "bind";
        return isBind ? this.#callables(callee.object, at) : NONE;
      }
      default:
        return NONE;
    }
  }

  #memberCallables(
    { object, computed, property }: Extract<AnyNode, { type: "MemberExpression" }>,
    at: At,
  ): ReadonlySet<Callable> {
    const key = property as AnyNode;
    const name = computed
      ? literal(key as Expression)
      : key.type === "Identifier"
      ? key.name
      : undefined;
    const namespace = this.#namespace(object, at);
    if (namespace !== undefined) {
      if (name === undefined) return new Set(namespace.exports.values());
      const found = namespace.exports.get(name);
      return found ? new Set([found]) : NONE;
    }
    if (name === "call" || name === "apply") return this.#callables(object, at);
    if (name !== undefined) return this.#methods.get(name) ?? NONE;
    // `table[key]()`: any function that an object holds, unless it is a list of data.
    return key.type === "Literal" ? NONE : this.#anyMethod;
  }

  #namespace(node: Node | Super, at: At): Namespace | undefined {
    const any = node as AnyNode;
    if (any.type === "Identifier") return this.#find(any.name, at)?.namespace;
    if (any.type === "AwaitExpression") return this.#namespace(any.argument, at);
    return any.type === "ImportExpression" ? at.view.loaded?.get(any) : undefined;
  }

  #call(node: Call, at: At): number {
    const { callee, arguments: args } = node;
    const method = methodOf(callee as AnyNode);
    const iteration = method === undefined ? undefined : ITERATION_METHODS.get(method);
    const [first] = args;
    if (iteration !== undefined && first && this.#callables(first, at).size > 0) {
      const object = (callee as Extract<AnyNode, { type: "MemberExpression" }>).object;
      const repeat = repeatOver(object, loopContext(at));
      const sources = this.#read(object, at);
      const results = this.#value(first, at) |
        this.#passTo(first, { items: iteration.items.map(() => sources), repeat, node, at });
      const rest = this.#all(args.slice(1), at);
      return { items: sources, results, both: sources | results | rest, nothing: 0 }[
        iteration.gives
      ];
    }
    if (isArrayFrom(callee as AnyNode) && args[1]) return this.#arrayFrom(node, at);
    const named = this.#namedTool(node, at);
    const callables = named ?? this.#callables(callee, at);
    if (callables.size > 0) return this.#callKnown(node, { callables, at });
    return this.#callUnknown(node, { method, at });
  }

  #arrayFrom(node: Call, at: At): number {
    const [items, make] = node.arguments as [Argument, Argument];
    const sources = this.#read(items, at);
    const repeat = repeatOver(node, loopContext(at));
    return this.#value(make, at) | this.#passTo(make, { items: [sources], repeat, node, at });
  }

  /** `callTool("crm", "delete_lead", …)` of the module `airlock`. */
  #namedTool({ callee, arguments: [server, tool] }: Call, at: At): Set<Callable> | undefined {
    const name = methodOf(callee as AnyNode) ??
      ((callee as AnyNode).type === "Identifier" ? (callee as { name?: string }).name : undefined);
    if (name === undefined || !server || !tool) return undefined;
    const isIt = at.view.module.imports.some(({ target }) => target.kind === "airlock");
    if (!isIt) return undefined;
    const names = [server, tool].map((item) => literal(item as Expression));
    const fact = this.#tools.get(JSON.stringify(names));
    return fact && new Set([fact]);
  }

  #callKnown(
    node: Call,
    { callables, at }: { callables: ReadonlySet<Callable>; at: At },
  ): number {
    const args = node.arguments.map((item) => this.#value(item, at));
    const object = objectOf(node.callee as AnyNode);
    const base = object === undefined
      ? this.#value(node.callee, at)
      : this.#namespace(object, at) === undefined
      ? this.#value(object, at)
      : 0;
    const all = args.reduce((sum, sources) => sum | sources, base);
    let gives = 0;
    for (const callee of callables) {
      this.#site({ callee, from: at.from, repeat: at.repeat, node, sources: all });
      if (callee.kind === "tool") {
        gives |= this.#bits.of(callee.traits);
      } else {
        this.#bindParams(callee, { args, values: node.arguments, given: at });
        this.#growAll(node.arguments, at);
        gives |= callee.returns | base;
      }
    }
    return gives;
  }

  #callUnknown(node: Call, { method, at }: { method: string | undefined; at: At }): number {
    const { callee, arguments: args } = node;
    const object = objectOf(callee as AnyNode);
    const root = object ?? (callee as AnyNode);
    const rootName = root.type === "Identifier" ? root.name : undefined;
    const isOnce = ONCE_METHODS.has(method ?? rootName ?? "");
    const repeat = isOnce ? ONCE : { times: null, over: shown(callee, loopContext(at)) };
    const base = this.#value(object ?? callee, at);
    if (object !== undefined) this.#nameOf(callee as { computed: boolean; property: Node }, at);
    let given = 0;
    for (const argument of args) given |= this.#value(argument, at);
    let results = 0;
    for (const argument of args) {
      results |= this.#passTo(argument, { items: [base | given, given], repeat, node, at });
    }
    const binding = rootName === undefined ? undefined : this.#find(rootName, at);
    if (binding !== undefined && object !== undefined) this.#addSources(binding, given | results);
    if (binding !== undefined && GROWING.has(method ?? "")) binding.grows = true;
    if (binding !== undefined || !LEAVES_ALONE.has(rootName ?? "")) this.#growAll(args, at);
    return base | given | results | this.#files(node, given);
  }

  /** What is written to files may be read from files. */
  #files({ callee }: Call, given: number): number {
    const name = methodOf(callee as AnyNode) ?? (callee as { name?: string }).name ?? "";
    if (/^(write|save|append)/.test(name)) this.#addField("", given);
    return /^(read|load)/.test(name) ? this.#fields.get("") ?? 0 : 0;
  }

  /** Gives a function to something that calls it; its parameters get what is in `items`. */
  #passTo(
    argument: Node,
    { items, repeat, node, at }: {
      items: readonly number[];
      repeat: Repeat;
      node: Node;
      at: At;
    },
  ): number {
    let results = 0;
    const sources = items.reduce((sum, item) => sum | item, 0);
    for (const callee of this.#callables(argument, at)) {
      this.#site({ callee, from: at.from, repeat: multiply(at.repeat, repeat), node, sources });
      if (callee.kind === "function") {
        this.#bindParams(callee, { args: items, values: [], given: at });
      }
      results |= callee.kind === "tool" ? this.#bits.of(callee.traits) : callee.returns;
    }
    return results;
  }

  #bindParams(
    { node, module }: FunctionFact,
    { args, values, given }: {
      args: readonly number[];
      values: readonly Argument[];
      given: At;
    },
  ): void {
    const view = this.#views.get(module);
    const any = node as AnyNode;
    const scope = view?.scopes.get(node);
    if (view === undefined || scope === undefined || !isFunction(any)) return;
    const at: At = { view, scope, from: view.top, repeat: ONCE };
    const spread = values.findIndex(({ type }) => type === "SpreadElement");
    any.params.forEach((param, index) => {
      const from = spread >= 0 && spread <= index ? spread : index;
      const rest = param.type === "RestElement" || from !== index ? args.slice(from) : [args[from]];
      const sources = rest.reduce<number>((sum, item) => sum | (item ?? 0), 0);
      this.#assign(param, { sources, at });
      const value = values[index];
      if (value !== undefined) this.#bindCallables(param, { value, at, given });
    });
    for (const value of values.slice(any.params.length)) {
      for (const callee of this.#callables(value, given)) {
        this.#escapes(callee, { node: value, at: given });
      }
    }
  }

  #bindCallables(param: Pattern, { value, at, given }: { value: Node; at: At; given: At }): void {
    const name = param.type === "AssignmentPattern" ? param.left : param;
    const binding = name.type === "Identifier" ? this.#find(name.name, at) : undefined;
    for (const callee of this.#callables(value, given)) {
      if (binding !== undefined) this.#learn(binding.callables, callee);
      else this.#escapes(callee, { node: value, at: given });
    }
  }

  #readLoop(node: AnyNode, outer: At): number {
    const scope = outer.view.scopes.get(node) ?? outer.scope;
    const at = { ...outer, scope };
    const inside = { ...at, repeat: multiply(outer.repeat, repeatOfLoop(node, loopContext(at))) };
    if (node.type === "ForOfStatement" || node.type === "ForInStatement") {
      const sources = this.#read(node.right, at);
      const { left } = node;
      const target = left.type === "VariableDeclaration" ? left.declarations[0]!.id : left;
      this.#assign(target, { sources, at: inside });
      this.#read(node.body, inside);
    } else if (node.type === "ForStatement") {
      if (node.init) this.#read(node.init, at);
      for (const part of [node.test, node.update, node.body]) if (part) this.#read(part, inside);
    } else {
      this.#all(childrenOf(node), inside);
    }
    return 0;
  }

  /** A function that stands where nothing is known of who calls it. */
  #readFunction(node: FunctionNode, at: At): number {
    const fact = this.#define(node, at);
    if (node.type !== "FunctionDeclaration") this.#escapes(fact, { node, at });
    else if (node.id) {
      const binding = this.#find(node.id.name, at);
      if (binding !== undefined) this.#learn(binding.callables, fact);
    }
    return fact.returns;
  }

  #define(node: FunctionNode, outer: At): FunctionFact {
    const fact = this.#factOf(node, outer);
    const scope = outer.view.scopes.get(node)!;
    const at: At = { view: outer.view, scope, from: fact, repeat: ONCE };
    for (const param of node.params) {
      if (param.type === "AssignmentPattern") {
        this.#assign(param, { sources: this.#value(param.right, at), value: param.right, at });
      }
    }
    const sources = this.#read(node.body, at);
    if (node.type === "ArrowFunctionExpression" && node.expression) this.#returns(sources, at);
    return fact;
  }

  #factOf(node: FunctionNode, { view }: At): FunctionFact {
    const known = this.#functions.get(node);
    if (known !== undefined) return known;
    const fact: FunctionFact = { kind: "function", node, module: view.module, returns: 0 };
    this.#functions.set(node, fact);
    this.#views.set(view.module, view);
    return fact;
  }

  /** A property of an object or of a class: what it holds can be called by its name. */
  #member(
    node: Extract<AnyNode, { type: "Property" | "MethodDefinition" | "PropertyDefinition" }>,
    at: At,
  ): number {
    const { value, kind = "init", computed, key } = node as typeof node & { kind?: string };
    if (!value) return 0;
    const name = computed ? undefined : this.#nameOf({ computed: false, property: key }, at) ??
      literal(key as Expression);
    const isField = node.type === "PropertyDefinition" && !node.static;
    const inside = isField ? { ...at, repeat: { times: null, over: "a class" } } : at;
    const sources = this.#value(value, inside);
    for (const callee of this.#callables(value, at)) {
      const isCalledByLanguage = kind === "get" || kind === "set" || name === undefined ||
        IMPLICIT.has(name);
      if (isCalledByLanguage) this.#escapes(callee, { node, at });
      if (name !== undefined) this.#addMethod(name, callee);
    }
    if (isFunction(value as AnyNode)) return 0;
    return name === undefined ? sources : asKind(sources, kindOfName(name));
  }

  #readExport(
    node: Extract<AnyNode, { type: "ExportNamedDeclaration" | "ExportDefaultDeclaration" }>,
    at: At,
  ): number {
    const { exports } = at.view;
    if (node.type === "ExportNamedDeclaration") {
      if (node.source) return 0;
      for (const { local, exported } of node.specifiers) {
        for (const fact of this.#callables(local, at)) exports.set(exportName(exported), fact);
      }
      if (!node.declaration) return 0;
      this.#read(node.declaration, at);
      const { declaration } = node;
      const names = declaration.type === "VariableDeclaration"
        ? declaration.declarations.map(({ id }) => id)
        : [declaration.id];
      for (const id of names) {
        if (id?.type !== "Identifier") continue;
        for (const fact of this.#callables(id, at)) exports.set(id.name, fact);
      }
      return 0;
    }
    const declaration = node.declaration as AnyNode;
    const sources = isFunction(declaration)
      ? this.#define(declaration, at).returns
      : this.#value(declaration, at);
    const facts = isFunction(declaration)
      ? new Set([this.#factOf(declaration, at)])
      : this.#callables(declaration, at);
    if (declaration.type === "FunctionDeclaration" && declaration.id) {
      const binding = this.#find(declaration.id.name, at);
      for (const fact of facts) if (binding) this.#learn(binding.callables, fact);
    }
    for (const callee of facts) {
      exports.set("default", callee);
      const isMain = at.view.module.skill === undefined;
      if (isMain) this.#site({ callee, from: at.from, repeat: ONCE, node, sources: 0 });
    }
    return sources;
  }

  #assign(
    pattern: Pattern | Node,
    { sources, value, at }: { sources: number; value?: Node; at: At },
  ): void {
    const target = pattern as AnyNode;
    switch (target.type) {
      case "Identifier": {
        const binding = this.#countAssignment(target.name, at);
        if (binding === undefined) return;
        this.#addSources(binding, sources);
        if (value === undefined) return;
        binding.value = value;
        for (const callee of this.#callables(value, at)) this.#learn(binding.callables, callee);
        binding.namespace ??= this.#namespace(value, at);
        return;
      }
      case "MemberExpression":
        return this.#assignMember(target, { sources, value, at });
      case "ObjectPattern":
        for (const property of target.properties) {
          if (property.type === "RestElement") {
            this.#assign(property.argument, { sources, at });
          } else this.#assignProperty(property, { sources, value, at });
        }
        return;
      case "ArrayPattern":
        for (const item of target.elements) if (item) this.#assign(item, { sources, at });
        return;
      case "RestElement":
        return this.#assign(target.argument, { sources, at });
      case "AssignmentPattern": {
        const more = this.#value(target.right, at);
        return this.#assign(target.left, { sources: sources | more, at });
      }
    }
  }

  #assignProperty(
    { key, value: target, computed }: { key: Node; value: Node; computed: boolean },
    { sources, value, at }: { sources: number; value?: Node | undefined; at: At },
  ): void {
    const name = this.#nameOf({ computed, property: key }, at);
    const kind = name === undefined ? "plain" : kindOfName(name);
    const own = name !== undefined && isHarmless(name) ? asPlain(sources) : asKind(sources, kind);
    this.#assign(target, { sources: own, at });
    const inner = (target as AnyNode).type === "AssignmentPattern"
      ? (target as Extract<AnyNode, { type: "AssignmentPattern" }>).left as AnyNode
      : target as AnyNode;
    if (inner.type !== "Identifier" || value === undefined) return;
    const binding = this.#find(inner.name, at);
    const namespace = this.#namespace(value, at);
    const callables = namespace === undefined
      ? this.#methods.get(name ?? "") ?? NONE
      : name === undefined
      ? namespace.exports.values()
      : [namespace.exports.get(name)];
    for (const callee of callables) if (binding && callee) this.#learn(binding.callables, callee);
  }

  #assignMember(
    target: Extract<AnyNode, { type: "MemberExpression" }>,
    { sources, value, at }: { sources: number; value?: Node | undefined; at: At },
  ): void {
    const name = this.#nameOf(target, at);
    let root = target.object as AnyNode;
    while (root.type === "MemberExpression") root = root.object as AnyNode;
    const binding = root.type === "Identifier" ? this.#find(root.name, at) : undefined;
    if (binding !== undefined) {
      this.#addSources(binding, sources);
      binding.grows = true;
    } else if (name !== undefined) this.#addField(name, sources);
    if (value === undefined) return;
    for (const callee of this.#callables(value, at)) {
      if (name !== undefined) this.#addMethod(name, callee);
      else this.#escapes(callee, { node: target, at });
    }
  }

  #countAssignment(name: string, at: At): Binding | undefined {
    const binding = this.#find(name, at);
    if (binding !== undefined && this.#round === 0) binding.assignments++;
    return binding;
  }

  /** Whoever gets a list may add to it. */
  #growAll(args: readonly Node[], at: At): void {
    for (const argument of args as readonly AnyNode[]) {
      const binding = argument.type === "Identifier" ? this.#find(argument.name, at) : undefined;
      if (binding !== undefined) binding.grows = true;
    }
  }

  #escapes(callee: Callable, { node, at }: { node: Node; at: At }): void {
    const repeat = { times: null, over: "a value that is handed on" };
    this.#site({ callee, from: at.from, repeat, node, sources: 0 });
  }

  #site(site: CallSite): void {
    this.#step(4);
    this.sites.push(site);
  }

  #returns(sources: number, { from }: At): void {
    if ((from.returns | sources) === from.returns) return;
    from.returns |= sources;
    this.known++;
  }

  #addSources(binding: Binding, sources: number): void {
    if ((binding.sources | sources) === binding.sources) return;
    binding.sources |= sources;
    this.known++;
  }

  #addField(name: string, sources: number): void {
    const before = this.#fields.get(name) ?? 0;
    if ((before | sources) === before) return;
    this.#fields.set(name, before | sources);
    this.known++;
  }

  #addMethod(name: string, callee: Callable): void {
    const known = this.#methods.get(name) ?? new Set();
    this.#methods.set(name, known);
    this.#learn(known, callee);
    this.#learn(this.#anyMethod, callee);
  }

  #learn(callables: Set<Callable>, callee: Callable): void {
    this.#step(1);
    if (callables.has(callee)) return;
    callables.add(callee);
    this.known++;
  }

  #find(name: string, { scope }: At): Binding | undefined {
    this.#step(1 + scope.depth / 8);
    return findBinding(name, scope);
  }

  #step(count: number): void {
    this.#steps += count;
    if (this.#steps > MAX_STEPS) throw new RangeError("Cannot read program: it is too large");
  }
}

const NONE: ReadonlySet<Callable> = new Set();

function union(
  one: ReadonlySet<Callable>,
  other: ReadonlySet<Callable>,
): ReadonlySet<Callable> {
  if (one.size === 0) return other;
  return other.size === 0 ? one : one.union(other);
}

function loopContext({ scope, view }: At) {
  return { scope, js: view.module.js };
}

function methodOf(callee: AnyNode): string | undefined {
  if (callee.type !== "MemberExpression") return undefined;
  const property = callee.property as AnyNode;
  if (!callee.computed) return property.type === "Identifier" ? property.name : undefined;
  return literal(property as Expression);
}

function objectOf(callee: AnyNode): AnyNode | undefined {
  return callee.type === "MemberExpression" ? callee.object as AnyNode : undefined;
}

function isNamespaceMember({ object }: { object: Node }): boolean {
  const { type } = object as AnyNode;
  return type === "Identifier" || type === "AwaitExpression";
}

function isArrayFrom(callee: AnyNode): boolean {
  const object = objectOf(callee);
  return methodOf(callee) === "from" && object?.type === "Identifier" && object.name === "Array";
}

function exportName(node: Node): string {
  const { name, value } = node as Node & { name?: string; value?: unknown };
  return name ?? String(value);
}
