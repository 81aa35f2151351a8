import type { AnyNode, Expression } from "acorn";
import type { Capability } from "../model/tool.ts";
import { ConstantTexts } from "./constant_texts.ts";
import { positionOf } from "./parse_module.ts";
import { literal } from "./tree_facts.ts";
import type { MisnamedTool, ModuleImport, NamedCall, ProgramModule } from "./program.ts";
import { suggestNames } from "./suggest_names.ts";
import type { WrapperLookups } from "./wrappers.ts";

/** The calls of a module whose tools its text tells: by their names, or by constants. */
export function namedCalls(module: Omit<ProgramModule, "named">): readonly NamedCall[] {
  const isCallTool = calleesOf(module.imports);
  if (isCallTool === undefined) return [];
  let constants: ConstantTexts | undefined;
  return module.facts.calls.flatMap((node): NamedCall[] => {
    if (!isCallTool(node.callee as AnyNode)) return [];
    const [one, other] = node.arguments as AnyNode[];
    if (!one || !other || one.type === "SpreadElement") return [];
    const [server, tool] = [literal(one as Expression), literal(other as Expression)];
    if (server !== undefined && tool !== undefined) {
      return [{ node, tools: [{ server, tool }], isPlain: true }];
    }
    constants ??= new ConstantTexts(module.tree);
    const tools = constants.pairs(one as Expression, other as Expression)
      .map(([server, tool]) => ({ server, tool }));
    return tools.length === 0 ? [] : [{ node, tools, isPlain: false }];
  });
}

/** The tools that a module names and that there are. */
export async function namedTools(
  { named }: ProgramModule,
  wrappers: WrapperLookups,
): Promise<readonly Capability[]> {
  const known = new KnownTools(wrappers);
  const found: Capability[] = [];
  for (const tool of eachOnce(named.flatMap(({ tools }) => tools))) {
    if ((await known.of(tool.server))?.has(tool.tool)) found.push(tool);
  }
  return found;
}

/** More than anybody is shown. */
const MAX_MISNAMED = 20;

/** The tools that a module names in a call and that no server has, the first of them. */
export async function misnamedTools(
  module: ProgramModule,
  wrappers: WrapperLookups,
): Promise<readonly MisnamedTool[]> {
  const known = new KnownTools(wrappers);
  const found: MisnamedTool[] = [];
  for (const { node, tools: [called], isPlain } of module.named) {
    if (found.length === MAX_MISNAMED) break;
    if (!isPlain) continue;
    const { server, tool } = called!;
    const all = await known.of(server);
    if (all?.has(tool)) continue;
    const message = all === undefined
      ? `There is no server "${server}". ${suggestNames(server, await wrappers.folders())}`
      : `There is no tool "${tool}" of "${server}". ${suggestNames(tool, [...all])}`;
    found.push({ position: positionOf(node, module), message });
  }
  return found;
}

type IsCallee = (callee: AnyNode) => boolean;

/** Tells `callTool` by the names that a module's imports give it; undefined where none does. */
function calleesOf(imports: readonly ModuleImport[]): IsCallee | undefined {
  const names = new Set<string>();
  const namespaces = new Set<string>();
  for (const { form, node, target } of imports) {
    if (form !== "import" || target.kind !== "airlock") continue;
    for (const specifier of node.specifiers) {
      const { name } = specifier.local;
      if (specifier.type === "ImportNamespaceSpecifier") namespaces.add(name);
      else if (specifier.type === "ImportSpecifier" && isNamed(specifier.imported, CALL_TOOL)) {
        names.add(name);
      }
    }
  }
  if (names.size + namespaces.size === 0) return undefined;
  return (callee) => {
    if (callee.type === "Identifier") return names.has(callee.name);
    if (callee.type !== "MemberExpression" || callee.object.type !== "Identifier") return false;
    if (!namespaces.has(callee.object.name)) return false;
    const { computed, property } = callee;
    return computed
      ? literal(property as Expression) === CALL_TOOL
      : property.type === "Identifier" && property.name === CALL_TOOL;
  };
}

const CALL_TOOL = "callTool";

function isNamed(node: { type: string; name?: string; value?: unknown }, name: string): boolean {
  return (node.type === "Identifier" ? node.name : node.value) === name;
}

function eachOnce(tools: readonly Capability[]): Iterable<Capability> {
  return new Map(tools.map((each) => [JSON.stringify([each.server, each.tool]), each])).values();
}

/** More servers than a program can have business with. */
const MAX_SERVERS = 500;

/** The names of a server's tools, asked for once. */
class KnownTools {
  readonly #wrappers: WrapperLookups;
  readonly #servers = new Map<string, ReadonlySet<string> | undefined>();

  constructor(wrappers: WrapperLookups) {
    this.#wrappers = wrappers;
  }

  async of(server: string): Promise<ReadonlySet<string> | undefined> {
    if (!this.#servers.has(server) && this.#servers.size < MAX_SERVERS) {
      const all = await this.#wrappers.ofServer(server);
      this.#servers.set(server, all && new Set(all.map(({ tool }) => tool)));
    }
    return this.#servers.get(server);
  }
}
