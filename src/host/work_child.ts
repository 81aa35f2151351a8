/**
 * A process without any right that does the host's work on callers' texts. It may be stopped or
 * killed at any moment, and may die of a job.
 */
import { type FindRequest, findTexts } from "../privacy/mask/find_texts.ts";
import { PROGRAM_JOBS } from "./program_jobs.ts";
import { serveJobs } from "../work/serve_jobs.ts";

await serveJobs({
  ...PROGRAM_JOBS,
  find: (request, ask) =>
    findTexts(request as FindRequest, async (index) => await ask("piece", index) as string),
});
