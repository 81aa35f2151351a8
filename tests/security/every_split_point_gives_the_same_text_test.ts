import { assert, assertEquals } from "@std/assert";
import { sampled } from "../fixtures/sampled.ts";
import { openPrivacySession } from "../privacy/open_privacy_session.ts";

const KEY = [
  "-----BEGIN RSA PRIVATE KEY-----",
  "MIIEpAIBAAKCAQEA1234567890abcdefghijklmnopqrstuvwxyzABCDEFGHIJKL",
  "MNOPQRSTUVWXYZ0123456789+/MNOPQRSTUVWXYZ0123456789+/MNOPQRSTUVWX",
  "-----END RSA PRIVATE KEY-----",
].join("\n");
const TEXT = [
  "2026-11-20T10:00:12Z INFO ann@example.com logged in from 81.183.129.157",
  "Name: Karta Sinaga",
  "Phone:",
  "0390 420 610",
  "card 4111 1111 1111 1111 and 👩‍👧 DE89 3704 0044 0532 0130 00",
  "password: Qr7!dke#39 token [EMAIL_1_k7q] née Zoë Müller-Schmidt",
  "ключ jöns@bücher.example ４１１１ １１１１ １１１１ １１１１",
  KEY,
  "after the key +49 171 8471231",
].join("\n");

/** The line of the text in which a place is. */
function lineOf(place: number): string[] {
  return [String(TEXT.slice(0, place).split("\n").length)];
}

for (const level of ["medium", "high"] as const) {
  Deno.test(`every place to cut a text in two gives the same masked text on level ${level}`, () => {
    const whole = openPrivacySession({ level }).privacy.maskText(TEXT, {
      direction: "in",
      server: "crm",
    });
    assert(!/ann@|4111|hunter2|MIIE|0390|jöns|Qr7/.test(whole), whole);
    const cuts = Array.from({ length: TEXT.length + 1 }, (_, cut) => cut);
    for (const cut of sampled(cuts, { keep: 80, name: `cuts on ${level}`, kinds: lineOf })) {
      const stream = openPrivacySession({ level }).privacy.maskStream({
        direction: "in",
        server: "crm",
      });
      assertEquals(
        stream.push(TEXT.slice(0, cut)) + stream.push(TEXT.slice(cut)) + stream.end(),
        whole,
      );
    }
  });
}

Deno.test("a text that comes one code unit at a time is masked as the whole", () => {
  const whole = openPrivacySession().privacy.maskText(TEXT, { direction: "in", server: "crm" });
  const stream = openPrivacySession().privacy.maskStream({ direction: "in", server: "crm" });
  let masked = "";
  for (let place = 0; place < TEXT.length; place++) masked += stream.push(TEXT[place]!);
  assertEquals(masked + stream.end(), whole);
});

Deno.test("a line of a megabyte gives the same text in pieces of any size", () => {
  const line = Array.from(
    { length: 24_000 },
    (_, index) => `user${index}@example.com paid 4111 1111 1111 1111;`,
  ).join(" ");
  const whole = openPrivacySession().privacy.maskText(line, { direction: "in", server: "crm" });
  assert(!/@example|4111 1111/.test(whole));
  for (const size of [997, 16_384, 70_001]) {
    const stream = openPrivacySession().privacy.maskStream({ direction: "in", server: "crm" });
    let masked = "";
    for (let place = 0; place < line.length; place += size) {
      masked += stream.push(line.slice(place, place + size));
    }
    assert(masked + stream.end() === whole, `pieces of ${size}`);
  }
});

Deno.test("text that is broken off loses its last words, which may be half a value", () => {
  const { privacy } = openPrivacySession();
  for (
    const [text, rest] of [["mail ann@examp", "mail [WITHHELD:CUT]"], [
      "card 4111 1111 11",
      "card [WITHHELD:CUT]",
    ], ["done\n", "done\n"]]
  ) {
    const stream = privacy.maskStream({ direction: "out" });
    assertEquals(stream.push(text!) + stream.end("cut"), rest);
  }
});
