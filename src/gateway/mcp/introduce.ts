import type { Runtime } from "../../runs/runtime_types.ts";
import { offersCallTool } from "./call_tool.ts";
import { noteMissing } from "./note_missing.ts";

const SHORT_GUIDE =
  "Find them with search_tools, read their types with read_tools, call them in one program with run_program";

const GUIDE = `${SHORT_GUIDE}, such as:
import { list_leads } from "./servers/crm/list_leads.ts";
const { leads } = await list_leads({ limit: 100 });
return leads.length;`;

const ONE_CALL = "For one call with a small result: call_tool.";

/** What a client is told at first: what is connected, what its caller has saved, and how to use it. */
export async function introduce(runtime: Runtime, caller: string): Promise<string> {
  const one = await offersCallTool(runtime) ? `\n${ONE_CALL}` : "";
  const { text, unavailable } = await runtime.context({ caller, guide: `${GUIDE}${one}` });
  const servers = runtime.servers().filter(({ name, state }) =>
    state !== "disabled" && !unavailable.includes(name)
  );
  const allNamed = servers.every(({ name }) => text.includes(`${name} (`));
  if (allNamed && unavailable.length === 0) return text;
  // Names are worth more than the example.
  const guide = noteMissing(`${allNamed ? GUIDE : `${SHORT_GUIDE}.`}${one}`, unavailable);
  return (await runtime.context({ caller, guide })).text;
}
