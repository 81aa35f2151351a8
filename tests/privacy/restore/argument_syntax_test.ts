import { assertEquals } from "@std/assert";
import { argumentSyntax } from "../../../src/privacy/restore/argument_syntax.ts";

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
