import { assert, assertEquals } from "@std/assert";
import { argumentSyntax } from "../../../src/privacy/restore/argument_syntax.ts";
import { openPrivacySession, restored } from "../open_privacy_session.ts";

Deno.test("restore gives a server the form that it sent itself, else the first that was seen", () => {
  const { privacy } = openPrivacySession();
  const one = privacy.maskNow({ phone: "+1 415 555 2671" }, { direction: "in", server: "crm" });
  const other = privacy.maskNow({ phone: "(415) 555-2671" }, { direction: "in", server: "hr" });
  assertEquals(one, other);
  assertEquals(restored(privacy, one, { server: "crm" }), { phone: "+1 415 555 2671" });
  assertEquals(restored(privacy, one, { server: "hr" }), { phone: "(415) 555-2671" });
  assertEquals(restored(privacy, one, { server: "mail" }), { phone: "+1 415 555 2671" });
});

Deno.test("restore reaches names of fields, lists and JSON in texts, and leaves the rest alone", () => {
  const { privacy } = openPrivacySession();
  privacy.maskNow(["ann@example.com", 245780245], { direction: "in", server: "crm" });
  privacy.maskNow({ ssn: 245780245 }, { direction: "in", server: "crm" });
  const args = {
    "[EMAIL_1_k7q]": [{ n: 1.5, on: false, none: null }],
    json: '{ "ssn": "[SSN_1_k7q]", "to": ["x [EMAIL_1_k7q]"], "big": 123456789012345678901 }',
    plain: "[not a token] [item_1_name]",
  };
  assertEquals(restored(privacy, args), {
    "ann@example.com": [{ n: 1.5, on: false, none: null }],
    json: '{ "ssn": 245780245, "to": ["x ann@example.com"], "big": 123456789012345678901 }',
    plain: "[not a token] [item_1_name]",
  });
});

Deno.test("restore refuses all when one value may not go, and says which and where", () => {
  const { privacy } = openPrivacySession();
  const masked = privacy.maskNow({ email: "a@example.com", password: "hunter2-x" }, {
    direction: "in",
    server: "crm",
  });
  const outcome = privacy.restore({ body: { deep: [masked] } }, { server: "mail", tool: "send" });
  assertEquals(outcome, {
    status: "refused",
    problems: [{
      reason: "denied",
      token: "[SECRET_1_k7q]",
      path: "body.deep.0.password",
      message:
        "Cannot send [SECRET_1_k7q] to mail: values of its kind stay with the server that they came from",
    }],
  });
});

Deno.test("restore refuses what is no JSON", () => {
  const { privacy } = openPrivacySession();
  for (const args of [{ act: () => 1 }, { when: new Date() }, { map: new Map() }]) {
    const outcome = privacy.restore(args, { server: "crm", tool: "x" });
    assert(outcome.status === "refused");
    assertEquals(outcome.problems[0]!.reason, "unreadable");
  }
});

Deno.test("reveal shows a person the values of a text, and writes down each with the reason", () => {
  const { privacy, events } = openPrivacySession();
  const masked = privacy.maskText("ann@example.com\n", { direction: "out" });
  const before = events.length;
  const text = `${masked}[EMAIL_9_zzz] [EMAIL_1_k7q]`;
  assertEquals(
    privacy.reveal(text, { reason: "ticket 7" }),
    "ann@example.com\n[EMAIL_9_zzz] ann@example.com",
  );
  assertEquals(
    events.slice(before).map(({ action, token, reason }) => [action, token, reason]),
    [["revealed", "[EMAIL_1_k7q]", "ticket 7"], ["revealed", "[EMAIL_1_k7q]", "ticket 7"]],
  );
});

Deno.test("argumentSyntax goes by the name of an argument, then by its look", () => {
  const rows: readonly (readonly [name: string, text: string, syntax: string])[] = [
    ["sql", "anything", "sql"],
    ["rawSql", "x", "sql"],
    ["command", "x", "shell"],
    ["callback_url", "x", "url"],
    ["body_html", "x", "html"],
    ["jql", "x", "code"],
    ["query", "select a from b where c = 1", "sql"],
    ["query", "SELECT * FROM people", "sql"],
    ["query", "update t set a = 1", "sql"],
    ["query", "DELETE FROM t WHERE a = 1", "sql"],
    ["query", "{ user(id: 1) { name } }", "code"],
    ["body", "<p>Dear", "html"],
    ["to", "mailto:x", "url"],
    ["website", "x", "url"],
    ["body", "Call Ann from the sales team and update her on the set of views", "text"],
    ["body", "With thanks from all of us. Select a gift from the table.", "text"],
    ["body", "Delete my account from your records, please", "text"],
    ["text", '{"a":1}\n{"b":2}', "text"],
    ["message", "1 < 2 and 3 > 2", "text"],
    ["message", "see https://x.example/a for more", "text"],
  ];
  for (const [name, text, syntax] of rows) {
    assertEquals(argumentSyntax(name, text), syntax, `${name}: ${text}`);
  }
});

const RECORD = {
  email: "ann@Mail.Example.com",
  phone: "+41 79 123 45 67",
  card: "4111 1111 1111 1111",
  iban: "DE89 3704 0044 0532 0130 00",
  dob: "1990-02-01",
  full_name: "María de los Ángeles Zúñiga-Laboy",
  ssn: "245-78-0245",
};

Deno.test("derive tells facts about values without the values", () => {
  const { privacy } = openPrivacySession();
  const masked = privacy.maskNow(RECORD, { direction: "in", server: "crm" }) as typeof RECORD;
  const rows: readonly (readonly [fact: string, subject: string, value: string | null])[] = [
    ["domain", masked.email, "mail.example.com"],
    ["country", masked.phone, "CH"],
    ["country", masked.iban, "DE"],
    ["last4", masked.card, "1111"],
    ["network", masked.card, "Visa"],
    ["ageBand", masked.dob, "30-39"],
    ["initials", masked.full_name, "MDLÁZL"],
    ["domain", "bob@corp.example", "corp.example"],
    ["domain", "no address", null],
  ];
  for (const [fact, subject, value] of rows) {
    assertEquals(privacy.derive(fact, subject), { status: "derived", value }, `${fact} ${subject}`);
  }
});

Deno.test("derive refuses what has no such fact, what policy forbids and what it does not know", () => {
  const { privacy } = openPrivacySession({
    derive: [{ fact: "domain", kinds: ["EMAIL"], action: "deny" }],
  });
  const masked = privacy.maskNow(RECORD, { direction: "in", server: "crm" }) as typeof RECORD;
  for (
    const [fact, subject, message] of [
      ["domain", masked.email, "Cannot derive domain of EMAIL: the policy forbids it"],
      ["last4", masked.ssn, "Cannot derive last4 of SSN: the policy forbids it"],
      ["domain", masked.phone, "Cannot derive domain of PHONE: it has none"],
      ["constructor", masked.email, 'Cannot derive "constructor": there is no such fact'],
      ["domain", "[EMAIL_9_k7q]", "Cannot derive domain: the token is not of this session"],
    ]
  ) {
    const reason = message!.endsWith("forbids it") ? "denied" : "senseless";
    assertEquals(privacy.derive(fact!, subject), { status: "refused", reason, message: message! });
  }
});

Deno.test("same compares tokens with tokens and with values, however they are written", () => {
  const { privacy } = openPrivacySession();
  const one = privacy.maskNow(["ann@example.com", "+1 415 555 2671"], {
    direction: "in",
    server: "crm",
  }) as string[];
  const two = privacy.maskNow({ full_name: "ANN  Lee", name2: "x", contact_name: "Ann Lee" }, {
    direction: "in",
    server: "hr",
  }) as Record<string, string>;
  const value = (left: unknown, right: unknown) => {
    const outcome = privacy.same(left, right);
    return outcome.status === "derived" ? outcome.value : outcome.message;
  };
  assertEquals(value(one[0], "Ann@Example.com"), true);
  assertEquals(value(one[0], "bob@example.com"), false);
  assertEquals(value(one[1], "(415) 555-2671"), true);
  assertEquals(value(two["full_name"], two["contact_name"]), true);
  assertEquals(value(one[0], "[EMAIL_7_zzz]"), "Cannot compare: a token is not of this session");
});
