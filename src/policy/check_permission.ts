import { AirlockError } from "../model/errors.ts";
import { type PermissionLevel, type PermittedActions, permittedAt } from "../model/permission.ts";
import type { ToolTraits } from "./risk/judge_tool.ts";
import type { RiskPolicy } from "../config/policy.ts";
import { reaches, type Risk } from "../model/risk.ts";

/** Why a level does not let a tool be called, the first that is so. */
const DENIALS: Readonly<
  Record<
    PermittedActions["tools"],
    readonly [isDenied: (tool: ToolTraits) => boolean, reason: string][]
  >
> = {
  all: [],
  that_can_be_undone: [
    [({ effect }) => effect === "destroys", "it destroys"],
    [({ runs }) => runs, "it runs what it is given"],
    [({ sends }) => sends, "what it sends cannot be called back"],
    [({ effect, by }) => effect === "writes" && by === "nobody", "nothing says what it does"],
  ],
  that_only_read: [
    [({ effect }) => effect !== "reads", "it does not only read"],
    [({ believed }) => believed !== "reads", "its server does not say that it only reads"],
  ],
};

interface CheckPermissionOptions {
  readonly permission: PermissionLevel;
  /** What is not to be done, for the message: "Cannot run program". */
  readonly action: string;
}

/**
 * Refuses tools that are outside of a permission.
 *
 * @throws {AirlockError} TOOL_DENIED with the first of them and the reason
 */
export function checkPermission(
  tools: readonly ToolTraits[],
  { permission, action }: CheckPermissionOptions,
): void {
  const denials = DENIALS[permittedAt(permission).tools];
  if (denials.length === 0) return;
  for (const tool of tools) {
    const denied = denials.find(([isDenied]) => isDenied(tool));
    if (denied === undefined) continue;
    throw new AirlockError(
      "TOOL_DENIED",
      `${action}: ${tool.server}.${tool.tool} is outside of the permission "${permission}", ` +
        `because ${denied[1]}`,
      { hint: "Do without the tool, or ask for another permission" },
    );
  }
}

/**
 * Checks that skills may be saved at a level.
 *
 * @throws {AirlockError} FORBIDDEN
 */
export function checkSkillPermission(permission: PermissionLevel): void {
  if (permittedAt(permission).skills === "save") return;
  throw new AirlockError(
    "FORBIDDEN",
    `Cannot save skill: the permission "${permission}" lets it use skills, not save them; ` +
      'return the code instead, or ask for the permission "write_restricted"',
  );
}

interface RefuseRiskOptions extends Pick<RiskPolicy, "block"> {
  /** How the message begins. Default: "Cannot run program". */
  readonly action?: string;
}

/**
 * Refuses a program whose risk the configuration does not let run.
 *
 * @throws {AirlockError} RISK_TOO_HIGH with the worst finding, and what would lower it
 */
export function refuseRisk(
  { level, findings }: Risk,
  { block, action = "Cannot run program" }: RefuseRiskOptions,
): void {
  if (block === undefined || !reaches(level, block)) return;
  const [worst] = findings;
  throw new AirlockError(
    "RISK_TOO_HIGH",
    `${action}: its risk is ${level}. ${worst?.message ?? ""}`.trimEnd(),
    worst === undefined ? {} : {
      hint: worst.lowers,
      ...(worst.line !== undefined && worst.skill === undefined
        ? { position: { line: worst.line, column: 1 } }
        : {}),
    },
  );
}
