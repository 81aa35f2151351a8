import { join } from "@std/path";
import type { Config } from "../config/config.ts";
import { readKeys } from "./vault/read_keys.ts";
import { createRunVaults, type RunVaults } from "./vault/run_vaults.ts";
import { createSessionVaults, type SessionVaults } from "./vault/session_vaults.ts";

/** The vaults of a configuration. */
export function vaultsOf({ folders, privacy }: Config): SessionVaults {
  // Read each time: another process may have made a new key.
  return createSessionVaults(join(folders.state, "vaults"), () => readKeys(privacy.key));
}

/** The vaults of runs without a session, as long as these can go on. */
export function runVaultsOf({ folders, privacy }: Config): RunVaults {
  return createRunVaults(join(folders.state, "vaults", "runs"), () => readKeys(privacy.key));
}
