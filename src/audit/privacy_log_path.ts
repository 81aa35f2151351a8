import { join } from "@std/path";

/** Where the privacy events are, in the folder of what Airlock keeps for itself. */
export function privacyLogPath(state: string): string {
  return join(state, "privacy.sqlite");
}
