import { assert, assertEquals, assertRejects } from "@std/assert";
import { askOnTerminal, describeApproval } from "../../src/commands/ask_on_terminal.ts";
import { parseConfig } from "../../src/config/config.ts";
import { decisionOf, formOf } from "../../src/gateway/mcp/approval_form.ts";
import { showWholeApproval } from "../../src/gateway/show_approval.ts";
import type { Approval } from "../../src/model/approval.ts";
import { Approvals } from "../../src/policy/approvals/approvals.ts";
import { memoryStorage } from "../fixtures/storage/memory_storage.ts";

const STATEMENT = `await delete_lead({ id: "lead-7" });`;

/** What stands before the statement. */
const PLACES: Readonly<Record<string, string>> = {
  "at the beginning": "",
  "at column 301": `const a = "${"x".repeat(290)}"; `,
  "at column 3001": `const a = "${"x".repeat(2_990)}"; `,
  "after 5,000 blanks": `first();${" ".repeat(5_000)}`,
  "in line 1,000": "next();\n".repeat(999),
  "after 2,000 blank lines": `first();\n${"\n".repeat(2_000)}`,
  "after 100 KB": `const a = [${"1,".repeat(50_000)}]; `,
};

/** What hides it where it is. */
const DISGUISES: Readonly<Record<string, string>> = {
  "nothing": "",
  "a bidi mark": "/* \u202e */ ",
  "an isolate": "/* \u2066\u2067 */ ",
  "no width": "\u200b\u2060\ufeff",
  "tabs": "\t".repeat(300),
  "a carriage return": "// harmless\r",
  "a line separator": "// harmless\u2028",
  "a paragraph separator": "// harmless\u2029",
  "ANSI": "/* \x1b[2K\x1b[8m\x1b]0;title\x07\x9b2J */ ",
  "a very wide letter": `/* ${"\ufdfd\u2e3b".repeat(50)} */ `,
  "marks": `/* ${"a\u0336\u0301\u0302\u0303\u0304".repeat(20)} */ `,
  "tags": "/* \u{e0064}\u{e0065} */ ",
  "other blanks": "\u00a0\u2003\u3000",
  "fillers": "/* \u3164\u2800\u115f */ ",
  "lone surrogates": "/* \ud800 */ ",
};

function approvalOf(call?: string): Approval {
  return {
    approvalId: "apr_1",
    runId: "run_1",
    kind: call === undefined ? "run" : "call",
    state: "waiting",
    programHash: "0123456789abcdef",
    shown: {
      level: "high",
      findings: [],
      estimatedWrites: 1,
      tools: [{ server: "crm", tool: "delete_lead", effect: "destroys" }],
      ...(call !== undefined && {
        call: { server: "crm", tool: "delete_lead", arguments: call, isWhole: true },
      }),
    },
    createdAt: 0,
    expiresAt: 60_000,
    isRevoked: false,
  };
}

/** A text as it was before it was wrapped. */
function joined(text: string): string {
  return text.replace(/\n *↳ /g, "");
}

function assertShows(text: string, what: string): void {
  assert(joined(text).includes(STATEMENT), `${what}: the statement is not there`);
  const line = joined(text).split("\n").find((each) => each.includes(STATEMENT))!;
  const before = line.slice(0, line.indexOf(STATEMENT));
  assert(!before.includes("//"), `${what}: it looks like a comment: ${line}`);
  assertHidesNothing(text, what);
}

function assertHidesNothing(text: string, what: string): void {
  const hidden = /[^\n\P{C}]|[^ \n\P{Z}]|\p{Default_Ignorable_Code_Point}|[\u2800\ufdfd]|\p{M}{2}/u;
  assert(!hidden.test(text), `${what}: ${JSON.stringify(hidden.exec(text)?.[0])}`);
}

const GRID = Object.entries(PLACES).flatMap(([place, before]) =>
  Object.entries(DISGUISES).map(([disguise, sign]) => ({
    name: `${place}, behind ${disguise}`,
    isSigned: sign !== "" && disguise !== "tabs",
    code: `${before}${sign}${STATEMENT}\n`,
  }))
);

Deno.test("a form shows all of a program, or approves nothing and says where all of it is", () => {
  let shownCount = 0;
  for (const { name, code } of GRID) {
    const approval = approvalOf();
    const form = formOf(approval, code);
    const answer = { action: "accept", content: { decision: "approve once" } };
    const decision = decisionOf(answer, { approval, form, principal: "owner" });
    if (decision === undefined) {
      assert(form.message.includes("deno task approvals show apr_1"), name);
      assertEquals(form.requestedSchema.properties["decision"], {
        type: "string",
        enum: ["reject"],
      });
      continue;
    }
    shownCount++;
    assertShows(form.message, `form, ${name}`);
  }
  assert(shownCount > GRID.length / 3, `${shownCount}`);
});

Deno.test("a terminal shows all of a program, with its lines' numbers and a word about odd signs", () => {
  for (const { name, code, isSigned } of GRID) {
    const text = describeApproval(approvalOf(), code);
    assertShows(text, `terminal, ${name}`);
    assertEquals(text.includes("Warning: the program has signs"), isSigned, name);
    const longest = Math.max(...text.split("\n").map((line) => [...line].length));
    assert(longest <= 110, `${name}: ${longest}`);
  }
});

Deno.test("the API gives all of a program, with odd signs written out and a word about them", () => {
  for (const { name, code, isSigned } of GRID) {
    const whole = showWholeApproval(approvalOf(), { code, skills: [] });
    assert(whole.code.includes(STATEMENT), name);
    assertHidesNothing(whole.code.replaceAll("\t", ""), `API, ${name}`);
    assertEquals(whole.warnings.length > 0, isSigned, name);
  }
});

Deno.test("the arguments of a call are shown whole and written out, or a form approves nothing", () => {
  for (const size of [10, 301, 5_000, 100_000]) {
    for (const [disguise, sign] of Object.entries(DISGUISES)) {
      const input = JSON.stringify({ note: `${"y".repeat(size)}${sign}`, to: "END" });
      const name = `${size}, ${disguise}`;
      const approval = approvalOf(input);
      const terminal = describeApproval(approval, "go();");
      assert(joined(terminal).includes('"to":"END"}'), name);
      assertHidesNothing(terminal, name);
      const { call } = showWholeApproval(approval, { code: "", skills: [] });
      assert(call!.arguments.endsWith('"to":"END"}'), name);
      const form = formOf(approval, "go();");
      const answer = { action: "accept", content: { decision: "approve once" } };
      if (decisionOf(answer, { approval, form, principal: "owner" }) === undefined) continue;
      assert(joined(form.message).includes('"to":"END"}'), name);
      assertHidesNothing(form.message, name);
    }
  }
});

Deno.test("letters and names that pass for others are written out, or a person is told of them", () => {
  const alike: readonly (readonly [code: string, shown: string])[] = [
    ["await d\u0435lete_lead({});", "d\\u{435}lete_lead"],
    ["const \u0430\u0441\u0435 = 1;", "\\u{430}\\u{441}\\u{435}"],
    ["x \u01c3== y;", "\\u{1c3}=="],
    ["const \uff41b = 1;", "\\u{ff41}b"],
    ["const \u{1d41d}elete = 1;", "\\u{1d41d}elete"],
    ['send("evil\u2024com");', "evil\\u{2024}com"],
    ["const d\u0336o\u0336 = 1;", "d\\u{336}o\\u{336}"],
  ];
  for (const [code, shown] of alike) {
    const terminal = describeApproval(approvalOf(), code);
    assert(terminal.includes(shown), terminal);
    assert(terminal.includes("Warning: the program has signs"), terminal);
    assert(formOf(approvalOf(), code).message.includes(shown));
  }
  const names = describeApproval(approvalOf(), "await list_leads(); await Iist_leads();");
  assert(names.includes("two names that look alike: list_leads and Iist_leads"), names);
  const honest = 'log("Größe naïve Привет мир 城市，好 नमस्ते ไทย 😀 “quoted” – it’s m²");';
  const plain = describeApproval(approvalOf(), honest);
  assert(plain.includes(honest) && !plain.includes("Warning"), plain);
});

Deno.test("what could not be shown whole is approved by no way, and can be rejected", async () => {
  const { approvals: config } = await parseConfig({});
  const approvals = new Approvals({ storage: memoryStorage(), config });
  const call = { server: "crm", tool: "delete_lead" };
  const shown = { level: "high", findings: [], estimatedWrites: 1, tools: [] } as const;
  const asked = { runId: "run_1", kind: "call", callKey: "k", programHash: "h" } as const;
  for (
    const [occurrence, part] of [
      { call: { ...call, arguments: '{"id":"lead-…' } },
      { call: { ...call, arguments: "{}", isWhole: false }, unseen: ["a part is withheld"] },
    ].entries()
  ) {
    const { approvalId } = await approvals.ask({
      ...asked,
      occurrence,
      shown: { ...shown, ...part },
    });
    const yes = { decision: "approve", scope: "once", by: "test" } as const;
    await assertRejects(
      () => approvals.decide(approvalId, yes),
      Error,
      "nobody approves what was not",
    );
    const text = describeApproval((await approvals.find(approvalId))!, "");
    assert(text.includes("Cannot be approved: "), text);
    await approvals.decide(approvalId, { decision: "reject", by: "test" });
  }
  // What waits since before is asked again when its arguments can be shown whole.
  const old = { ...asked, occurrence: 9, shown: { ...shown, call: { ...call, arguments: "{…" } } };
  const { approvalId } = await approvals.ask(old);
  const whole = { ...call, arguments: '{"id":"lead-7"}', isWhole: true };
  const again = await approvals.ask({ ...old, shown: { ...shown, call: whole } });
  assert(again.approvalId !== approvalId);
  assertEquals((await approvals.find(approvalId))?.state, "withdrawn");
});

Deno.test("whoever is asked on the terminal sees the skills of the program and what it may change", async () => {
  const { approvals: config } = await parseConfig({});
  const approvals = new Approvals({ storage: memoryStorage(), config });
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  let written = "";
  askOnTerminal(approvals, {
    readLine: () => Promise.resolve(resolve()).then(() => undefined),
    write: (text) => void (written += text),
  });
  await approvals.ask({
    ...{ runId: "run_1", kind: "run", callKey: "", occurrence: 0, programHash: "h" },
    shown: {
      ...{ level: "high", findings: [], estimatedWrites: null },
      files: [{ use: "writes", path: "./workspace/all.csv" }, { use: "removes", path: null }],
      tools: [
        { server: "crm", tool: "delete_lead", effect: "destroys", reversible: "no" },
        { server: "mail", tool: "send", effect: "writes", sends: true, reversible: "no" },
        { server: "crm", tool: "tag", effect: "writes", reversible: "yes" },
        { server: "crm", tool: "list", effect: "reads", reversible: "yes" },
      ],
    },
    code: "tidy();",
    skills: [{ name: "tidy", code: `export function tidy() {\n  ${STATEMENT}\n}` }],
  });
  await asked;
  for (
    const part of [
      "Destroys: crm.delete_lead",
      "Sends: mail.send",
      "Writes: crm.tag",
      "Reads: crm.list",
      "Can be undone: no",
      "Files: writes ./workspace/all.csv, removes what cannot be told beforehand",
      `tidy | 2    ${STATEMENT}`,
    ]
  ) assert(written.includes(part), written);
});
