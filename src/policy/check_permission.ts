import { AirlockError } from "../errors.ts";
import type { PermissionLevel } from "./permission.ts";
import type { ToolTraits } from "./risk/tool_traits.ts";

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
    [({ leaves }) => leaves !== "none", "its server does not say that it only reads"],
  ],
};

/** Options of {@linkcode checkPermission}. */
export interface CheckPermissionOptions {
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
  const denials = DENIALS[permission];
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
