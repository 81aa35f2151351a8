/** One name for a server and a tool of it: that of no other pair. */
export function nameTool({ server, tool }: { server: string; tool: string }): string {
  return JSON.stringify([server, tool]);
}
