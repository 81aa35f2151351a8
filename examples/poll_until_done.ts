// Starts an export and looks again until it is done: a loop here, not a turn of the model each.
import { sleep } from "airlock";
import { export_status } from "./servers/crm/export_status.ts";
import { start_export } from "./servers/crm/start_export.ts";

const MAX_LOOKS = 50;

const { export_id } = await start_export({ status: "won", country: "PL" });

let looks = 1;
let job = await export_status({ export_id });
while (job.state !== "done") {
  if (job.state === "failed") throw new Error(`The export failed: ${job.error}`);
  if (looks === MAX_LOOKS) throw new Error(`The export is still ${job.state}`);
  console.log(`${job.state}, ${job.percent} %`);
  await sleep(20);
  job = await export_status({ export_id });
  looks++;
}

export default { state: job.state, rows: job.rows, looks };
