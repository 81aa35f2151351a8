import { saveCsv } from "airlock";

/** A page of rows, and where the next one begins. */
export interface Page<Cursor> {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Absent or null on the last page. */
  readonly next?: Cursor | null | undefined;
}

/** Options of {@linkcode exportRowsCsv}. */
export interface ExportOptions<Cursor> {
  /** Such as `./workspace/leads.csv`. */
  readonly path: string;
  /** Reads one page: calls the tool. The first one has no cursor. */
  readonly readPage: (cursor: Cursor | undefined) => Promise<Page<Cursor>>;
  /** In their order. Default: those of the first row. */
  readonly columns?: readonly string[];
  /** Default: 10,000. */
  readonly maxPages?: number;
}

/** Exports a sheet or a table as CSV, page by page; gives how many rows there are. */
export async function exportRowsCsv<Cursor>(
  { path, readPage, columns, maxPages = 10_000 }: ExportOptions<Cursor>,
): Promise<{ path: string; rows: number; pages: number }> {
  let pages = 0;
  async function* rows() {
    let cursor: Cursor | undefined;
    for (;;) {
      if (pages === maxPages) throw new Error(`Cannot export: more than ${maxPages} pages`);
      const page = await readPage(cursor);
      pages++;
      yield* page.rows;
      if (page.next === undefined || page.next === null) return;
      // A server that gives the same page for ever would fill the workspace.
      if (page.next === cursor) throw new Error("Cannot export: the next page is the same again");
      cursor = page.next;
    }
  }
  const count = await saveCsv(path, rows(), columns === undefined ? {} : { columns });
  return { path, rows: count, pages };
}
