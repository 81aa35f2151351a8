import { assertEquals } from "@std/assert";
import { openPrivacySession } from "../privacy/open_privacy_session.ts";

/** An argument with a token, and what arrives for each value; nothing where the call is refused. */
const CASES:
  readonly (readonly [args: Record<string, string>, value: string, arrives: string | undefined])[] =
    [
      [
        { sql: "SELECT * FROM t WHERE n='[NICK_1_k7q]'" },
        "O'Neil",
        "SELECT * FROM t WHERE n='O''Neil'",
      ],
      [{ query: "select 1 from t where n = '[NICK_1_k7q]'" }, "a\\'; drop table t; --", undefined],
      [{ sql: "SELECT * FROM t WHERE n=[NICK_1_k7q]" }, "1 OR 1=1", undefined],
      [{ sql: "SELECT * FROM t WHERE n=[NICK_1_k7q]" }, "42", "SELECT * FROM t WHERE n=42"],
      [{ sql: 'SELECT * FROM t WHERE n="[NICK_1_k7q]"' }, "x", undefined],
      [{ sql: "SELECT 1 -- '[NICK_1_k7q]'" }, "x", undefined],
      [{ command: "echo [NICK_1_k7q]" }, "$(rm -rf /)", undefined],
      [{ command: "echo [NICK_1_k7q]" }, "--help", undefined],
      [{ command: "echo '[NICK_1_k7q]'" }, "it's; rm", "echo 'it'\\''s; rm'"],
      [{ cmd: 'echo "[NICK_1_k7q]"' }, "`id`", undefined],
      [{ command: "mail [NICK_1_k7q]" }, "ann@example.com", "mail ann@example.com"],
      [
        { html: "<p>[NICK_1_k7q]</p>" },
        "<script>x</script>",
        "<p>&#60;script&#62;x&#60;/script&#62;</p>",
      ],
      [{ body: '<a href="[NICK_1_k7q]">x</a>' }, "javascript:alert(1)", undefined],
      [{ body: '<img alt="[NICK_1_k7q]">' }, '" onerror="x', '<img alt="&#34; onerror=&#34;x">'],
      [{ html: "<script>let n = '[NICK_1_k7q]'</script>" }, "x", undefined],
      [
        { url: "https://x.example/u/[NICK_1_k7q]?a=1" },
        "../admin?b=2#",
        "https://x.example/u/..%2Fadmin%3Fb%3D2%23?a=1",
      ],
      [{ text: "see %5BNICK_1_k7q%5D" }, "a b&c", "see a%20b%26c"],
      [{ text: "see &#91;NICK_1_k7q&#93;" }, "<b>", "see &#60;b&#62;"],
      [{ text: "see \\[NICK_1_k7q\\] and ［nick_1_K7Q］" }, "Ann", "see Ann and Ann"],
      [{ script: "f([NICK_1_k7q])" }, "x", undefined],
      [{ script: 'f("[NICK_1_k7q]")' }, 'a"b', 'f("a\\"b")'],
      [{ message: "Dear [NICK_1_k7q]," }, "O'Neil & <Sons>", "Dear O'Neil & <Sons>,"],
    ];

Deno.test("a value inside SQL, shell, HTML, code or an address is encoded for it, or refused", () => {
  for (const [args, value, arrives] of CASES) {
    const { privacy, vault } = openPrivacySession({ custom: [{ kind: "NICK" }] });
    vault.keep("NICK", value, "crm");
    const outcome = privacy.restore(args, { server: "crm", tool: "run" });
    const got = outcome.status === "restored"
      ? Object.values(outcome.value as object)[0]
      : undefined;
    assertEquals(got, arrives, JSON.stringify([args, value]));
    if (outcome.status === "refused") assertEquals(outcome.problems[0]!.reason, "embedded");
  }
});

Deno.test("an argument's language can be told by its schema", () => {
  const { privacy, vault } = openPrivacySession();
  vault.keep("PERSON", "O'Neil", "crm");
  const outcome = privacy.restore({ filter: "name eq '[PERSON_1_k7q]'" }, {
    server: "crm",
    tool: "find",
    syntaxOf: () => "sql",
  });
  assertEquals(outcome.status === "restored" && outcome.value, { filter: "name eq 'O''Neil'" });
});
