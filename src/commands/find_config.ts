import { resolve } from "@std/path";
import { type Config, defaultConfigPath, loadConfig } from "../config/config.ts";
import { exists } from "@std/fs";
import { startFolder } from "./start_folder.ts";

/**
 * Reads the named configuration; else `airlock.json` of the current folder; else the one that
 * Airlock ships.
 *
 * @throws {AirlockError} CONFIG_INVALID
 */
export async function findConfig(named: string | undefined): Promise<Config> {
  if (named !== undefined) return await loadConfig(resolve(startFolder(), named));
  const own = resolve(startFolder(), "airlock.json");
  return await loadConfig(await exists(own) ? own : defaultConfigPath());
}
