// @generated airlock 1: filesystem/read_media_file
import { callMCPTool } from "../client.ts";

export type ReadMediaFileInput = { path: string };

export type ReadMediaFileOutput = {
  content: ({ type: "image" | "audio"; data: string; mimeType: string } | { type: "resource"; resource: { uri: string; mimeType?: string; blob: string } })[];
};

/**
 * Read a file and return it as a base64-encoded content block with its MIME type. Image and audio files are returned as image/audio content; any other file type is returned as an embedded resource. Only works within allowed directories.
 * (read-only)
 * @example await read_media_file({ path: "..." })
 */
export function read_media_file(input: ReadMediaFileInput): Promise<ReadMediaFileOutput> {
  return callMCPTool("filesystem", "read_media_file", input);
}
