// @ts-types="@modelcontextprotocol/sdk/server/mcp"
import { type McpServer, ResourceTemplate } from "@modelcontextprotocol/sdk/server/mcp.js";
import type { Resource, ResourceLink } from "@modelcontextprotocol/sdk/types";
import type { FileHeader } from "../file.ts";
import { type FileStore, textOf } from "../file_store.ts";

const MIME_TYPES: Readonly<Record<FileHeader["kind"], string>> = {
  document: "text/markdown",
  sheet: "text/tab-separated-values",
};

/** Makes the files readable as `drive://files/{file_id}`. */
export function registerFileContents(server: McpServer, drive: FileStore): void {
  const list = () => ({ resources: drive.list().map(describe) });
  server.registerResource(
    "file",
    new ResourceTemplate("drive://files/{file_id}", { list }),
    { title: "Files of the drive" },
    (uri, { file_id }) => {
      const file = drive.get(String(file_id));
      return {
        contents: [{ uri: uri.href, mimeType: MIME_TYPES[file.kind], text: textOf(file) }],
      };
    },
  );
}

/** A link to what is in the file. */
export function linkTo(file: FileHeader): ResourceLink {
  return { type: "resource_link", ...describe(file) };
}

function describe({ id, kind, title }: FileHeader): Resource {
  return { uri: `drive://files/${id}`, name: id, title, mimeType: MIME_TYPES[kind] };
}
