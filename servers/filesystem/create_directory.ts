// @generated airlock 1: filesystem/create_directory
import { callMCPTool } from "../client.ts";

export type CreateDirectoryInput = { path: string };

export type CreateDirectoryOutput = { content: string };

/**
 * Create a new directory or ensure a directory exists. Can create multiple nested directories in one operation. If the directory already exists, this operation will succeed silently. Perfect for setting up directory structures for projects or ensuring required paths exist. Only works within allowed directories.
 * (not destructive, idempotent)
 * @example await create_directory({ path: "..." })
 */
export function create_directory(input: CreateDirectoryInput): Promise<CreateDirectoryOutput> {
  return callMCPTool("filesystem", "create_directory", input);
}
