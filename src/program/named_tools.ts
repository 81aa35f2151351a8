import type { CallExpression, Expression, Identifier, MemberExpression } from "acorn";
import type { Capability } from "../rpc/capability.ts";
import { full } from "acorn-walk";
import { literal, type ModuleImport } from "./read_imports.ts";
import type { ProgramModule } from "./read_program.ts";
import type { Wrappers } from "./wrappers.ts";

/** The tools that a module names in `callTool("server", "tool", …)` of the module `airlock`. */
export async function namedTools(
  module: ProgramModule,
  wrappers: Wrappers,
): Promise<readonly Capability[]> {
  const callees = module.imports.flatMap(airlockNames);
  if (callees.length === 0) return [];
  const calls: Capability[] = [];
  full(module.tree, (node) => {
    if (node.type !== "CallExpression") return;
    const { callee, arguments: [server, tool] } = node as CallExpression;
    if (!callees.some((isCallee) => isCallee(callee as Expression))) return;
    const [serverName, toolName] = [server, tool].map((item) =>
      item && literal(item as Expression)
    );
    if (serverName !== undefined && toolName !== undefined) {
      calls.push({ server: serverName, tool: toolName });
    }
  });
  const known = await Promise.all(calls.map((call) => isKnown(call, wrappers)));
  return calls.filter((_call, index) => known[index]);
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

async function isKnown({ server, tool }: Capability, wrappers: Wrappers): Promise<boolean> {
  const all = await wrappers.ofServer(server);
  return all?.some((wrapper) => wrapper.tool === tool) ?? false;
}
