import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { DatabaseSync } from "node:sqlite";
import { askOnTerminal, describeApproval } from "../../src/commands/ask_on_terminal.ts";
import { verifyAudit } from "../../src/commands/audit.ts";
import { defineCommand, readChoice, readWhole } from "../../src/commands/command_line.ts";
import { explainFault } from "../../src/commands/explain_fault.ts";
import { safeText } from "../../src/commands/terminal.ts";
import { parseConfig } from "../../src/config/config.ts";
import { AirlockError } from "../../src/model/errors.ts";
import { Approvals } from "../../src/policy/approvals/approvals.ts";
import { makeTestLog, writeRun } from "../audit/open_log.ts";
import { memoryStorage } from "../fixtures/storage/memory_storage.ts";

const project = new URL("../../", import.meta.url).pathname;
const calls: [string, readonly string[], object][] = [];
const note = (form: string) => (words: readonly string[], values: object) => {
  calls.push([form, words, { ...values }]);
  return calls.length;
};

const command = defineCommand({
  verb: "try",
  options: { json: true, out: "FILE", reason: "TEXT", config: "FILE" },
  forms: {
    "[list]": note("list"),
    "show NAME [--json]": note("show"),
    "reveal NAME --reason": note("reveal"),
    "close NAME… [--out]": note("close"),
  },
});

Deno.test("execute() runs the form that words and options fit", async () => {
  const cases: [string[], string, string[], object][] = [
    [[], "list", [], {}],
    [["list", "--config", "c"], "list", [], { config: "c" }],
    [["show", "a", "--json"], "show", ["a"], { json: true }],
    [["reveal", "a", "--reason", "r"], "reveal", ["a"], { reason: "r" }],
    [["close", "a", "b", "--out", "o"], "close", ["a", "b"], { out: "o" }],
  ];
  for (const [args, ...expected] of cases) {
    await command.execute(args);
    assertEquals(calls.at(-1), expected);
  }
});

Deno.test("execute() refuses words and options that fit no form, and says why", async () => {
  const cases: [string[], string][] = [
    [["drop"], '"try drop" is none of its forms'],
    [["show"], '"try show" is none of its forms'],
    [["list", "a"], '"try list a" is none of its forms'],
    [["close"], '"try close" is none of its forms'],
    [["reveal", "a"], '"try reveal a" needs "--reason"'],
    [["show", "a", "--out", "o"], '"try show a" does not take "--out"'],
  ];
  const before = calls.length;
  for (const [args, problem] of cases) {
    const error = await assertRejects(() => command.execute(args), AirlockError);
    assertEquals([error.code, error.message], ["USAGE", `Cannot read command: ${problem}`]);
  }
  for (const args of [["--none"], ["list", "--json=1"], ["list", "--config"]]) {
    assertEquals((await assertRejects(() => command.execute(args), AirlockError)).code, "USAGE");
  }
  assertEquals(calls.length, before);
});

Deno.test("readChoice() and readWhole() accept their values and nothing else", () => {
  assertEquals(readChoice("--mode", undefined, ["a", "b"]), undefined);
  assertEquals(readChoice("--mode", "b", ["a", "b"]), "b");
  assertEquals(readWhole("--port", "0", { least: 0, most: 9 }), 0);
  const range = { least: 1, most: 9 };
  for (const text of ["", "0", "10", "-1", "1.5", "1e0", " 1"]) {
    assertEquals(messageOf(() => readWhole("-n", text, range)).includes(`(${text})`), true);
  }
  assertEquals(
    messageOf(() => readChoice("--mode", "c", ["a", "b"])),
    'Cannot read command: "--mode" (c) is none of a, b',
  );
});

function messageOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("nothing was thrown");
}

Deno.test("--help prints the usage of a verb, a line for each form", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", `${project}src/commands/privacy.ts`, "--help"],
  }).output();
  assertEquals([code, new TextDecoder().decode(stdout)], [
    0,
    `Usage: deno task privacy report [--session NAME] [--json] [--config FILE]
       deno task privacy reveal TOKEN --reason TEXT [--config FILE]
       deno task privacy rotate [--config FILE]
       deno task privacy forget SESSION [--config FILE]
`,
  ]);
});

async function thrownBy(work: () => unknown): Promise<unknown> {
  try {
    await work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

Deno.test("explainFault() names the error of the system or the database, and a remedy", async () => {
  const root = await Deno.makeTempDir();
  const file = join(root, "file");
  await Deno.writeTextFile(file, "x".repeat(5_000));
  const faults: Record<string, readonly [work: () => unknown, hint: string]> = {
    "a file for a folder": [() => Deno.mkdir(join(file, "a")), "A file stands where a folder"],
    "a folder for a file": [() => Deno.readTextFile(root), "A folder stands where a file"],
    "nothing there": [() => Deno.readTextFile(join(root, "none")), "Something on the way to it"],
    "no temporary folder": [() => Deno.makeTempDir({ dir: join(root, "none") }), ""],
    "no database": [
      () => new DatabaseSync(file).exec("SELECT * FROM a"),
      "The database is damaged",
    ],
    "a database nowhere": [
      () => new DatabaseSync(join(file, "a")),
      "The database cannot be opened",
    ],
  };
  for (const [name, [work, hint]] of Object.entries(faults)) {
    const cause = await thrownBy(work);
    const raw = explainFault(cause);
    assertEquals(
      [raw.code, raw.message.startsWith("Cannot go on: ")],
      ["CONFIG_INVALID", true],
      name,
    );
    assert(raw.hint?.startsWith(hint), `${name}: ${raw.hint}`);
    const wrapped = explainFault(new AirlockError("AUDIT_FAILED", "Cannot open audit", { cause }));
    assertEquals(wrapped, { ...raw, code: "AUDIT_FAILED", message: "Cannot open audit" });
  }
  await Deno.remove(root, { recursive: true });
});

Deno.test("explainFault() shows no stack trace, and one line of the message", () => {
  for (const thrown of [new TypeError("a\n    at b (file:///c.ts:1:2)"), "a\nb", undefined, null]) {
    const { code, message, hint } = explainFault(thrown);
    assertEquals([code, message.includes("\n"), hint === undefined], ["INTERNAL", false, false]);
  }
  const own = new AirlockError("CONFIG_INVALID", "Cannot read config", { hint: "Do this" });
  assertEquals(explainFault(own), {
    code: "CONFIG_INVALID",
    message: "Cannot read config",
    hint: "Do this",
  });
});

const ASKED = {
  runId: "run_1",
  kind: "call",
  callKey: "key",
  occurrence: 1,
  programHash: "ab".repeat(32),
  shown: {
    level: "high",
    findings: [{ message: "It deletes in a loop", line: 3 }],
    estimatedWrites: 40,
    tools: [{ server: "crm", tool: "delete_lead", effect: "destroys" }],
    call: { server: "crm", tool: "delete_lead", arguments: '{"lead_id":"lead-00001"}' },
  },
} as const;

async function openApprovals(): Promise<Approvals> {
  const { approvals: config } = await parseConfig({});
  return new Approvals({ storage: memoryStorage({ isShared: false }), config });
}

Deno.test("askOnTerminal() shows what waits and decides as the person answers, the second time too", async () => {
  const approvals = await openApprovals();
  const answers = ["perhaps", "40"].values();
  const { promise: decided, resolve } = Promise.withResolvers<void>();
  let written = "";
  askOnTerminal(approvals, {
    readLine: () => Promise.resolve(answers.next().value),
    write: (text) => void (written += text),
  });
  const stop = approvals.onChange(async () => {
    if ((await approvals.list()).every(({ state }) => state === "approved")) resolve();
  });
  const { approvalId } = await approvals.ask(ASKED);
  await decided;
  stop();
  assertEquals((await approvals.find(approvalId))?.decision, {
    decision: "approve",
    scope: "once",
    maxCalls: 40,
    by: "terminal",
  });
  assert(written.includes('crm.delete_lead {"lead_id":"lead-00001"}'));
  assert(written.includes("It deletes in a loop (line 3)"));
  assertEquals(written.split("Approve?").length, 3);
});

Deno.test("askOnTerminal() takes the offered answers and no other", async () => {
  const once = { decision: "approve", scope: "once", by: "terminal" } as const;
  const accepted = [
    [" Y ", once],
    ["7", { ...once, maxCalls: 7 }],
    ["no", { decision: "reject", by: "terminal" }],
  ] as const;
  for (const [answer, expected] of accepted) {
    const approvals = await openApprovals();
    const answers = ["", "0", "-1", "1e3", "yep", "4.5", answer].values();
    const decided = Promise.withResolvers<void>();
    let asked = 0;
    askOnTerminal(approvals, {
      readLine: () => Promise.resolve(answers.next().value),
      write: (text) => void (asked += Number(text.startsWith("Approve?"))),
    });
    const { approvalId } = await approvals.ask(ASKED);
    const stop = approvals.onChange(async () => {
      if ((await approvals.find(approvalId))?.state !== "waiting") decided.resolve();
    });
    await decided.promise;
    stop();
    assertEquals([(await approvals.find(approvalId))?.decision as unknown, asked], [expected, 7]);
  }
});

Deno.test("describeApproval() shows no character that makes a terminal lie", async () => {
  const approvals = await openApprovals();
  const text = describeApproval(
    await approvals.ask(ASKED),
    "a();\x1b[2K\r\n// \u202egnihton\u2066\nb();",
  );
  // deno-lint-ignore no-control-regex -- these are what must not be there
  assert(!/[\x00-\x09\x0b-\x1f\u202e\u2066]/.test(text));
  assert(text.includes("3  b();"));
  assertEquals(safeText("ä\n"), "ä\n");
});

const PAGE = 4_096;

/** The text of all rows; undefined where they cannot be read. */
function rowsOf(path: string): string | undefined {
  try {
    using database = new DatabaseSync(path, { readOnly: true });
    const tables = ["entries ORDER BY seq", "head"];
    return JSON.stringify(tables.map((table) => database.prepare(`SELECT * FROM ${table}`).all()));
  } catch {
    return undefined;
  }
}

Deno.test("verifyAudit() reaches a verdict on a file with any damaged page", async () => {
  await using test = await makeTestLog();
  {
    using log = await test.open();
    for (let run = 0; run < 25; run++) writeRun(log, `run_${run}`);
  }
  const path = join(test.folder, "audit.db");
  {
    using database = new DatabaseSync(path);
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  assertEquals((await verifyAudit(test.folder)).problems, []);
  const whole = await Deno.readFile(path);
  const rows = rowsOf(path);
  const pages = whole.length / PAGE;
  assert(pages >= 8, `${pages}`);
  const damages: Record<string, (page: Uint8Array) => void> = {
    zeros: (page) => page.fill(0),
    ones: (page) => page.fill(255),
    "a beginning of noise": (page) => void crypto.getRandomValues(page.subarray(0, 100)),
    "an end of noise": (page) => void crypto.getRandomValues(page.subarray(PAGE - 600)),
    "a byte of its head": (page) => void (page[3]! ^= 0x10),
    "a pointer of its head": (page) => void (page[9]! ^= 0x55),
    "a byte of its end": (page) => void (page[PAGE - 40]! ^= 0x01),
  };
  let found = 0;
  for (let at = 0; at < pages; at++) {
    for (const [name, damage] of Object.entries(damages)) {
      const bytes = whole.slice();
      damage(bytes.subarray(at * PAGE, (at + 1) * PAGE));
      await Deno.writeFile(path, bytes);
      for (const rest of ["-wal", "-shm"]) await Deno.remove(path + rest).catch(() => {});
      const isSame = rowsOf(path) === rows;
      const { problems } = await verifyAudit(test.folder);
      assert(isSame || problems.length > 0, `${name} of page ${at}`);
      assert(problems.every(({ message }) => message.length > 0 && !message.includes("\n    at ")));
      if (problems.length > 0) found++;
    }
  }
  assert(found > (pages * Object.keys(damages).length) / 2, `${found}`);
});
