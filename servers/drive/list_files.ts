// @generated airlock 1: drive/list_files
import { callMCPTool } from "../client.ts";

export type ListFilesInput = {
  /** Only files of this kind */
  kind?: "document" | "sheet";
};

export type ListFilesOutput = {
  files: {
    /** /^(doc|sheet)-[a-z0-9-]{1,60}$/ */
    id: string;
    kind: "document" | "sheet";
    /** <= 200 chars */
    title: string;
    /** Characters of a document, rows of a sheet */
    size: number;
  }[];
};

/**
 * Lists the documents and sheets of the drive, by id, without what is in them.
 * (read-only)
 * @example await list_files()
 */
export function list_files(input: ListFilesInput = {}): Promise<ListFilesOutput> {
  return callMCPTool("drive", "list_files", input);
}
