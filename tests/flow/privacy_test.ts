import { assert, assertEquals } from "@std/assert";
import { SEEDED, startWatchedRuntime } from "../fixtures/watched_runtime.ts";

for (const residency of ["tokens", "boundary"] as const) {
  Deno.test(`a program derives facts and compares, residency ${residency}`, async () => {
    await using watched = await startWatchedRuntime({ privacy: { residency } });
    const { value, error } = await watched.run(`import { derive, same } from "airlock";
import { get } from "./servers/people/get.ts";
import { get as getOther } from "./servers/other/get.ts";
const [one, two] = [await get({ what: "person" }), await getOther({ what: "person" })];
return {
  facts: [
    await derive.domain(one.email),
    await derive.domain([one.email, two.email, null]).catch((error) => error.code),
    await derive.country(one.phone),
    await derive.last4(one.card),
    await derive.network(one.card),
    await derive.initials(one.name),
  ],
  same: [await same(one.email, two.email), await same(one.name, one.email)],
  forbidden: await derive.last4(one.ssn).catch((error) => error.code),
  age: await derive.ageBand(one.birth_date),
  senseless: await derive.domain(one.phone).catch((error) => error.code),
};`);
    assertEquals(error, null);
    const { facts, same, age, forbidden, senseless } = value as Record<string, unknown[]>;
    assert(/^[5-9]0-[5-9]9$/.test(String(age)), String(age));
    assertEquals((facts as unknown[]).slice(2), ["GB", "6467", "Visa", "MOL"]);
    assertEquals(facts?.[0], SEEDED.email.split("@")[1]);
    assertEquals(same, [true, false]);
    assert(residency === "boundary" || String(forbidden) === "FLOW_DENIED");
    assert(residency === "boundary" || String(senseless) === "ARGUMENTS_INVALID");
  });
}

Deno.test("what a policy forbids fails the call with the token's name", async () => {
  await using watched = await startWatchedRuntime({
    privacy: { flows: [{ kinds: ["EMAIL"], from: "people", to: "other", action: "deny" }] },
  });
  const { error, calls, status } = await watched.run(
    `import { get } from "./servers/people/get.ts";
import { take } from "./servers/other/take.ts";
import { take as back } from "./servers/people/take.ts";
const { email } = await get({ what: "person" });
await back({ email });
await take({ contact: { email } });`,
    { session: "s" },
  );
  assertEquals([status, error?.code], ["denied", "FLOW_DENIED"]);
  assert(/\[EMAIL_1_[a-z2-9]{3}\]/.test(error!.message), error!.message);
  assertEquals(calls.map(({ outcome }) => outcome), ["ok", "ok", "denied"]);
  assertEquals(await watched.got("other"), []);
});

Deno.test("rules for servers, tools and fields hold at the endpoint", async () => {
  await using watched = await startWatchedRuntime({
    privacy: {
      kinds: { CARD: "off" },
      servers: { other: { residency: "boundary" } },
      fields: [
        { server: "people", tool: "get", path: "zip", as: "raw" },
        { server: "people", path: "api_key", as: "block" },
      ],
    },
  });
  const { value } = await watched.run(`import { get } from "./servers/people/get.ts";
import { get as getOther } from "./servers/other/get.ts";
const [one, two] = [await get({ what: "person" }), await getOther({ what: "person" })];
return { one, seen: [one.zip.length, two.email.length, one.email[0], one.api_key] };`);
  const { one, seen } = value as { one: Record<string, string>; seen: unknown[] };
  assertEquals(seen, [SEEDED.zip.length, SEEDED.email.length, "[", "[BLOCKED]"]);
  assertEquals(one.card, SEEDED.card);
  assert(one.zip!.startsWith("[ZIP_"), one.zip);
});
