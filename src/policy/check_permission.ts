import { AirlockError } from "../errors.ts";
import type { RiskPolicy } from "../config/risk_policy.ts";
import type { Tool } from "../mcp/tool.ts";
import type { Capability } from "../rpc/capability.ts";
import type { PermissionLevel } from "./permission.ts";
import { correctionOf } from "./risk/configured_rules.ts";
import { type ToolTraits, toolTraits } from "./risk/tool_traits.ts";

/** Why a level does not let a tool be called, the first that is so. */
const DENIALS: Readonly<
  Record<PermissionLevel, readonly [isDenied: (tool: ToolTraits) => boolean, reason: string][]>
> = {
  full: [],
  write_restricted: [
    [({ effect }) => effect === "destroys", "it destroys"],
    [({ runs }) => runs, "it runs what it is given"],
    [({ sends }) => sends, "what it sends cannot be called back"],
    [({ effect, by }) => effect === "writes" && by === "nobody", "nothing says what it does"],
  ],
  read_only: [
    [({ effect }) => effect !== "reads", "it does not only read"],
    [
      ({ by }) => by !== "annotation" && by !== "configuration",
      "its server does not say that it only reads",
    ],
  ],
};

/** Options of {@linkcode checkPermission}. */
export interface CheckPermissionOptions {
  readonly permission: PermissionLevel;
  readonly policy: RiskPolicy;
  /** What is known of a tool; undefined where its server is out of reach. */
  readonly findTool: (capability: Capability) => Tool | undefined;
  /** What is not to be done, for the message: "Cannot run program". */
  readonly action: string;
}

/**
 * Refuses tools that are outside of a permission.
 *
 * @throws {AirlockError} TOOL_DENIED with the first of them and the reason
 */
export function checkPermission(
  capabilities: readonly Capability[],
  { permission, policy, findTool, action }: CheckPermissionOptions,
): void {
  const denials = DENIALS[permission];
  if (denials.length === 0) return;
  for (const capability of capabilities) {
    const correction = correctionOf(capability, policy);
    const traits = toolTraits(capability, { tool: findTool(capability), correction });
    const denied = denials.find(([isDenied]) => isDenied(traits));
    if (denied === undefined) continue;
    throw new AirlockError(
      "TOOL_DENIED",
      `${action}: ${traits.server}.${traits.tool} is outside of the permission "${permission}", ` +
        `because ${denied[1]}`,
      { hint: "Do without the tool, or ask for another permission" },
    );
  }
}
