/**
 * `deno task skills list | search QUERY | show NAME | save [FILE] | approve NAME@VERSION | deprecate NAME |
 * rollback NAME VERSION | diff NAME FROM TO | history NAME`
 *
 * @module
 */
import { OWNER } from "../model/caller.ts";
import { exitWithUsage } from "./exit_with_usage.ts";
import { findConfig } from "./find_config.ts";
import { parseCommandLine } from "./parse_command_line.ts";
import { readProgramFile } from "./read_program_file.ts";
import { showSkill } from "./show_skill.ts";
import { AirlockError } from "../model/errors.ts";
import { signWarnings, wrapLines } from "../policy/shown/wrap_lines.ts";
import { visibleLine } from "../text/visible_text.ts";
import { createRuntime } from "../host/create_runtime.ts";
import type { SkillLibrary } from "../skills/skill_library.ts";
import type { SkillScope } from "../skills/skill.ts";
import { guardConsole } from "./guard_console.ts";

const USAGE = `Usage: deno task skills list | search QUERY | show NAME | history NAME
       deno task skills save FILE|--run RUN_ID --name NAME --description TEXT [--tests FILE]
                             [--owner NAME]
       deno task skills approve NAME@VERSION [--scope principal|all|PRINCIPAL,PRINCIPAL…]
       deno task skills deprecate NAME | rollback NAME VERSION | diff NAME FROM TO
Each takes [--config FILE]`;

const WIDTH = 100;

interface Values {
  readonly run?: string | undefined;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
  readonly tests?: string | undefined;
  readonly owner?: string | undefined;
  readonly scope?: string | undefined;
}

/** What can be done with the library: how many words it takes, and what it prints. */
interface SkillCommand {
  readonly words: number;
  /** What may stand in the place of the words. */
  readonly instead?: keyof Values;
  run(skills: SkillLibrary, words: readonly string[], values: Values): Promise<string>;
}

const COMMANDS: Readonly<Record<string, SkillCommand>> = {
  list: {
    words: 0,
    run: async (skills) => (await skills.list()).map(showSkill).join("\n"),
  },
  search: {
    words: 1,
    async run(skills, [query]) {
      const found = await skills.search(query!, {});
      const note = found.noGoodMatch ? "No good match.\n" : "";
      return note + found.skills.map(showSkill).join("\n");
    },
  },
  show: {
    words: 1,
    async run(skills, [name]) {
      const found = await skills.find(name!);
      if (found === undefined) throw notFound(name!);
      const broken = found.broken === undefined ? [] : showText(`broken: ${found.broken}`);
      const code = await skills.read(name!) ?? "";
      const warnings = signWarnings(code, "the skill");
      return [showSkill(found), ...broken, ...warnings, "", ...showText(code)].join("\n");
    },
  },
  history: {
    words: 1,
    async run(skills, [name]) {
      const commits = await skills.history(name!);
      return commits.map(({ oid, at, author, message }) =>
        visibleLine(`${oid.slice(0, 10)}  ${at}  ${author}  ${message.split("\n")[0]}`)
      ).join("\n");
    },
  },
  save: {
    words: 1,
    instead: "run",
    async run(skills, [file], { name, description, tests, run: runId, owner = OWNER.name }) {
      if (name === undefined || description === undefined) {
        throw new AirlockError("USAGE", "Cannot save skill: it needs --name and --description");
      }
      const from = runId === undefined ? { code: await readProgramFile(file!) } : { runId };
      const optional = tests === undefined ? {} : { tests: await readProgramFile(tests) };
      return showSkill(await skills.save({ name, description, ...from, ...optional }, { owner }));
    },
  },
  approve: {
    words: 1,
    async run(skills, [name], { scope = "all" }) {
      const wanted = readScope(scope);
      const code = await skills.read(name!);
      // Whoever has not looked at it before sees at least what it was.
      if (code !== undefined) console.error(showWhole(code).join("\n"));
      return showSkill(await skills.approve(name!, { by: OWNER.name, scope: wanted }));
    },
  },
  deprecate: {
    words: 1,
    run: async (skills, [name]) => showSkill(await skills.deprecate(name!, { by: OWNER.name })),
  },
  rollback: {
    words: 2,
    async run(skills, [name, version]) {
      const { owner: by } = await skills.find(name!) ?? { owner: OWNER.name };
      return showSkill(await skills.rollback(name!, { by, version: readVersion(version!) }));
    },
  },
  diff: {
    words: 3,
    async run(skills, [name, from, to]) {
      const diff = await skills.diff(name!, { from: readVersion(from!), to: readVersion(to!) });
      return [...signWarnings(diff, "the difference"), ...showText(diff)].join("\n");
    },
  },
};

/** All of a text, with nothing in it that hides. */
function showText(text: string): string[] {
  return wrapLines(text, { width: WIDTH });
}

function showWhole(code: string): string[] {
  const lines = wrapLines(code.trimEnd(), {
    width: WIDTH,
    numbers: "numbered",
    blankLines: "told",
  });
  return [...signWarnings(code, "the skill"), ...lines];
}

if (import.meta.main) {
  guardConsole();
  Deno.exitCode = await main(Deno.args).catch((error) => exitWithUsage(error, USAGE));
}

async function main(args: readonly string[]): Promise<number> {
  const { positionals: [name = "", ...words], values: { config: path, ...values } } =
    parseCommandLine(args, {
      positionals: "any",
      options: {
        name: { type: "string" },
        run: { type: "string" },
        description: { type: "string" },
        tests: { type: "string" },
        owner: { type: "string" },
        scope: { type: "string" },
        config: { type: "string" },
      },
    });
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name]! : undefined;
  const wordsLeft = command?.instead && values[command.instead] ? 0 : command?.words;
  if (command === undefined || wordsLeft !== words.length) {
    throw new AirlockError("USAGE", "Cannot read command: there is no such one");
  }
  const config = await findConfig(path);
  const pool = { idleWorkers: 0, idleSessions: 0 };
  await using runtime = await createRuntime({ ...config, pool });
  const text = await command.run(runtime.skills, words, values);
  if (text !== "") console.log(text);
  return 0;
}

function readScope(text: string): SkillScope {
  if (text === "all" || text === "principal") return { kind: text };
  const members = text.split(",").filter(Boolean);
  if (members.length > 0) return { kind: "team", members };
  throw new AirlockError("USAGE", "Cannot read command: a scope is principal, all, or principals");
}

function readVersion(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new AirlockError("USAGE", "Cannot read command: a version is a whole number from 1");
}

function notFound(name: string): AirlockError {
  return new AirlockError("NOT_FOUND", `Cannot show skill: there is no "${name}"`);
}
