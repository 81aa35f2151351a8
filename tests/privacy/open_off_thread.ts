import { type FindAnswer, OffThreadFinder } from "../../src/privacy/mask/find_texts.ts";
import type { PrivacySettings } from "../../src/model/privacy_settings.ts";
import { findLaunchers } from "../../src/process/find_command.ts";
import { startReaper } from "../../src/process/start_reaper.ts";
import { createWorkPool } from "../../src/work/work_pool.ts";

/** A finder on a pool of its own. */
export async function openOffThread(
  settings: PrivacySettings,
): Promise<AsyncDisposable & { readonly finder: OffThreadFinder }> {
  const stack = new AsyncDisposableStack();
  const reaper = stack.use(await startReaper());
  const pool = stack.use(createWorkPool({ reaper, launchers: findLaunchers() }));
  const finder = new OffThreadFinder(
    async (request, options) => await pool.run("find", request, options) as FindAnswer,
    { settings, principal: "ada" },
  );
  return { finder, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
