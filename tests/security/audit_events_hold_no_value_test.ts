import { assert, assertEquals } from "@std/assert";
import { openPrivacySession } from "../privacy/open_privacy_session.ts";

const VALUES = [
  "ann.lee@example.com",
  "245-78-0245",
  "hunter2-and-more",
  "4111111111111111",
  "+14155552671",
];

Deno.test("no event holds a value, not even in its path, and each says what happened where", () => {
  const { privacy, events } = openPrivacySession();
  const [email, ssn, password, card, phone] = VALUES;
  const record = {
    email,
    ssn,
    password,
    [`by ${email}`]: { notes: `card ${card}, phone ${phone}` },
  };
  const masked = privacy.maskNow(record, { direction: "in", server: "crm", tool: "get" }) as Record<
    string,
    string
  >;
  privacy.restore({ to: masked["email"], cc: masked["password"] }, {
    server: "mail",
    tool: "send",
  });
  privacy.restore({ x: "[EMAIL_77_k7q]" }, { server: "mail", tool: "send" });
  privacy.derive("domain", masked["email"]);
  const written = JSON.stringify(events) + events.map((event) => event.fingerprint()).join();
  for (const value of VALUES) assert(!written.includes(value), value);
  assertEquals([...new Set(events.map(({ action }) => action))].sort(), [
    "denied",
    "derived",
    "masked",
    "restored",
  ]);
  const first = events.find(({ kind }) => kind === "SSN")!;
  assertEquals({ ...first, seq: 0 }, {
    seq: 0,
    atMs: Date.UTC(2026, 10, 20),
    session: "test",
    direction: "in",
    server: "crm",
    tool: "get",
    path: "ssn",
    kind: "SSN",
    token: "[SSN_1_k7q]",
    detector: "key.name",
    confidence: 0.8,
    action: "masked",
    length: 11,
  });
  assert(events.some(({ path }) => path === "by [EMAIL_1_k7q].notes"));
  assertEquals(events.map(({ seq }) => seq), events.map((_, index) => index + 1));
});

Deno.test("a fingerprint is the same for equal values and tells nothing without its key", () => {
  const one = openPrivacySession();
  one.privacy.maskText("a@example.com a@EXAMPLE.com b@example.com", { direction: "in" });
  const [first, second, third] = one.events.map((event) => event.fingerprint());
  assertEquals(first, second);
  assert(first !== third && /^[0-9a-f]{32}$/.test(first!));
  const other = openPrivacySession();
  other.privacy.maskText("a@example.com", { direction: "in" });
  assert(other.events[0]!.fingerprint() !== first);
});
