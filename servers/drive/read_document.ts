// @generated airlock 1: drive/read_document
import { callMCPTool } from "../client.ts";

export type ReadDocumentInput = {
  /** Such as "doc-handbook" (/^doc-[a-z0-9-]{1,60}$/) */
  document_id: string;
  /** Characters to leave out at the beginning (>= 0, default 0) */
  offset?: number;
  /** 1..2000000, default 500000 */
  max_characters?: number;
};

export type ReadDocumentOutput = {
  document_id: string;
  /** <= 200 chars */
  title: string;
  text: string;
  /** Length of the whole text */
  characters: number;
  /** null if the text ends here */
  next_offset: number | null;
};

/**
 * Returns the text of a document. A text that is longer than max_characters comes in parts: pass next_offset back as offset to get the next one. Fails if there is no document with the id.
 * (read-only)
 * @example await read_document({ document_id: "..." })
 */
export function read_document(input: ReadDocumentInput): Promise<ReadDocumentOutput> {
  return callMCPTool("drive", "read_document", input);
}
