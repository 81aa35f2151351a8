import type { DriveDocument, DriveFile, DriveSheet, FileHeader, Row } from "./file.ts";

const MAX_FILES = 1_000;
const MAX_ROWS = 100_000;

/** The files of the drive, in memory: each process starts with the same ones. */
export class FileStore {
  readonly #files: Map<string, DriveFile>;

  /** Starts with these files. */
  constructor(files: readonly DriveFile[]) {
    this.#files = new Map(files.map((file) => [file.id, file]));
  }

  /** All files without what is in them, by id. */
  list(): FileHeader[] {
    return [...this.#files.values()].map(headerOf).sort((a, b) => a.id < b.id ? -1 : 1);
  }

  /** The headers of the files that have the text in their title or contents, whatever its case. */
  search(text: string): FileHeader[] {
    const wanted = text.toLowerCase();
    return this.list().filter(({ id, title }) =>
      `${title}\n${textOf(this.get(id))}`.toLowerCase().includes(wanted)
    );
  }

  /** The file with the id; throws where there is none. */
  get(id: string): DriveFile {
    const file = this.#files.get(id);
    if (!file) throw new Error(`Unknown file: there is no "${id}"`);
    return file;
  }

  /** The document with the id; throws where there is none. */
  getDocument(id: string): DriveDocument {
    const file = this.get(id);
    if (file.kind !== "document") throw new Error(`Not a document: "${id}" is a ${file.kind}`);
    return file;
  }

  /** The sheet with the id; throws where there is none. */
  getSheet(id: string): DriveSheet {
    const file = this.get(id);
    if (file.kind !== "sheet") throw new Error(`Not a sheet: "${id}" is a ${file.kind}`);
    return file;
  }

  /** Creates the file, or replaces the one that has its id. */
  write(file: DriveFile): FileHeader {
    if (file.kind === "sheet") checkRows(file, file.rows);
    if (!this.#files.has(file.id) && this.#files.size >= MAX_FILES) {
      throw new Error(`Cannot create file: the drive is full with ${MAX_FILES} files`);
    }
    this.#files.set(file.id, file);
    return headerOf(file);
  }

  /** Adds the rows below those that are there. */
  append(id: string, rows: readonly Row[]): FileHeader {
    const sheet = this.getSheet(id);
    checkRows(sheet, rows);
    if (sheet.rows.length + rows.length > MAX_ROWS) {
      throw new Error(`Cannot append rows: "${id}" may have ${MAX_ROWS} rows at most`);
    }
    return this.write({ ...sheet, rows: [...sheet.rows, ...rows] });
  }

  /** Removes the file for good; throws where there is none. */
  delete(id: string): void {
    this.get(id);
    this.#files.delete(id);
  }
}

function headerOf(file: DriveFile): FileHeader {
  const { id, kind, title } = file;
  return { id, kind, title, size: kind === "document" ? file.text.length : file.rows.length };
}

/** A file as plain text; a sheet has a line a row and tabs between its cells. */
export function textOf(file: DriveFile): string {
  if (file.kind === "document") return file.text;
  return [file.columns, ...file.rows].map((row) => row.join("\t")).join("\n");
}

function checkRows({ id, columns }: DriveSheet, rows: readonly Row[]): void {
  const wrong = rows.findIndex((row) => row.length !== columns.length);
  if (wrong < 0) return;
  throw new Error(
    `Cannot write rows: row ${wrong} has ${rows[wrong]?.length} cells, ` +
      `"${id}" has ${columns.length} columns`,
  );
}
