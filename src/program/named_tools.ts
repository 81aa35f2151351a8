import type { CallExpression, Expression, Identifier, MemberExpression } from "acorn";
import type { Capability } from "../rpc/capability.ts";
import { full } from "acorn-walk";
import type { Position } from "../errors.ts";
import { positionOf } from "./parse_module.ts";
import { literal, type ModuleImport } from "./read_imports.ts";
import type { ProgramModule } from "./program_module.ts";
import { suggestNames } from "./suggest_names.ts";
import type { WrapperLookups } from "./wrappers.ts";

/** The tools that a module names in `callTool("server", "tool", …)` of the module `airlock`. */
export async function namedTools(
  module: ProgramModule,
  wrappers: WrapperLookups,
): Promise<readonly Capability[]> {
  const calls = namedCalls(module);
  const known = await Promise.all(calls.map((call) => isKnown(call, wrappers)));
  return calls.filter((_call, index) => known[index]).map(({ server, tool }) => ({ server, tool }));
}

/** A tool that a module names and that is not there. */
export interface MisnamedTool {
  /** Of the call, in the author's text. */
  readonly position: Position;
  /** What is so, and what was probably meant. */
  readonly message: string;
}

/** The tools that a module names in the same way, and that no server has. */
export async function misnamedTools(
  module: ProgramModule,
  wrappers: WrapperLookups,
): Promise<readonly MisnamedTool[]> {
  const found = await Promise.all(
    namedCalls(module).map(async (call) => {
      const { server, tool, node } = call;
      const all = await wrappers.ofServer(server);
      if (all?.some((wrapper) => wrapper.tool === tool)) return [];
      const message = all === undefined
        ? `There is no server "${server}". ${suggestNames(server, await wrappers.folders())}`
        : `There is no tool "${tool}" of "${server}". ${
          suggestNames(tool, all.map((wrapper) => wrapper.tool))
        }`;
      return [{ position: positionOf(node, module), message }];
    }),
  );
  return found.flat();
}

function namedCalls(module: ProgramModule): (Capability & { readonly node: CallExpression })[] {
  const callees = module.imports.flatMap(airlockNames);
  if (callees.length === 0) return [];
  const calls: (Capability & { readonly node: CallExpression })[] = [];
  full(module.tree, (node) => {
    if (node.type !== "CallExpression") return;
    const call = node as CallExpression;
    if (!callees.some((isCallee) => isCallee(call.callee as Expression))) return;
    const [server, tool] = call.arguments.slice(0, 2).map((item) => literal(item as Expression));
    if (server !== undefined && tool !== undefined) calls.push({ server, tool, node: call });
  });
  return calls;
}

type IsCallee = (callee: Expression) => boolean;

/** How a module can name `callTool` after an import of `airlock`. */
function airlockNames({ form, node, target }: ModuleImport): IsCallee[] {
  if (form !== "import" || target.kind !== "airlock") return [];
  return node.specifiers.flatMap((specifier): IsCallee[] => {
    const { name } = specifier.local;
    if (specifier.type === "ImportNamespaceSpecifier") {
      return [(callee) => isMember(callee, name, "callTool")];
    }
    const isCallTool = specifier.type === "ImportSpecifier" &&
      specifier.imported.type === "Identifier" && specifier.imported.name === "callTool";
    return isCallTool ? [(callee) => isIdentifier(callee, name)] : [];
  });
}

function isMember(callee: Expression, object: string, property: string): boolean {
  if (callee.type !== "MemberExpression") return false;
  const member = callee as MemberExpression;
  return !member.computed && isIdentifier(member.object as Expression, object) &&
    isIdentifier(member.property as Expression, property);
}

function isIdentifier(node: Expression, name: string): boolean {
  return node.type === "Identifier" && (node as Identifier).name === name;
}

async function isKnown({ server, tool }: Capability, wrappers: WrapperLookups): Promise<boolean> {
  const all = await wrappers.ofServer(server);
  return all?.some((wrapper) => wrapper.tool === tool) ?? false;
}
