import type { McpServer } from "@modelcontextprotocol/sdk/server/mcp";
import { z } from "zod";
import type { FileStore } from "../file_store.ts";
import { linkTo } from "../resources/file_contents.ts";

/** Adds the tool that finds files by a text. */
export function registerSearchFiles(server: McpServer, drive: FileStore): void {
  server.registerTool("search_files", {
    title: "Search files",
    description: "Finds the files that have a text in their title, text or cells, whatever its " +
      "case. Returns a resource link for each, by id.",
    inputSchema: { query: z.string().min(2).max(200).describe("Text to look for; no wildcards") },
    annotations: {
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    },
  }, ({ query }) => {
    const found = drive.search(query);
    return { content: [{ type: "text", text: `${found.length} found` }, ...found.map(linkTo)] };
  });
}
