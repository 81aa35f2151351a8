import { assert, assertEquals } from "@std/assert";
import { nameServers } from "../../src/codegen/names.ts";

Deno.test("nameServers keeps names of letters, digits, _ and -", () => {
  for (const name of ["crm", "git-hub", "my_server", "delete", "GitHub"]) {
    assertEquals(nameServers([name]).get(name), name);
  }
});

Deno.test("nameServers gives folders of their own, also where case is ignored", () => {
  const names = ["GitHub", "github", "my server", "my-server", "@scope/name", "scope/name", "日本"];
  const folders = [...nameServers(names).values()];
  assertEquals(new Set(folders.map((folder) => folder.toLowerCase())).size, names.length);
  assertEquals(
    nameServers(names.toReversed()).get("my server"),
    nameServers(names).get("my server"),
  );
  assertEquals(nameServers(names).get("my-server"), "my-server");
});

Deno.test("nameServers gives no path, no device and no prototype name", () => {
  const names = [
    "..",
    ".",
    "",
    "../../x",
    "/",
    "con",
    "__proto__",
    "client",
    "node_modules",
    "a\0",
  ];
  for (const folder of nameServers(names).values()) {
    assert(/^\w[\w-]*$/.test(folder), folder);
    assert(!["con", "__proto__", "client", "node_modules"].includes(folder), folder);
  }
});
