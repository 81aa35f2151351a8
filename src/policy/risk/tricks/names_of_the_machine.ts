/** Names that make code out of text. */
export const CODE_MAKERS = new Set(["eval", "Function", "ShadowRealm"]);

/** Names that stand for all others. */
export const GLOBAL_OBJECTS = new Set(["globalThis", "self", "window", "global"]);

/** Names of what a worker has not, or should not need. */
export const MACHINE = new Set([
  "Worker",
  "WebAssembly",
  "require",
  "process",
  "SharedArrayBuffer",
]);
