import type { Config } from "../config/config.ts";
import { checkPermission } from "../policy/check_permission.ts";
import type { PermissionLevel } from "../model/permission.ts";
import type { JudgedTool } from "../policy/risk/judge_tool.ts";
import type { Capability } from "../model/capability.ts";
import type { ToolCatalogue } from "./tool_catalogue.ts";

/** Judges tools for what they are now. */
export class ToolJudge {
  readonly #policy: Config["policy"];
  readonly #catalogue: ToolCatalogue;

  constructor({ policy, catalogue }: { policy: Config["policy"]; catalogue: ToolCatalogue }) {
    this.#policy = policy;
    this.#catalogue = catalogue;
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
    if (this.#policy.changedTools === "quarantine") {
      await this.#catalogue.refuseChanged(capabilities);
    }
    if (permission === "full") return;
    checkPermission(await this.describe(capabilities), { permission, action });
  }

  /** What the tools are, by the configuration, by their servers' word and by their names. */
  describe(capabilities: readonly Capability[]): Promise<readonly JudgedTool[]> {
    return this.#catalogue.judged(capabilities);
  }
}
