/** The `@std/path/posix` functions in use, over the runtime's own `node:path/posix`. */
export { basename, normalize } from "node:path/posix";
