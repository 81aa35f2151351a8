/** A module's JavaScript, or what the runtime has against its TypeScript. */
export type Stripped =
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
