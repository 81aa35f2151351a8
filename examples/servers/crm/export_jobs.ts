import type { Lead } from "./lead.ts";

/** How far an export is. */
export type ExportState = "pending" | "running" | "done" | "failed";

/** What one look at an export shows. */
export type ExportStatus = {
  readonly export_id: string;
  readonly state: ExportState;
  readonly percent: number;
  /** How many leads the file has, once it is done. */
  readonly rows?: number;
  /** The size of the file, once it is done. */
  readonly bytes?: number;
  /** Where the file can be read, once it is done. */
  readonly uri?: string;
  /** What went wrong, if it failed. */
  readonly error?: string;
};

interface Job {
  readonly leads: readonly Lead[];
  polls: number;
}

/** What the first looks at an export show, one after the other; the next finds it finished. */
const STAGES = [
  { state: "pending", percent: 0 },
  { state: "running", percent: 35 },
  { state: "running", percent: 70 },
] as const satisfies readonly { state: ExportState; percent: number }[];

const MAX_JOBS = 100;

/**
 * Exports that take their time. Real ones follow a clock; these move on one stage each time that
 * somebody looks, so that a program sees the same states each time it runs.
 */
export class ExportJobs {
  readonly #jobs = new Map<string, Job>();
  #started = 0;

  /** Starts to export the leads, and forgets the oldest of a hundred exports. */
  start(leads: readonly Lead[]): string {
    const [oldest] = this.#jobs.keys();
    if (oldest !== undefined && this.#jobs.size >= MAX_JOBS) this.#jobs.delete(oldest);
    const id = `export-${++this.#started}`;
    this.#jobs.set(id, { leads, polls: 0 });
    return id;
  }

  /** One look at the export; throws where there is none of this id. */
  poll(export_id: string): ExportStatus {
    const job = this.#get(export_id);
    const stage = STAGES[job.polls++];
    if (stage) return { export_id, ...stage };
    if (job.leads.length === 0) {
      return { export_id, state: "failed", percent: 100, error: "No lead matches the filter" };
    }
    return {
      export_id,
      state: "done",
      percent: 100,
      rows: job.leads.length,
      bytes: new TextEncoder().encode(csvOf(job.leads)).length,
      uri: `crm://exports/${export_id}`,
    };
  }

  /** The exported file; throws while it is not done. */
  read(export_id: string): string {
    const job = this.#get(export_id);
    if (job.polls <= STAGES.length || job.leads.length === 0) {
      throw new Error(`Cannot read export: "${export_id}" is not done`);
    }
    return csvOf(job.leads);
  }

  #get(export_id: string): Job {
    const job = this.#jobs.get(export_id);
    if (!job) throw new Error(`Unknown export: there is no "${export_id}"`);
    return job;
  }
}

function csvOf(leads: readonly Lead[]): string {
  const columns = Object.keys(leads[0] ?? {}) as (keyof Lead)[];
  const lines = leads.map((lead) => columns.map((column) => csvCell(lead[column])).join(","));
  return [columns.join(","), ...lines, ""].join("\r\n");
}

function csvCell(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
