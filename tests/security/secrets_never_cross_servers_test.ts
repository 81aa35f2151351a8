import { assert, assertEquals } from "@std/assert";
import { openPrivacySession, restored } from "../privacy/open_privacy_session.ts";

const RECORD = {
  password: "hunter2-and-more",
  ssn: "245-78-0245",
  passport_number: "XG9382049",
  api_key: "sk_live_51OuEMLAlTWGaDypq4P5cuDH",
  tax_id: "39053344705",
};

Deno.test("secrets and national ids go back to their server and to no other", () => {
  const { privacy } = openPrivacySession();
  const masked = privacy.maskNow(RECORD, { direction: "in", server: "vault" }) as typeof RECORD;
  assertEquals(restored(privacy, masked, { server: "vault" }), RECORD);
  for (const token of Object.values(masked)) {
    for (
      const args of [{ body: token }, { body: `x ${token}` }, { [token]: 1 }, {
        a: JSON.stringify({ b: token }),
      }]
    ) {
      const outcome = privacy.restore(args, { server: "mail", tool: "send" });
      assert(outcome.status === "refused", token);
      assertEquals(outcome.problems[0]!.reason, "denied");
      assert(!JSON.stringify(outcome).includes("hunter2"));
    }
  }
});

Deno.test("a rule lets a secret out only when it names the kind", () => {
  for (const [kinds, status] of [[["*"], "refused"], [["SECRET"], "restored"]] as const) {
    const { privacy } = openPrivacySession({
      flows: [{ kinds: [...kinds], to: "mail", action: "allow" }],
    });
    const masked = privacy.maskNow({ password: "hunter2-and-more" }, {
      direction: "in",
      server: "vault",
    });
    assertEquals(privacy.restore(masked, { server: "mail", tool: "send" }).status, status);
  }
});

Deno.test("a real secret in a program's hands obeys the same rule", () => {
  const { privacy } = openPrivacySession({ residency: "boundary" });
  const seen = privacy.maskNow(RECORD, { direction: "in", server: "vault" });
  assertEquals(seen, RECORD);
  assertEquals(
    privacy.restore({ password: RECORD.password }, { server: "vault", tool: "set" }).status,
    "restored",
  );
  for (const body of [RECORD.password, `it is ${RECORD.password}.`, RECORD.ssn, RECORD.api_key]) {
    const outcome = privacy.restore({ body }, { server: "mail", tool: "send" });
    assert(outcome.status === "refused", body);
    assert(!JSON.stringify(outcome).includes(body));
  }
});

Deno.test("an e-mail address may cross, unless a rule forbids it or asks", () => {
  const record = { email: "ann@example.com" };
  const open = openPrivacySession();
  assertEquals(
    restored(open.privacy, open.privacy.maskNow(record, { direction: "in", server: "crm" }), {
      server: "mail",
    }),
    record,
  );

  const shut = openPrivacySession({
    flows: [{ kinds: ["EMAIL"], from: "crm", to: "public*", path: "**.body", action: "deny" }],
  });
  const masked = shut.privacy.maskNow(record, { direction: "in", server: "crm" }) as typeof record;
  assertEquals(
    shut.privacy.restore({ post: { body: masked.email } }, { server: "public-forum", tool: "post" })
      .status,
    "refused",
  );
  assertEquals(
    shut.privacy.restore({ post: { author: masked.email } }, {
      server: "public-forum",
      tool: "post",
    })
      .status,
    "restored",
  );

  const asking = openPrivacySession({ flows: [{ kinds: ["EMAIL"], to: "mail", action: "ask" }] });
  const token =
    (asking.privacy.maskNow(record, { direction: "in", server: "crm" }) as typeof record).email;
  const asked = asking.privacy.restore({ to: token }, { server: "mail", tool: "send" });
  assert(asked.status === "ask");
  const approved = new Set(asked.questions.map(({ id }) => id));
  assertEquals(
    asking.privacy.restore({ to: token }, { server: "mail", tool: "send", approved }).status,
    "restored",
  );
  assertEquals(
    asking.privacy.restore({ cc: token }, { server: "mail", tool: "send", approved }).status,
    "ask",
  );
});
