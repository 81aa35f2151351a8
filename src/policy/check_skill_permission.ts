import { AirlockError } from "../model/errors.ts";
import { type PermissionLevel, permittedAt } from "../model/permission.ts";

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
