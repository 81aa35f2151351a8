/** Makes a call as a model does that has the definition in its context. */
export type ClassicCall = (server: string, tool: string, input: object) => Promise<Answer>;

// deno-lint-ignore no-explicit-any -- a model reads whatever comes
type Answer = any;

/** One task, done in both ways. */
export interface Workflow {
  readonly name: string;
  /** What is connected: both sample servers, also among the shared catalogues, or five tools. */
  readonly connected: readonly Connected[];
  /** A file of examples/, or the program itself. */
  readonly program: { readonly file: string } | { readonly code: string };
  /** What a model asks of Airlock before it writes the program. */
  readonly finding: {
    readonly searches: readonly {
      readonly query: string;
      readonly limit: number;
      /** Default: "description". */
      readonly detail?: "name";
    }[];
    /** The tools whose types it reads. */
    readonly read: readonly string[];
  };
  /** The same calls without a program, each a turn. */
  classic(call: ClassicCall): Promise<void>;
}

/** What is connected. */
export type Connected = "2 servers" | "19 servers" | "5 tools";

const ONE_CALL = `import { get_lead } from "./servers/crm/get_lead.ts";
const { name, status } = await get_lead({ lead_id: "lead-00042" });
return { name, status };`;

const TWO_CALLS = `import { get_lead } from "./servers/crm/get_lead.ts";
import { send_email } from "./servers/crm/send_email.ts";
const { email } = await get_lead({ lead_id: "lead-00042" });
return await send_email({ to: email, subject: "Hello", body: "Shall we talk this week?" });`;

/** All workflows of the table. */
export const WORKFLOWS: readonly Workflow[] = [
  {
    name: "filter 10,000 rows",
    connected: ["2 servers", "19 servers"],
    program: { file: "leads.ts" },
    finding: {
      searches: [{ query: "list CRM leads by status and country", limit: 5 }],
      read: ["crm/list_leads"],
    },
    async classic(call) {
      await call("crm", "list_leads", { limit: 10_000 });
    },
  },
  {
    name: "copy a text of 50,000 tokens",
    connected: ["2 servers", "19 servers"],
    program: { file: "transcript_to_crm.ts" },
    finding: {
      searches: [{ query: "read a document and import it as a note of a lead", limit: 5 }],
      read: ["drive/read_document", "crm/import_note"],
    },
    async classic(call) {
      const { title, text } = await call("drive", "read_document", {
        document_id: "doc-transcript",
      });
      await call("crm", "import_note", { lead_id: "lead-00042", title, text });
    },
  },
  {
    name: "wait for a job (poll)",
    connected: ["2 servers", "19 servers"],
    program: { file: "poll_until_done.ts" },
    finding: {
      searches: [{ query: "start an export of leads and look at its status", limit: 5 }],
      read: ["crm/start_export", "crm/export_status"],
    },
    async classic(call) {
      const { export_id } = await call("crm", "start_export", { status: "won", country: "PL" });
      let state = "";
      while (state !== "done") {
        state = (await call("crm", "export_status", { export_id })).state;
      }
    },
  },
  {
    name: "pipeline of ten tools",
    connected: ["2 servers", "19 servers"],
    program: { file: "webinar_follow_up.ts" },
    finding: {
      searches: [
        {
          query: "list files of the drive; read a document; read and write sheets",
          limit: 8,
          detail: "name",
        },
        {
          query: "list leads, get a lead, update it, list and import its notes, send it an e-mail",
          limit: 10,
          detail: "name",
        },
      ],
      read: [
        "drive/list_files",
        "drive/read_document",
        "drive/read_sheet",
        "drive/write_sheet",
        "crm/list_leads",
        "crm/get_lead",
        "crm/update_lead",
        "crm/list_notes",
        "crm/import_note",
        "crm/send_email",
      ],
    },
    classic: followUp,
  },
  {
    name: "one small call",
    connected: ["5 tools", "19 servers"],
    program: { code: ONE_CALL },
    finding: { searches: [{ query: "get a lead by id", limit: 3 }], read: ["crm/get_lead"] },
    async classic(call) {
      await call("crm", "get_lead", { lead_id: "lead-00042" });
    },
  },
  {
    name: "two small calls",
    connected: ["5 tools", "19 servers"],
    program: { code: TWO_CALLS },
    finding: {
      searches: [{ query: "get a lead and send it an e-mail", limit: 4 }],
      read: ["crm/get_lead", "crm/send_email"],
    },
    async classic(call) {
      const { email } = await call("crm", "get_lead", { lead_id: "lead-00042" });
      const letter = { subject: "Hello", body: "Shall we talk this week?" };
      await call("crm", "send_email", { to: email, ...letter });
    },
  },
];

/** The calls of examples/webinar_follow_up.ts. */
async function followUp(call: ClassicCall): Promise<void> {
  await call("drive", "list_files", {});
  const { rows } = await call("drive", "read_sheet", { sheet_id: "sheet-attendees" });
  await call("drive", "read_document", { document_id: "doc-handbook" });
  const filter = { status: "qualified", min_score: 60, limit: 1_000 };
  const { leads } = await call("crm", "list_leads", filter);
  const minutes = new Map<string, number>(
    rows.map(([, email, , attended]: [string, string, string, number]) => [email, attended]),
  );
  const joined = leads.filter(({ email }: { email: string }) => minutes.has(email)).sort((
    a: { email: string },
    b: { email: string },
  ) => minutes.get(b.email)! - minutes.get(a.email)!);
  const lead = await call("crm", "get_lead", { lead_id: joined[0].id });
  await call("crm", "list_notes", { lead_id: lead.id });
  const text = `Attended ${minutes.get(lead.email)} minutes. A lead is qualified when …`;
  await call("crm", "import_note", { lead_id: lead.id, title: "Webinar", text });
  await call("crm", "update_lead", { lead_id: lead.id, score: Math.min(100, lead.score + 10) });
  await call("drive", "write_sheet", {
    sheet_id: "sheet-follow-up",
    title: "Webinar follow-up",
    columns: ["lead", "minutes"],
    rows: joined.map(({ id, email }: { id: string; email: string }) => [id, minutes.get(email)]),
  });
  const body = "Shall we talk about your plans this week?";
  await call("crm", "send_email", { to: lead.email, subject: "Thank you for joining", body });
}
