import { assert, assertEquals } from "@std/assert";
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
