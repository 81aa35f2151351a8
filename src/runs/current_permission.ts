import type { Config } from "../config/config.ts";
import {
  leastPermission,
  OWNER_NAME,
  type PermissionLevel,
  type Principal,
} from "../model/permission.ts";
import type { StoredRequest } from "../storage/stored_run.ts";

/** Options of {@linkcode currentPermission}. */
export interface PresentRightOptions {
  readonly gateway: Pick<Config["gateway"], "principals">;
  /** Whether this process was asked for the run, by whoever it is. */
  readonly isBegunHere: boolean;
  /** Who wants it to go on; absent where nobody does, or the owner. */
  readonly asker?: Principal | undefined;
}

/**
 * What a run may call that goes on: no more than when it was begun, and no more than its principal may
 * now. Undefined where that one is nobody any more.
 */
export function currentPermission(
  { principal = OWNER_NAME, permission }: Pick<StoredRequest, "principal" | "permission">,
  { gateway: { principals }, isBegunHere, asker }: PresentRightOptions,
): PermissionLevel | undefined {
  const configured = Object.hasOwn(principals, principal) ? principals[principal] : undefined;
  const own = asker?.name === principal ? asker : undefined;
  const isKnown = principal === OWNER_NAME || isBegunHere || (configured ?? own) !== undefined;
  return isKnown
    ? leastPermission([permission, configured?.permission, own?.permission])
    : undefined;
}
