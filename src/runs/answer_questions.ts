import type { AskServices } from "../calls/serve_ask.ts";
import type { PresentedTool } from "../discovery/tool_finder_types.ts";
import { AirlockError } from "../model/errors.ts";
import { checkSkillPermission } from "../policy/check_permission.ts";
import type { SkillInfo, SkillLibrary } from "../skills/skill.ts";
import type { Run } from "./run.ts";
import type { RuntimeParts } from "./runtime_parts.ts";

/** A tool as a program gets it. */
interface FoundTool {
  readonly server: string;
  readonly tool: string;
  readonly module: string;
  readonly description?: string;
  readonly text?: string;
}

/** What answers the questions of one run; its searches count as its session's. */
export function answerQuestions(
  { catalogue, finder }: Pick<RuntimeParts, "catalogue" | "finder">,
  { session, principal }: { session: string; principal: string },
): Pick<AskServices, "readTool" | "searchTools" | "readTools"> {
  return {
    readTool: catalogue.readTool,
    async searchTools({ server, ...wanted }) {
      const options = {
        ...wanted,
        session,
        principal,
        ...(server === undefined ? {} : { server }),
      };
      const found = await finder.search(wanted.query, options);
      const { servers, further, nextOffset, noGoodMatch, unavailable } = found;
      // On each tool too: the array's own fields are lost where a program returns it.
      const fit = noGoodMatch ? { fit: "nearest" } as const : {};
      const tools = servers.flatMap((group) =>
        group.tools.map((tool) => ({ ...toFoundTool(tool), ...fit }))
      );
      return { tools, further, nextOffset, noGoodMatch, unavailable };
    },
    async readTools({ names, ...wanted }) {
      const { servers, unknown, unavailable } = await finder.read(names, { ...wanted, principal });
      const tools = servers.flatMap((group) => group.tools.map(toFoundTool));
      return { tools, unknown, unavailable };
    },
  };
}

function toFoundTool(
  { server, tool, import: module = "", description, wrapper }: PresentedTool,
): FoundTool {
  return {
    server,
    tool,
    module,
    ...(description === undefined ? {} : { description }),
    ...(wrapper === undefined ? {} : { text: wrapper }),
  };
}

/** Options of {@linkcode answerSkills}. */
interface AnswerSkillsOptions extends Pick<Run, "caller" | "runId" | "permission"> {
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

/** The tests of a skill save no skill, and see only the skills that they import. */
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
