// @generated airlock 1: filesystem/move_file
import { callMCPTool } from "../client.ts";

export type MoveFileInput = { source: string; destination: string };

export type MoveFileOutput = { content: string };

/**
 * Move or rename files and directories. Can move files between directories and rename them in a single operation. If the destination exists, the operation will fail. Works across different directories and can be used for simple renaming within the same directory. Both source and destination must be within allowed directories.
 * (destructive)
 * @example await move_file({ source: "...", destination: "..." })
 */
export function move_file(input: MoveFileInput): Promise<MoveFileOutput> {
  return callMCPTool("filesystem", "move_file", input);
}
