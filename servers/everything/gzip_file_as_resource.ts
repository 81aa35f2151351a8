// @generated airlock 1: everything/gzip-file-as-resource
import { callMCPTool } from "../client.ts";

export type GzipFileAsResourceInput = {
  /** Name of the output file (default "README.md.gz") */
  name?: string;
  /** URL or data URI of the file content to compress */
  data?: string;
  /** How the resulting gzipped file should be returned. 'resourceLink' returns a link to a resource that can be read later, 'resource' returns a full resource object. (default "resourceLink") */
  outputType?: "resourceLink" | "resource";
};

export type GzipFileAsResourceOutput = unknown;

/**
 * Compresses a single file using gzip compression. Depending upon the selected output type, returns either the compressed data as a gzipped resource or a resource link, allowing it to be downloaded in a subsequent request during the current session.
 * (not destructive, idempotent, open world)
 * @example await gzip_file_as_resource()
 */
export function gzip_file_as_resource(input: GzipFileAsResourceInput = {}): Promise<GzipFileAsResourceOutput> {
  return callMCPTool("everything", "gzip-file-as-resource", input);
}
