import { createRuntime } from "../host/create_runtime.ts";
import { AirlockError } from "../model/errors.ts";
import type { Runtime } from "../runs/runtime.ts";
import { terminalJson } from "../text/visible_text.ts";
import { defineCommand, findConfigForOnce, main, readChoice, readWhole } from "./command_line.ts";

/** A person reads further than a model, at no cost. */
const MAX_MODEL_TOKENS = 100_000;

const command = defineCommand({
  verb: "search",
  options: {
    detail: "name|description|full",
    limit: "N",
    offset: "N",
    server: "S",
    json: true,
    config: "FILE",
  },
  forms: {
    async "QUERY [--detail] [--limit] [--offset] [--server] [--json]"([query], values) {
      await using runtime = await createRuntime(await findConfigForOnce(values.config));
      const { server } = values;
      const wanted = {
        detail: readChoice("--detail", values.detail, ["name", "description", "full"]) ??
          "description",
        limit: readWhole("--limit", values.limit, { least: 1, most: 100 }) ?? 10,
        offset: readWhole("--offset", values.offset, { least: 0, most: 100_000 }) ?? 0,
        maxModelTokens: MAX_MODEL_TOKENS,
        ...(server !== undefined && { server }),
      };
      // A command that runs once waits for servers that a search would leave out.
      if (server === undefined) await runtime.tools();
      const found = await runtime.searchTools(query!, wanted);
      console.log(values.json === true ? terminalJson(found, 2) : found.text);
      if (found.unavailable.length > 0) {
        console.error(`Out of reach: ${found.unavailable.join(", ")}`);
      }
      if (found.noGoodMatch) refuseUnwritten(runtime, found.unavailable);
      return found.noGoodMatch ? 1 : 0;
    },
  },
});

/** Nothing fits perhaps because the wrappers of a connected server could not be written. */
function refuseUnwritten(runtime: Runtime, unavailable: readonly string[]): void {
  const unwritten = runtime.servers()
    .filter(({ name, state }) => state === "connected" && unavailable.includes(name));
  if (unwritten.length === 0) return;
  const names = unwritten.map(({ name }) => name).join(", ");
  throw new AirlockError("INTERNAL", `Cannot search tools: the wrappers of ${names} are missing`, {
    hint: `They are written to ${runtime.config.folders.servers}, which needs room and permission`,
  });
}

if (import.meta.main) await main(command);
