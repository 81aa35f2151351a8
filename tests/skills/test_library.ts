import { assertEquals } from "@std/assert";
import { join } from "@std/path";
import { AirlockError } from "../../src/model/errors.ts";
import { createSkillLibrary } from "../../src/skills/skill_library.ts";
import type { SkillLibrary } from "../../src/skills/skill.ts";

/** A library of a folder of its own, whose checks find what a test says. */
export interface TestLibrary extends AsyncDisposable {
  readonly dir: string;
  readonly skills: SkillLibrary;
  /** Of Airlock's own. */
  readonly state: string;
  /** What the tools promise, to be changed. */
  promises: string;
  /** What the check of every module says from now on; empty where all is well. */
  mistake: string;
  /** Another library of the same folders, as another process has one. */
  another(): SkillLibrary;
  git(...args: string[]): Promise<string>;
}

/** Makes the library of a new folder, which goes with it. */
export async function makeLibrary(): Promise<TestLibrary> {
  const root = await Deno.makeTempDir();
  const dir = join(root, "skills");
  const opened: SkillLibrary[] = [];
  const test = {
    dir,
    state: join(root, "state"),
    promises: "one",
    mistake: "",
    another() {
      const skills = createSkillLibrary({
        dir,
        state: test.state,
        check({ code }) {
          if (test.mistake !== "") throw new AirlockError("TYPE_ERROR", test.mistake);
          const tools = code.includes("crm") ? ["crm/get"] : [];
          const skills = [...code.matchAll(/".\/skills\/([^"]+)"/g)].map(([, name]) => name!);
          return Promise.resolve({ tools, skills, risk: "low" });
        },
        moduleOfRun: () => Promise.reject(new Error("there are no runs")),
        promisesOf: () => Promise.resolve(test.promises),
      });
      opened.push(skills);
      return skills;
    },
    async git(...args: string[]) {
      const { stdout, code, stderr } = await new Deno.Command("git", {
        args: ["-C", dir, ...args],
        env: { GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" },
      }).output();
      assertEquals(code, 0, new TextDecoder().decode(stderr));
      return new TextDecoder().decode(stdout).trim();
    },
  };
  return Object.assign(test, {
    skills: test.another(),
    async [Symbol.asyncDispose]() {
      for (const one of opened) await one[Symbol.asyncDispose]();
      await Deno.remove(root, { recursive: true });
    },
  });
}

/** A principal. */
export const ANN = { owner: "ann" };
/** A module with a value. */
export const code = (value: unknown) => `export const value = ${JSON.stringify(value)};\n`;
/** A skill that gives a value. */
export const draft = (name: string, value: unknown = 1) => ({
  name,
  description: `Gives the value of ${name}`,
  code: code(value),
});
