import { assert, assertEquals } from "@std/assert";
import { openPrivacySession, restored } from "../privacy/open_privacy_session.ts";

const NAMES = [
  `O'Neil "x" \\\\ \\n`,
  "Zoë\u0000\u001f\u2028 Müller",
  "李小龙 👩‍👧",
  "\ud83d half",
  "</script><b>&amp;",
  "a\nb\tc\r\n",
  "$& $1 $` \\u0041",
  "__proto__",
];

Deno.test("names with quotes, backslashes, line ends and lone surrogates come back unchanged", () => {
  for (const name of NAMES) {
    const { privacy } = openPrivacySession({ custom: [{ kind: "NICK", keys: ["nick"] }] });
    const record = { nick: name, list: [{ nick: `${name}2` }] };
    const masked = privacy.maskNow(record, { direction: "in", server: "crm" });
    assert(!JSON.stringify(masked).includes(JSON.stringify(name).slice(1, -1)), name);
    assertEquals(restored(privacy, masked), record);
    assertEquals(restored(privacy, { text: `<${(masked as typeof record).nick}>` }), {
      text: `<${name}>`,
    });
  }
});

Deno.test("JSON in a text stays JSON, and keeps its spaces, its long numbers and its order", () => {
  const { privacy } = openPrivacySession({ custom: [{ kind: "NICK", keys: ["nick"] }] });
  for (const name of NAMES) {
    const json = `{ "b" : 12345678901234567890,\n  "nick": ${
      JSON.stringify(name)
    }, "a": 1.50, "ssn": 245780245, "deep": ${JSON.stringify(JSON.stringify({ nick: name }))} }`;
    const masked = privacy.maskNow(json, { direction: "in", server: "crm" }) as string;
    assert(JSON.parse(masked).nick.startsWith("[NICK_"));
    assert(masked.startsWith('{ "b" : 12345678901234567890,\n  "nick": "[NICK_'));
    assertEquals(restored(privacy, masked), json);
  }
});

Deno.test("numbers and large integers come back as what they were", () => {
  const { privacy } = openPrivacySession();
  const record = { ssn: 245780245, phone: 41791234567n, zip: 94110, pin: 1234 };
  const masked = privacy.maskNow(record, { direction: "in", server: "crm" });
  assert(Object.values(masked as object).every((value) => typeof value === "string"));
  assertEquals(restored(privacy, masked), record);
});
