/**
 * A process without any permission that turns TypeScript into JavaScript: frames of source text on
 * standard input, frames of `{js}`, `{js, map}` or `{error}` on standard output, ids kept.
 */
import { stripTypeScriptTypes } from "node:module";
import { FrameWriter } from "../rpc/frame_writer.ts";
import { decodeBody, readFrames } from "../rpc/frames.ts";

const SOURCE_MAP = "\n//# sourceMappingURL=data:application/json;base64,";

const output = new FrameWriter(Deno.stdout);
for await (const frames of readFrames(Deno.stdin, 2 ** 32 - 1)) {
  for (const frame of frames) await output.send(0, frame.id, strip(decodeBody(frame) as string));
}

function strip(source: string): { js: string; map?: string } | { error: string } {
  try {
    return { js: stripTypeScriptTypes(source) };
  } catch {
    return transform(source);
  }
}

/** For what needs code: the positions change, and a source map tells how. */
function transform(source: string): { js: string; map?: string } | { error: string } {
  try {
    const code = stripTypeScriptTypes(source, { mode: "transform", sourceMap: true });
    const at = code.lastIndexOf(SOURCE_MAP);
    const map = Uint8Array.fromBase64(code.slice(at + SOURCE_MAP.length));
    return { js: code.slice(0, at), map: new TextDecoder().decode(map) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
