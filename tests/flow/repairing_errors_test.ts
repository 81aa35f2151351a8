import { assert, assertEquals, assertMatch } from "@std/assert";
import { oddServer, startTestRuntime } from "../fixtures/test_runtime.ts";

interface Case {
  readonly code: string;
  readonly is: string;
  /** In the message or the hint. */
  readonly says: RegExp;
}

/** What agents write, and what they have to read to write it right. */
const CASES: Readonly<Record<string, Case>> = {
  "a tool that is not there": {
    code: `import { find_leads } from "./servers/crm/find_leads.ts";`,
    is: "IMPORT_REFUSED",
    says: /Did you mean .*"(search_leads|list_leads)"/,
  },
  "a tool of an index that is not there": {
    code: `import { list_lead } from "./servers/crm";\nreturn list_lead();`,
    is: "IMPORT_REFUSED",
    says: /Did you mean "list_leads"/,
  },
  "a server that is not there, and a tool that the one meant has": {
    code: `import { list_lead } from "./servers/crm2/list_lead.ts";`,
    is: "IMPORT_REFUSED",
    says: /Did you mean "\.\/servers\/crm\/list_leads\.ts"\?/,
  },
  "a server that nothing is like": {
    code: `import { x } from "./servers/zzzzzz/x.ts";`,
    is: "IMPORT_REFUSED",
    says: /There are .*crm/,
  },
  "a module for files": {
    code: `import fs from "node:fs";`,
    is: "IMPORT_REFUSED",
    says: /Deno\.readTextFile\("\.\/workspace/,
  },
  "a module for the network": {
    code: `import axios from "axios";`,
    is: "IMPORT_REFUSED",
    says: /There is no network: call a tool/,
  },
  "a name that is nowhere": {
    code: `return frobnicate();`,
    is: "PROGRAM_THREW",
    says: /Available are .*console.*searchTools/,
  },
  "require": { code: `require("fs");`, is: "PROGRAM_THREW", says: /There is no require: import/ },
  "fetch": {
    code: `await fetch("https://x.org");`,
    is: "PROGRAM_THREW",
    says: /no network: call a tool/,
  },
  "process.env": {
    code: `return process.env.HOME;`,
    is: "PROGRAM_THREW",
    says: /There is no process: no environment/,
  },
  "fs": {
    code: `return fs.readFileSync("x");`,
    is: "PROGRAM_THREW",
    says: /files are read with Deno\.readTextFile/,
  },
  "a tool that failed": {
    code: `import { get_lead } from "./servers/crm/get_lead.ts";
return await get_lead({ lead_id: "lead-99999" });`,
    is: "TOOL_FAILED",
    says: /there is no "lead-99999".*crm\.get_lead failed: look at its argument "lead_id"/,
  },
  "an argument that does not fit": {
    code: `import { get_lead } from "./servers/crm/get_lead.ts";
return await get_lead({ lead_id: 7 });`,
    is: "ARGUMENTS_INVALID",
    says: /Cannot call crm\.get_lead: "lead_id" must be string/,
  },
  "a file beside the workspace": {
    code: `await Deno.writeTextFile("out.txt", "x");`,
    is: "PROGRAM_THREW",
    says: /^(?!.*--allow).*Deno\.writeTextFile\("\.\/workspace\/out\.txt"\)/s,
  },
  "a decorator": {
    code: `@sealed class A {}\nreturn 1;`,
    is: "PROGRAM_SYNTAX",
    says: /decorators are not supported, at `@sealed/,
  },
  "a token that is none": {
    code: `const a = 1;\nconst b = = 2;`,
    is: "PROGRAM_SYNTAX",
    says: /Unexpected token, at `const b = = 2;`/,
  },
  "a token that is none, of TypeScript": {
    code: `const a: number = 1;\nconst b: = 2;`,
    is: "PROGRAM_SYNTAX",
    says: /at `const b: = 2;`/,
  },
  "a server that is not imported": {
    code: `return await crm.list_leads({});`,
    is: "PROGRAM_THREW",
    says: /import \* as crm from "\.\/servers\/crm\/index\.ts"/,
  },
  "several modules": {
    code: `import axios from "axios";\nimport fs from "node:fs";\nimport { z } from "npm:zod";`,
    is: "IMPORT_REFUSED",
    says:
      /"axios".*"node:fs": not allowed \(line 2\).*"npm:zod": not allowed \(line 3\).*no network/s,
  },
  "several tools": {
    code: `import { list_lead } from "./servers/crm/list_lead.ts";
import { get_leads } from "./servers/crm/get_leads.ts";
return await list_lead({});`,
    is: "IMPORT_REFUSED",
    says: /list_lead\.ts".*get_leads\.ts": .*\(line 2\).*Did you mean.*\n.*Did you mean/s,
  },
};

Deno.test("an error says in a line what to write instead, and nothing of the host", async () => {
  await using runtime = await startTestRuntime({ servers: ["crm", "drive"] });
  for (const [what, { code, is, says }] of Object.entries(CASES)) {
    const { error } = await runtime.run({ code });
    assertEquals([what, error?.code], [what, is]);
    const text = `${error!.message} ${error!.hint ?? ""}`;
    assertMatch(text, says, what);
    assert(text.length < 1_400 && !text.includes(runtime.root), text);
  }
});

Deno.test("the type check gives the same advice before anything runs", async () => {
  await using runtime = await startTestRuntime({ policy: { check: "error" } });
  for (const what of ["require", "fetch", "process.env", "fs"]) {
    const { code, says } = CASES[what]!;
    const { error } = await runtime.run({ code });
    assertEquals([what, error?.code], [what, "TYPE_ERROR"]);
    assertMatch(error!.message, says);
  }
});

Deno.test("a program of which nothing runs, or whose calls nobody waits for, is warned of that", async () => {
  await using runtime = await startTestRuntime({
    servers: ["crm"],
    mcpServers: { odd: oddServer() },
  });
  const warned: Readonly<Record<string, RegExp>> = {
    "async () => 1": /a function that nobody calls/,
    "(async function () { return 1; });": /a function that nobody calls/,
    "async function main() { return 1; }": /"return await main\(\);"/,
    "const max = 3;\nconst main = async () => max;": /"return await main\(\);"/,
    [`import { slow } from "./servers/odd/slow.ts";\nslow({ ms: 60_000 });\nreturn 1;`]:
      /odd\.slow\. Put "await" before each/,
  };
  for (const [code, says] of Object.entries(warned)) {
    const { status, warnings } = await runtime.run({ code });
    assertEquals([code, status, warnings.length], [code, "completed", 1]);
    assertMatch(warnings[0]!, says);
  }
  const silent = [
    "(() => 1)();",
    "export default async () => 1;",
    "const a = 1;",
    "f(); function f() {}",
  ];
  for (const code of silent) assertEquals((await runtime.run({ code })).warnings, [], code);
});

Deno.test("a message without end is cut", async () => {
  await using runtime = await startTestRuntime({ mcpServers: { odd: oddServer() } });
  const { error } = await runtime.run({ code: `throw new Error("x".repeat(100_000));` });
  assert(error!.message.length < 2_100);
});
