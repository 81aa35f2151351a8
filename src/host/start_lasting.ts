import { join } from "@std/path";
import type { Config } from "../config/config.ts";
import { vaultsOf } from "../privacy/vault/session_vaults.ts";
import { createSessions, sweepSessions } from "../workspace/sessions.ts";
import { sweepDrafts } from "../skills/keep_drafts.ts";
import { createSkillLibrary } from "../skills/skill_library.ts";
import { cancelWaitingRuns } from "../runs/cancel_waiting_runs.ts";
import { OWNER } from "../model/caller.ts";
import { checkSkill, promisesOf } from "./check_skill.ts";
import { moduleOfRun } from "../runs/module_of_run.ts";
import type { RuntimeParts } from "../runs/runtime_parts.ts";
import type { Journal } from "./start_journal.ts";
import type { Tools } from "./start_tools.ts";
import { DAY_MS } from "../text/day_ms.ts";

/** Options of {@linkcode startLasting}. */
export interface StartLastingOptions extends Pick<RuntimeParts, "audit" | "sandboxes"> {
  /** Ends what is started. */
  readonly starting: AsyncDisposableStack;
  readonly tools: Tools;
  readonly journal: Journal;
}

/** Starts what outlives runs, and what ends it in its time. */
export function startLasting(
  config: Config,
  { starting, tools, journal, audit, sandboxes }: StartLastingOptions,
): Pick<RuntimeParts, "skills" | "sessions"> {
  const { folders } = config;
  const { examiner, catalogue, finder } = tools;
  const skillParts = { ...tools, policy: config.policy.risk };
  const skills = starting.use(createSkillLibrary({
    dir: folders.skills,
    state: folders.state,
    check: (text, view) => checkSkill(text, view, skillParts),
    moduleOfRun: (runId, owner) => moduleOfRun(runId, { owner, examiner, store: journal.store }),
    promisesOf: (tools) => promisesOf(tools, { catalogue }),
  }));
  const prepared = skills.prepare(OWNER.name);
  starting.defer(() => prepared);
  const sessions = starting.use(createSessions({
    workspace: folders.workspace,
    state: folders.state,
    config: config.sessions,
    async forget(id) {
      finder.forget(id);
      cancelWaitingRuns(id, { ...journal, audit });
      journal.approvals.forgetSession(id);
      sandboxes.forget(join(folders.workspace, id));
      if (config.privacy.enabled) await vaultsOf(config).destroy(id);
    },
  }));
  starting.use(sweepSessions({
    async sweep() {
      const gone = await sessions.sweep();
      await sweepDrafts(join(folders.state, "drafts"), Date.now() - config.sessions.runFilesMs);
      journal.store.forgetBefore(Date.now() - config.journal.days * DAY_MS);
      await audit.sweep();
      return gone;
    },
  }));
  return { skills, sessions };
}
