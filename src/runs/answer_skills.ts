import { AirlockError } from "../model/errors.ts";
import type { BegunRun } from "./begin_run.ts";
import { checkSkillPermission } from "../policy/check_skill_permission.ts";
import type { AskServices } from "../calls/serve_ask.ts";
import type { SkillInfo, SkillLibrary } from "../skills/skill_library.ts";

/** Options of {@linkcode answerSkills}. */
export interface AnswerSkillsOptions extends Pick<BegunRun, "caller" | "runId" | "permission"> {
  /** Aborts when the run is over: what waits to be saved then is not. */
  readonly signal: AbortSignal;
}

type SkillAnswers = Pick<AskServices, "saveSkill" | "searchSkills" | "readSkill">;

/** What answers a run's questions about skills: its caller's, and those that others let it use. */
export function answerSkills(
  skills: SkillLibrary,
  { caller: { name: caller }, permission, runId, signal }: AnswerSkillsOptions,
): SkillAnswers {
  // A test of a skill is a worker beside the run's own, under the run's slot: one at a time.
  let saved: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(save: () => Promise<T>): Promise<T> => {
    const turn = saved.then(() => {
      if (signal.aborted) throw new AirlockError("CANCELLED", "Cannot save skill: the run is over");
      return save();
    });
    saved = turn.catch(() => {});
    return turn;
  };
  return {
    async saveSkill({ examples, tests, ...draft }) {
      checkSkillPermission(permission);
      const optional = {
        ...(examples === undefined ? {} : { examples }),
        ...(tests === undefined ? {} : { tests }),
      };
      const save = () => skills.save({ ...draft, ...optional }, { owner: caller, runId });
      return showSkill(await inTurn(save));
    },
    async searchSkills({ query, limit }) {
      const found = await skills.search(query, { caller, limit });
      return found.skills.map(showSkill);
    },
    readSkill: (name) => skills.read(name, caller),
  };
}

/** The tests of a skill are nobody's program: they save none, and see of others what they import. */
export const REFUSE_SKILLS: SkillAnswers = {
  saveSkill: refuse,
  searchSkills: refuse,
  readSkill: refuse,
};

function refuse(): Promise<never> {
  const message = "Cannot ask for skills: the tests of one may not";
  return Promise.reject(new AirlockError("FORBIDDEN", message));
}

/** A skill as a program or a model gets it. */
function showSkill({ name, version, description, trust, tools }: SkillInfo) {
  return { name, version, description, trust, tools, module: `./skills/${name}` };
}
