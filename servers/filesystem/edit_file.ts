// @generated airlock 1: filesystem/edit_file
import { callMCPTool } from "../client.ts";

export type EditFileInput = {
  path: string;
  edits: {
    /** Text to search for - must match exactly */
    oldText: string;
    /** Text to replace with */
    newText: string;
  }[];
  /** Preview changes using git-style diff format */
  dryRun?: boolean;
};

export type EditFileOutput = { content: string };

/**
 * Make line-based edits to a text file. Each edit replaces exact line sequences with new content. Returns a git-style diff showing the changes made. Only works within allowed directories.
 * (destructive)
 * @example await edit_file({ path: "...", edits: [{ oldText: "...", newText: "..." }] })
 */
export function edit_file(input: EditFileInput): Promise<EditFileOutput> {
  return callMCPTool("filesystem", "edit_file", input);
}
