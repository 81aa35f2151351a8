import { assertEquals } from "@std/assert";
import { createPathHider } from "../../src/result/redactor.ts";

Deno.test("createPathHider() names folders as a program does, and lines as its author", () => {
  const hide = createPathHider({
    room: "/tmp/airlock-1/run",
    folders: { "/srv/state/workspace/s": "./workspace", "/srv/servers": "./servers" },
    toSource: ({ line, column }) => ({ line: line - 1, column }),
  });
  const texts: [text: string, shown: string][] = [
    ["at file:///tmp/airlock-1/run/linked/program.js:5:7", "at program.ts:4:7"],
    ["readfile '/srv/state/workspace/s/a.txt'", "readfile './workspace/a.txt'"],
    ["file:///srv/servers/crm/get_lead.ts", "./servers/crm/get_lead.ts"],
    ["stat '/tmp/airlock-1/run/linked/skills/a'", "stat './skills/a'"],
    ["open '/tmp/airlock-1/run/socket'", "open './socket'"],
    ["nothing of it", "nothing of it"],
  ];
  assertEquals(texts.map(([text]) => hide(text)), texts.map(([, shown]) => shown));
});
