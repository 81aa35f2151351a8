import { z } from "zod";
import { AirlockError } from "../model/errors.ts";
import type { RunPrivacy } from "../privacy/run_privacy.ts";
import { hostTurns, withTurns } from "../work/host_turns.ts";

/** What the module `airlock` of a program can ask for. */
export interface AskServices {
  searchTools(query: SearchToolsQuery): Promise<unknown>;
  readTools(query: ReadToolsQuery): Promise<unknown>;
  /** The text of a wrapper; undefined where there is no such tool. */
  readTool(server: string, tool: string): Promise<string | undefined>;
  /** Saves a skill of the caller. */
  saveSkill(skill: SaveSkillQuery): Promise<unknown>;
  /** Finds skills that programs of the same caller can import. */
  searchSkills(query: SearchSkillsQuery): Promise<unknown>;
  /** The text of a skill; undefined where there is none that may be used. */
  readSkill(name: string): Promise<string | undefined>;
  /** What may still be written to the workspace. */
  workspaceLeft(): Promise<unknown>;
}

/** What `searchTools` of a program asks for. */
type SearchToolsQuery = z.output<typeof searchTools>;

/** What `readTools` of a program asks for. */
type ReadToolsQuery = z.output<typeof readTools>;

/** What every question costs, beside what answering it does. */
const ASK_MS = 0.2;
/** A program may look through more than a model would read. */
const PROGRAM_MODEL_TOKENS = 8_000;

const name = z.string().max(1_000);
const maxModelTokens = z.number().int().min(1).max(100_000).default(PROGRAM_MODEL_TOKENS);
const detail = z.enum(["name", "description", "full"]);
const searchTools = z.strictObject({
  query: z.string().max(4_000),
  detail: detail.default("description"),
  limit: z.number().int().min(1).max(100).default(10),
  offset: z.number().int().min(0).max(100_000).default(0),
  server: name.optional(),
  maxModelTokens,
});
const readTools = z.strictObject({
  names: z.array(name).min(1).max(50),
  detail: detail.default("full"),
  maxModelTokens,
});
const saveSkill = z.strictObject({
  name: name.max(64),
  description: z.string().max(2_000),
  code: z.string().max(1_000_000),
  examples: z.array(z.string().max(10_000)).max(20).optional(),
  tests: z.string().max(1_000_000).optional(),
});
const searchSkills = z.strictObject({
  query: z.string().max(4_000),
  limit: z.number().int().min(1).max(50).default(10),
});

/** What `saveSkill` of a program is given. */
type SaveSkillQuery = z.output<typeof saveSkill>;

/** What `searchSkills` of a program asks for. */
type SearchSkillsQuery = z.output<typeof searchSkills>;

const readSkill = z.strictObject({ name });
const readTool = z.strictObject({ server: name, tool: name });

/** Longest list of one question: each item costs the host what a small call does. */
const MAX_SUBJECTS = 100_000;
/** So many facts are told between two pauses. */
const SUBJECTS_PER_PAUSE = 16;
const MAX_SUBJECT_CHARACTERS = 20_000;
const subject = z.union([
  z.string().max(MAX_SUBJECT_CHARACTERS),
  z.number(),
  z.boolean(),
  z.null(),
]);
/** Not with a schema of its items: there may be a hundred thousand. */
const subjects = z.custom<readonly unknown[]>(areSubjects, {
  error: `Expected a list of at most ${MAX_SUBJECTS} values`,
});
const derive = z.strictObject({ fact: z.string().max(100), subject: z.union([subject, subjects]) });
const same = z.strictObject({ one: subject, other: subject });

/** Answers one question of the module `airlock`; throws what the program is to see. */
export async function serveAsk(
  { method, params }: { method: string; params: unknown },
  services: AskServices & {
    readonly privacy: RunPrivacy;
    /** The principal whose turns the work takes. Default: none. */
    readonly principal?: string;
  },
): Promise<unknown> {
  const { principal = "" } = services;
  // Whatever it is: reading it, writing its answer and writing it down take time too.
  await hostTurns.inTurn(principal, () => hostTurns.charge(principal, ASK_MS));
  switch (method) {
    case "search_tools": {
      const query = parse(searchTools, params, "searchTools");
      // Words of searches are remembered beyond the run.
      const said = await services.privacy.maskOutbound(query.query);
      return await services.searchTools({ ...query, query: said });
    }
    case "read_tools":
      return await services.readTools(parse(readTools, params, "readTools"));
    case "read_tool": {
      const { server, tool } = parse(readTool, params, "readTool");
      const text = await services.readTool(server, tool);
      if (text !== undefined) return text;
      throw new AirlockError("TOOL_UNKNOWN", `Cannot read tool: ${server} has no "${tool}"`);
    }
    case "save_skill":
      return await services.saveSkill(parse(saveSkill, params, "saveSkill"));
    case "search_skills":
      return await services.searchSkills(parse(searchSkills, params, "searchSkills"));
    case "read_skill": {
      const { name } = parse(readSkill, params, "readSkill");
      const text = await services.readSkill(name);
      if (text !== undefined) return text;
      throw new AirlockError("NOT_FOUND", `Cannot read skill: there is no "${name}"`);
    }
    case "workspace_left":
      return await services.workspaceLeft();
    case "derive": {
      const { fact, subject } = parse(derive, params, "derive");
      const { privacy } = services;
      return isList(subject)
        ? await withTurns(deriveEach(fact, subject, privacy), principal)
        : await hostTurns.inTurn(principal, () => privacy.derive(fact, subject));
    }
    case "same": {
      const { one, other } = parse(same, params, "same");
      return await hostTurns.inTurn(principal, () => services.privacy.same(one, other));
    }
    default:
      throw new AirlockError("NOT_FOUND", "Cannot answer: the question is not known");
  }
}

function* deriveEach(
  fact: string,
  subjects: readonly unknown[],
  privacy: RunPrivacy,
): Generator<void, unknown[]> {
  const derived: unknown[] = [];
  for (const subject of subjects) {
    derived.push(privacy.derive(fact, subject));
    if (derived.length % SUBJECTS_PER_PAUSE === 0) yield;
  }
  return derived;
}

function isList(subject: unknown): subject is readonly unknown[] {
  return Array.isArray(subject);
}

function areSubjects(value: unknown): boolean {
  return Array.isArray(value) && value.length <= MAX_SUBJECTS && value.every(isSubject);
}

function isSubject(value: unknown): boolean {
  if (typeof value === "string") return value.length <= MAX_SUBJECT_CHARACTERS;
  return value === null || typeof value === "number" || typeof value === "boolean";
}

function parse<T extends z.ZodType>(schema: T, params: unknown, name: string): z.output<T> {
  const { success, data, error } = schema.safeParse(params);
  if (success) return data;
  const [issue] = error.issues;
  throw new AirlockError(
    "ARGUMENTS_INVALID",
    `Cannot call ${name}(): "${issue?.path.join(".")}": ${issue?.message}`,
  );
}
