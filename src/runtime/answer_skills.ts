import type { BegunRun } from "./begin_run.ts";
import type { AskServices } from "../rpc/serve_ask.ts";
import type { SkillInfo, SkillLibrary } from "../skills/skill_library.ts";

/** What answers a run's questions about skills: its caller's, and those that others let it use. */
export function answerSkills(
  skills: SkillLibrary,
  { caller: { name: caller }, runId }: Pick<BegunRun, "caller" | "runId">,
): Pick<AskServices, "saveSkill" | "searchSkills" | "readSkill"> {
  return {
    async saveSkill({ examples, tests, ...draft }) {
      const optional = {
        ...(examples === undefined ? {} : { examples }),
        ...(tests === undefined ? {} : { tests }),
      };
      return showSkill(await skills.save({ ...draft, ...optional }, { owner: caller, runId }));
    },
    async searchSkills({ query, limit }) {
      const found = await skills.search(query, { caller, limit });
      return found.skills.map(showSkill);
    },
    readSkill: (name) => skills.read(name, caller),
  };
}

/** A skill as a program or a model gets it. */
function showSkill({ name, version, description, trust, tools }: SkillInfo) {
  return { name, version, description, trust, tools, module: `./skills/${name}` };
}
