import type { Config } from "../../config.ts";
import type { Tool } from "../../mcp/tool.ts";
import type { ReachableTool, Undoing } from "../../policy/approvals/approval.ts";
import { checkPermission } from "../../policy/check_permission.ts";
import type { PermissionLevel } from "../../policy/permission.ts";
import type { Risk } from "../../policy/risk.ts";
import { assessRisk } from "../../policy/risk/assess_risk.ts";
import { correctionOf } from "../../policy/risk/configured_rules.ts";
import { type ToolTraits, toolTraits } from "../../policy/risk/tool_traits.ts";
import type { Program } from "../../program/read_program.ts";
import type { Skills } from "../../program/wrappers.ts";
import type { Capability } from "../../rpc/capability.ts";
import type { ToolCatalogue } from "./tool_catalogue.ts";

/** Judges tools, and programs by their tools, for what the tools are now. */
export class ToolJudge {
  readonly #policy: Config["policy"];
  readonly #catalogue: ToolCatalogue;

  constructor({ policy, catalogue }: { policy: Config["policy"]; catalogue: ToolCatalogue }) {
    this.#policy = policy;
    this.#catalogue = catalogue;
  }

  /** Tells the risk of a program that was read with these skills. */
  async assess(program: Program, { stateOf }: Pick<Skills, "stateOf">): Promise<Risk> {
    const findTool = await this.#definitions(program.capabilities);
    const skillState = stateOf && { skillState: stateOf };
    return assessRisk(program, { policy: this.#policy.risk, findTool, ...skillState });
  }

  /**
   * Checks that tools may be called.
   *
   * @throws {AirlockError} TOOL_QUARANTINED or TOOL_DENIED
   */
  async check(
    capabilities: readonly Capability[],
    { permission, action }: { permission: PermissionLevel; action: string },
  ): Promise<void> {
    const { changedTools, risk: policy } = this.#policy;
    if (changedTools === "quarantine") await this.#catalogue.refuseChanged(capabilities);
    if (permission === "full") return;
    const findTool = await this.#definitions(capabilities);
    checkPermission(capabilities, { permission, policy, findTool, action });
  }

  /** What the tools are, by the configuration, by their servers' word and by their names. */
  async describe(capabilities: readonly Capability[]): Promise<ReachableTool[]> {
    const findTool = await this.#definitions(capabilities);
    return capabilities.map((capability) => {
      const tool = findTool(capability);
      const correction = correctionOf(capability, this.#policy.risk);
      const { effect, by, sends, world } = toolTraits(capability, { tool, correction });
      // A name that sounds harmless is nobody's word that a call may be made unasked.
      const believed = effect === "reads" && by === "name" ? "writes" : effect;
      const annotations = tool?.annotations;
      return {
        ...capability,
        effect: believed,
        annotations,
        sends,
        ...(tool?.withheld?.asks && { isSuspicious: true }),
        reversible: undoingOf({ effect: believed, sends, world, annotations }),
      };
    });
  }

  #definitions(capabilities: readonly Capability[]) {
    return this.#catalogue.definitions(capabilities.map(({ server }) => server));
  }
}

/** Whether what a tool changes can be undone: what is sent or destroyed is gone, what is added stays. */
function undoingOf(
  { effect, sends, world, annotations = {} }:
    & Pick<ToolTraits, "effect" | "sends" | "world">
    & { readonly annotations: Tool["annotations"] | undefined },
): Undoing {
  if (effect === "reads") return "yes";
  if (effect === "destroys" || sends || annotations.destructiveHint === true) return "no";
  return annotations.destructiveHint === false && world === "closed" ? "yes" : "unknown";
}
