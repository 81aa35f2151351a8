import { assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { answerSkills } from "../../src/runs/answer_questions.ts";
import type { SkillLibrary } from "../../src/skills/skill.ts";

Deno.test("skills that a program saves at once are tried one after the other, while it runs", async () => {
  let underWay = 0;
  let most = 0;
  const tried: string[] = [];
  const turns: (() => void)[] = [];
  const library = {
    async save({ name }: { name: string }) {
      most = Math.max(most, ++underWay);
      tried.push(name);
      await new Promise<void>((resolve) => turns.push(resolve));
      underWay--;
      if (name === "b") throw new AirlockError("REQUEST_INVALID", "Cannot save skill: no");
      return { name, version: 1, description: "", trust: "draft", tools: [] };
    },
  } as unknown as SkillLibrary;
  const ended = new AbortController();
  const caller = { name: "ann" };
  const { saveSkill } = answerSkills(library, {
    ...{ caller, permission: "full" as const },
    runId: "run_1",
    signal: ended.signal,
  });
  const saves = ["a", "b", "c", "d"].map((name) =>
    saveSkill({ name, description: "", code: "" }).then(() => "saved", ({ code }) => code)
  );
  for (const _turn of [1, 2, 3]) {
    while (turns.length === 0) await new Promise((resolve) => setTimeout(resolve));
    if (tried.length === 3) ended.abort();
    turns.pop()!();
  }
  assertEquals(await Promise.all(saves), ["saved", "REQUEST_INVALID", "saved", "CANCELLED"]);
  assertEquals([most, tried], [1, ["a", "b", "c"]]);
});

Deno.test("a program that is over saves nothing more", async () => {
  const signal = AbortSignal.abort();
  const caller = { name: "ann" };
  const { saveSkill } = answerSkills({} as SkillLibrary, {
    ...{ caller, permission: "full" as const },
    runId: "run_1",
    signal,
  });
  await assertRejects(() => saveSkill({ name: "a", description: "", code: "" }), AirlockError);
});
