const BANNER = /^\/\/ @generated airlock [^\n]*\n/;
const IMPORT = /^import \{ callMCPTool \} from "\.\.\/client\.ts";\n/m;
const BODY = / \{\n {2}return callMCPTool\([^\n]*\);\n\}\s*$/;
const GAPS = /\n{2,}/g;

/**
 * What a model needs of a wrapper: its types, its documentation and its function, without what is
 * the same in every wrapper. A text that is no generated wrapper stays as it is.
 */
export function wrapperSignature(text: string): string {
  if (!BANNER.test(text)) return text.trim();
  const declared = text.replace(BANNER, "").replace(IMPORT, "").replace(BODY, ";");
  return declared.replace(GAPS, "\n").trim();
}
