// Exports 10,000 leads over several runs of one session: each goes on where the last one stopped.
import { loadJson, saveJson, writeLines } from "airlock";
import { list_leads } from "./servers/crm/list_leads.ts";

const PAGES_A_RUN = 4;
const PAGE = 1_000;
const STATE = "./workspace/leads/state.json";

interface State {
  readonly pages: number;
  readonly rows: number;
  readonly cursor: string | null;
}

let state = await loadJson<State>(STATE, { pages: 0, rows: 0, cursor: "" });
const from = state.rows;
const last = state.pages + PAGES_A_RUN;
while (state.cursor !== null && state.pages < last) {
  const from = state.cursor === "" ? {} : { cursor: state.cursor };
  const { leads, next_cursor } = await list_leads({ limit: PAGE, ...from });
  const pages = state.pages + 1;
  // Each file is written whole or not at all: a run that is ended here writes the same page again.
  await writeLines(
    `./workspace/leads/page-${pages}.jsonl`,
    leads.map((lead) => JSON.stringify(lead)),
  );
  state = { pages, rows: state.rows + leads.length, cursor: next_cursor };
  await saveJson(STATE, state);
}

export default { from, rows: state.rows, done: state.cursor === null };
