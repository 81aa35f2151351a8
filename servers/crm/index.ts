// @generated airlock 1: crm
export * from "./delete_lead.ts";
export * from "./export_status.ts";
export * from "./get_lead.ts";
export * from "./get_note.ts";
export * from "./import_note.ts";
export * from "./list_leads.ts";
export * from "./list_notes.ts";
export * from "./list_sent_emails.ts";
export * from "./search_leads.ts";
export * from "./send_email.ts";
export * from "./start_export.ts";
export * from "./update_lead.ts";
