import { z } from "zod";

/** The id of a document. */
export const documentId = z.string().regex(/^doc-[a-z0-9-]{1,60}$/).describe(
  'Such as "doc-handbook"',
);

/** The id of a sheet. */
export const sheetId = z.string().regex(/^sheet-[a-z0-9-]{1,60}$/).describe(
  'Such as "sheet-targets"',
);

/** The id of a file of either kind. */
export const fileId = z.string().regex(/^(doc|sheet)-[a-z0-9-]{1,60}$/);

/** What a file may be called. */
export const fileTitle = z.string().min(1).max(200);

/** One cell of a sheet; null where it is empty. */
export const cell = z.union([z.string().max(10_000), z.number(), z.boolean(), z.null()]);

/** Rows of a sheet, each with one cell a column. */
export const rows = z.array(z.array(cell)).max(10_000);

/** A file without what is in it. */
export const fileHeader = z.object({
  id: fileId,
  kind: z.enum(["document", "sheet"]),
  title: fileTitle,
  size: z.int().describe("Characters of a document, rows of a sheet"),
});

/** A file without what is in it. */
export type FileHeader = z.infer<typeof fileHeader>;

/** One row of a sheet. */
export type Row = z.infer<typeof rows>[number];

/** A text. */
export interface DriveDocument {
  readonly kind: "document";
  readonly id: string;
  readonly title: string;
  readonly text: string;
}

/** A table. */
export interface DriveSheet {
  readonly kind: "sheet";
  readonly id: string;
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** A file of either kind. */
export type DriveFile = DriveDocument | DriveSheet;
