import { stripTypeScriptTypes } from "node:module";

/** A module's JavaScript, or what the runtime has against its TypeScript. */
type Stripped =
  | {
    readonly js: string;
    /** A source map in JSON; absent where lines and columns are the author's. */
    readonly map?: string;
  }
  | { readonly error: string };

/** Turns TypeScript into JavaScript. */
export interface Stripper {
  /**
   * Types become blanks, so that positions stay; enums, namespaces and parameter properties need
   * code, and positions are then traced back.
   */
  strip(source: string): Promise<Stripped>;
}

const SOURCE_MAP = "\n//# sourceMappingURL=data:application/json;base64,";

/**
 * Turns TypeScript into JavaScript in this process: with the runtime's own parser, which is native.
 * A text of a few thousand brackets overflows its stack, and so ends the process, and a few hundred
 * bytes can hold it for ever: callers' texts come here only in a process that may be killed.
 */
function stripTypes(source: string): Stripped {
  try {
    return { js: stripTypeScriptTypes(source) };
  } catch {
    return transform(source);
  }
}

/** Strips in this process. */
export const STRIPS_HERE: Stripper = {
  strip: (source) => Promise.resolve().then(() => stripTypes(source)),
};

/** For what needs code: the positions change, and a source map tells how. */
function transform(source: string): Stripped {
  try {
    const code = stripTypeScriptTypes(source, { mode: "transform", sourceMap: true });
    const at = code.lastIndexOf(SOURCE_MAP);
    const map = Uint8Array.fromBase64(code.slice(at + SOURCE_MAP.length));
    return { js: code.slice(0, at), map: new TextDecoder().decode(map) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}
