import { assert, assertEquals } from "@std/assert";
import { unseenByMask } from "../../src/policy/approvals/masked_code.ts";

const TOKEN = "[SECRET_1_7qh]";

/** Programs in which what stands between the marks « and » is masked. */
function isUnseen(marked: string): boolean {
  const text = marked.replaceAll(/[«»]/g, "");
  const masked = marked.replaceAll(/«[^»]*»/g, TOKEN);
  assert(masked !== text, marked);
  return unseenByMask(text, { masked, what: "the program", kind: "code" }) !== undefined;
}

/** What is code, wherever it stands. */
const CODE = [
  'const api_key = «delete_lead»; for (const id of ["1"]) await api_key({ id });',
  "use({ password: «delete_lead» });",
  "const o = { api_key: «allLeads2026» };",
  'call("«a", delete_lead, "b»");',
  "const phone = +49 «+ 170 - 1234567»;",
  "const api_key = «crm.delete_lead»;",
  "const api_key = «crm[name]»;",
  "const password = «a ? b : c»;",
  "const password = «!armed»;",
  "const password = «-1»;",
  "const t = `${«delete_lead»}`;",
  "const t = `a«${delete_lead}»`;",
  "const t = `${`${«delete_lead»}`}`;",
  'const re = /"/; const api_key = «delete_lead»; // "',
  'const n = a / b; const api_key = «delete_lead»; // " / "',
  "const s = 'it\\'s'; const api_key = «delete_lead»; '';",
  "/* ' */ const api_key = «delete_lead»; /* ' */",
  'const f = crm["«delete_lead»"]; await f({});',
  "const f = crm?.[`«delete_lead»`]; await f({});",
  'import { x } from "«./servers/crm/delete_lead.ts»";',
  'await import("«./servers/crm/delete_lead.ts»");',
  '«await delete_lead({ id: "1" })»;',
  'const a = "x"«; await delete_lead(); »const b = "y";',
  "«// a comment\nawait delete_lead();»",
  "/«secret»/.test(x);",
  // What a parser alone tells is not guessed.
  'if (x) /"/.test(y); const api_key = «delete_lead»; // "',
  'for await (const a of b) /"/.test(y); const api_key = «delete_lead»; // "',
  'type A = B\n/"/.test(y); const api_key = «delete_lead»; // "',
  'const v = a! / 2 /"/.length; const api_key = «delete_lead»; // "',
  'x = y++ /2/"/; const api_key = «delete_lead»; // "',
  '{}/"/.test(y); const api_key = «delete_lead»; // "',
];

/** What is a value or a comment. */
const VALUES = [
  'const api_key = "«sk_live_abcdef»";',
  "const api_key = «'sk_live_abcdef'»;",
  "const t = `Dear «Anna», ${name} and «Bob»`;",
  "const t = `${f(`«Anna»`)} «Bob»`;",
  "const card = «4111111111111111»;",
  'await send({ to: "«a@b.de»", cc: ["«c@d.de»", "«e@f.de»"] });',
  "// ask «Anna Müller»\nawait f();",
  "/* ask\n«Anna Müller» */ await f();",
  "#!/usr/bin/env «deno»\nawait f();",
  'const r = /["\'`]/g; const to = "«a@b.de»";',
  "const half = (a + b) / 2; const to = '«a@b.de»'; const n = list[0] / 2 / n;",
  'const s = x.replace(/\\/[/"]/, ""); const to = "«a@b.de»";',
  'const s = "a\\\r\nb"; const to = "«a@b.de»";',
  'const o = { a: { b: `${{ c: "}" }.c}` } }; const to = "«a@b.de»";',
  'const f = <T,>(x: T): x is T => true; const to: string = "«a@b.de»";',
];

Deno.test("a name, an operator or a sign of code that is masked is approved by nobody", () => {
  assertEquals(CODE.filter((text) => !isUnseen(text)), []);
});

Deno.test("values and comments of code may be masked and approved", () => {
  assertEquals(VALUES.filter(isUnseen), []);
});

Deno.test("a token that the author wrote is shown as it is", () => {
  const text = `const key = x[EMAIL_1_abc]; await f("[EMAIL_2_abc]", "a@b.de");`;
  const masked = text.replace("a@b.de", "[EMAIL_3_abc]");
  assertEquals(unseenByMask(text, { masked, what: "it", kind: "code" }), undefined);
  const more = masked.replace("await f", "[SECRET_1_abc]");
  assert(unseenByMask(text, { masked: more, what: "it", kind: "code" })?.includes("(line 1)"));
});

Deno.test("where values stand is told of a long text at once", () => {
  const piece = 'const x = { a: "«a@b.de»", n: 1 / 2, r: /a"/ }; // it\'s\n';
  assert(!isUnseen(piece.repeat(15_000)));
  assert(isUnseen(`${"`${".repeat(100_000)}«x»`));
  assert(isUnseen(`"${"a\\\n".repeat(200_000)}«x»`));
});
