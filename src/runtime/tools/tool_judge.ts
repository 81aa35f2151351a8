import type { Config } from "../../config.ts";
import type { ReachableTool } from "../../policy/approvals/approval.ts";
import { checkPermission } from "../../policy/check_permission.ts";
import type { PermissionLevel } from "../../policy/permission.ts";
import { correctionOf } from "../../policy/risk/configured_rules.ts";
import { toolTraits } from "../../policy/risk/tool_traits.ts";
import type { Capability } from "../../rpc/capability.ts";
import type { KnownTool } from "../../work/program_jobs.ts";
import type { ToolCatalogue } from "./tool_catalogue.ts";

/** Judges tools for what they are now. */
export class ToolJudge {
  readonly #policy: Config["policy"];
  readonly #catalogue: ToolCatalogue;

  constructor({ policy, catalogue }: { policy: Config["policy"]; catalogue: ToolCatalogue }) {
    this.#policy = policy;
    this.#catalogue = catalogue;
  }

  /** What is known of tools. */
  async known(capabilities: readonly Capability[]): Promise<KnownTool[]> {
    const findTool = await this.#definitions(capabilities);
    return capabilities.map((each) => ({ ...each, definition: findTool(each) }));
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
      const { effect, by } = toolTraits(capability, { tool, correction });
      // A name that sounds harmless is nobody's word that a call may be made unasked.
      const believed = effect === "reads" && by === "name" ? "writes" : effect;
      return { ...capability, effect: believed, annotations: tool?.annotations };
    });
  }

  #definitions(capabilities: readonly Capability[]) {
    return this.#catalogue.definitions(capabilities.map(({ server }) => server));
  }
}
