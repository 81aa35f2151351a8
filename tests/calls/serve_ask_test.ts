import { assertEquals, assertRejects } from "@std/assert";
import { AirlockError } from "../../src/model/errors.ts";
import { PASS_THROUGH, type RunPrivacy } from "../../src/privacy/run_privacy.ts";
import { type AskServices, serveAsk } from "../../src/calls/serve_ask.ts";

function ask(subject: unknown, privacy: RunPrivacy): Promise<unknown> {
  const services = { privacy } as AskServices & { readonly privacy: RunPrivacy };
  return serveAsk({ method: "derive", params: { fact: "domain", subject } }, services);
}

Deno.test("serveAsk tells the facts of a hundred thousand values, and others have their turn", async () => {
  const privacy = { ...PASS_THROUGH, derive: (_fact: string, subject: unknown) => `of ${subject}` };
  let turns = 0;
  const timer = setInterval(() => turns++, 0);
  // Each takes a hundredth of a millisecond and more, as a real one does.
  const slow = {
    ...privacy,
    derive(fact: string, subject: unknown) {
      for (const end = performance.now() + 0.005; performance.now() < end;);
      return privacy.derive(fact, subject);
    },
  };
  const facts = await ask(Array.from({ length: 100_000 }, (_, at) => at), slow);
  clearInterval(timer);
  assertEquals((facts as string[])[99_999], "of 99999");
  assertEquals((facts as string[]).length, 100_000);
  // Slices of three milliseconds.
  assertEquals(turns > 20, true, `${turns} turns`);
});

Deno.test("serveAsk refuses what is no list of values, or too long a one", async () => {
  for (
    const subject of [[{}], [["a"]], [undefined], Array(100_001).fill(1), ["x".repeat(20_001)]]
  ) {
    const error = await assertRejects(() => ask(subject, PASS_THROUGH), AirlockError);
    assertEquals(error.code, "ARGUMENTS_INVALID");
  }
});
