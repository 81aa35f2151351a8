import { OWNER } from "../model/permission.ts";
import { terminalJson } from "../text/visible_text.ts";
import { defineCommand, findConfig, main } from "./command_line.ts";
import { openSessions } from "./session_access.ts";

const command = defineCommand({
  verb: "sessions",
  options: { owner: "NAME", json: true, config: "FILE" },
  forms: {
    async "list [--owner] [--json]"(_words, values) {
      await using sessions = openSessions(await findConfig(values.config));
      await sessions.sweep();
      const all = await sessions.list(values.owner);
      if (values.json === true) console.log(terminalJson(all, 2));
      else {
        for (const { name, owner, usedAt, runs } of all) {
          console.log(`${usedAt}  ${String(runs).padStart(5)} runs  ${name}  (${owner})`);
        }
      }
      return 0;
    },
    async "close NAME… [--owner]"(names, { owner = OWNER.name, config }) {
      await using sessions = openSessions(await findConfig(config));
      for (const name of names) await sessions.close({ name, owner });
      return 0;
    },
  },
});

if (import.meta.main) await main(command);
