import { assertEquals } from "@std/assert";
import { openPrivacySession } from "../open_privacy_session.ts";

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
