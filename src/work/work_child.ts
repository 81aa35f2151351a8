/**
 * A process without any right that does the host's work on callers' texts. It may be stopped or
 * killed at any moment, and may die of a job.
 */
import { serveJobs } from "./serve_jobs.ts";

await serveJobs({});
