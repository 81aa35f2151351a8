import { createRuntime } from "../host/create_runtime.ts";
import { OWNER } from "../model/permission.ts";
import { AirlockError } from "../model/errors.ts";
import { signWarnings, wrapLines } from "../policy/shown/wrap_lines.ts";
import { visibleLine } from "../text/visible_text.ts";
import type { SkillInfo, SkillLibrary, SkillScope } from "../skills/skill.ts";
import {
  defineCommand,
  findConfigForOnce,
  main,
  readProgramFile,
  readWhole,
  usageError,
} from "./command_line.ts";

const WIDTH = 100;

const command = defineCommand({
  verb: "skills",
  options: {
    run: "RUN_ID",
    name: "NAME",
    description: "TEXT",
    tests: "FILE",
    owner: "NAME",
    scope: "principal|all|PRINCIPAL,PRINCIPAL…",
    config: "FILE",
  },
  forms: {
    list: (_words, { config }) =>
      print(config, async (skills) => (await skills.list()).map(showSkill).join("\n")),
    "search QUERY": ([query = ""], { config }) =>
      print(config, async (skills) => {
        const found = await skills.search(query, {});
        const note = found.noGoodMatch ? "No good match.\n" : "";
        return note + found.skills.map(showSkill).join("\n");
      }),
    "show NAME": ([name = ""], { config }) => print(config, (skills) => showWhole(skills, name)),
    "history NAME": ([name = ""], { config }) =>
      print(
        config,
        async (skills) =>
          (await skills.history(name)).map(({ oid, at, author, message }) =>
            visibleLine(`${oid.slice(0, 10)}  ${at}  ${author}  ${message.split("\n")[0]}`)
          ).join("\n"),
      ),
    "save FILE --name --description [--tests] [--owner]": async ([file = ""], values) =>
      await save({ code: await readProgramFile(file) }, values),
    "save --run --name --description [--tests] [--owner]": async (_words, values) =>
      await save({ runId: values.run! }, values),
    "approve NAME@VERSION [--scope]": ([name = ""], { scope = "all", config }) =>
      print(config, async (skills) => {
        const wanted = readScope(scope);
        const code = await skills.read(name);
        // Shown again: the decision must not rest on code that was never looked at.
        if (code !== undefined) console.error(showNumbered(code).join("\n"));
        return showSkill(await skills.approve(name, { by: OWNER.name, scope: wanted }));
      }),
    "deprecate NAME": ([name = ""], { config }) =>
      print(config, async (skills) => showSkill(await skills.deprecate(name, { by: OWNER.name }))),
    "rollback NAME VERSION": ([name = "", version], { config }) =>
      print(config, async (skills) => {
        const { owner: by } = await skills.find(name) ?? { owner: OWNER.name };
        return showSkill(await skills.rollback(name, { by, version: readVersion(version) }));
      }),
    "diff NAME FROM TO": ([name = "", from, to], { config }) =>
      print(config, async (skills) => {
        const diff = await skills.diff(name, { from: readVersion(from), to: readVersion(to) });
        return [...signWarnings(diff, "the difference"), ...showText(diff)].join("\n");
      }),
  },
});

async function print(
  config: string | undefined,
  use: (skills: SkillLibrary) => Promise<string>,
): Promise<number> {
  await using runtime = await createRuntime(await findConfigForOnce(config));
  const text = await use(runtime.skills);
  if (text !== "") console.log(text);
  return 0;
}

async function save(
  draft: { readonly code: string } | { readonly runId: string },
  { name = "", description = "", tests, owner = OWNER.name, config }: {
    readonly [Name in "name" | "description" | "tests" | "owner" | "config"]?: string | undefined;
  },
): Promise<number> {
  return await print(config, async (skills) => {
    const optional = tests === undefined ? {} : { tests: await readProgramFile(tests) };
    return showSkill(await skills.save({ name, description, ...draft, ...optional }, { owner }));
  });
}

function showSkill(info: SkillInfo): string {
  const { name, version, trust, owner, scope, uses, risk, description } = info;
  const who = scope.kind === "team" ? scope.members.join(",") : scope.kind;
  const counts = `${uses.succeeded} ok, ${uses.failed} failed`;
  return visibleLine(
    `${name}@${version}  ${trust} (${owner}, ${who})  risk ${risk}  ${counts}  ${description}`,
  );
}

async function showWhole(skills: SkillLibrary, name: string): Promise<string> {
  const found = await skills.find(name);
  if (found === undefined) {
    throw new AirlockError("NOT_FOUND", `Cannot show skill: there is no "${name}"`);
  }
  const broken = found.broken === undefined ? [] : showText(`broken: ${found.broken}`);
  const code = await skills.read(name) ?? "";
  const warnings = signWarnings(code, "the skill");
  return [showSkill(found), ...broken, ...warnings, "", ...showText(code)].join("\n");
}

/** All of a text, with invisible characters written out. */
function showText(text: string): string[] {
  return wrapLines(text, { width: WIDTH });
}

function showNumbered(code: string): string[] {
  const lines = wrapLines(code.trimEnd(), {
    width: WIDTH,
    numbers: "numbered",
    blankLines: "told",
  });
  return [...signWarnings(code, "the skill"), ...lines];
}

function readScope(text: string): SkillScope {
  if (text === "all" || text === "principal") return { kind: text };
  const members = text.split(",").filter(Boolean);
  if (members.length > 0) return { kind: "team", members };
  throw usageError('"--scope" is empty: expected principal, all, or names of principals');
}

function readVersion(text: string | undefined): number {
  return readWhole("VERSION", text, { least: 1, most: 999_999 })!;
}

if (import.meta.main) await main(command);
