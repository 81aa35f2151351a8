import { makeKey } from "./privacy_keys.ts";
import type { RunVaults } from "./run_vaults.ts";
import type { SessionVaults } from "./session_vaults.ts";
import { AirlockError } from "../../model/errors.ts";
import type { PrivacyKey } from "../../model/privacy_settings.ts";
import { replaceFile } from "../../storage/atomic_file.ts";

/** What is sealed with the key. */
interface SealedVaults {
  readonly vaults: SessionVaults;
  /** Of runs without a session. */
  readonly runVaults: RunVaults;
}

/**
 * Makes a new key the first of the file, seals every vault with it, then takes the old ones away.
 * Gives how many sessions there are.
 *
 * @throws {AirlockError} USAGE where the key comes from the environment; BUSY where a session or a
 * run is in use: then the old keys stay, and the command may be given again
 */
export async function rotateKey(
  { file, env }: PrivacyKey,
  { vaults, runVaults }: SealedVaults,
): Promise<number> {
  if (env !== undefined) {
    throw new AirlockError(
      "USAGE",
      `Cannot rotate key: put the new one first in "${env}", separated from the old by a comma`,
    );
  }
  const old = await Deno.readTextFile(file).catch(() => "");
  const key = makeKey();
  await replaceFile(file, key + old);
  const sessions = await vaults.sessions();
  for (const session of sessions) await vaults.reseal(session);
  await runVaults.resealAll();
  await replaceFile(file, key);
  return sessions.length;
}
