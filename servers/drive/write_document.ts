// @generated airlock 1: drive/write_document
import { callMCPTool } from "../client.ts";

export type WriteDocumentInput = {
  /** Such as "doc-handbook" (/^doc-[a-z0-9-]{1,60}$/) */
  document_id: string;
  /** <= 200 chars */
  title: string;
  /** <= 2000000 chars */
  text: string;
};

export type WriteDocumentOutput = unknown;

/**
 * Creates a document, or replaces title and text of the one that has the id. Returns the file without its text, as JSON.
 * (destructive, idempotent)
 * @example await write_document({ document_id: "...", title: "...", text: "..." })
 */
export function write_document(input: WriteDocumentInput): Promise<WriteDocumentOutput> {
  return callMCPTool("drive", "write_document", input);
}
