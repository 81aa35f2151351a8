/**
 * Files of the workspace, for the module `airlock`. A file is written beside its place and then moved
 * there: a reader, or a run after one that was ended, finds the whole old file or the whole new one.
 */

/** A row of a table. */
export type Row = Readonly<Record<string, unknown>>;

/** Lines or rows that are there, or that come one by one. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** How {@linkcode saveCsv} writes rows. */
export interface SaveCsvOptions {
  /** The columns in their order. Default: the keys of the first row. */
  readonly columns?: readonly string[];
  /** Default: a comma. */
  readonly separator?: string;
}

/** How {@linkcode loadCsv} and {@linkcode readCsv} read rows. */
export interface LoadCsvOptions {
  /** Default: a comma. */
  readonly separator?: string;
}

/** What a large file is written in parts of, in characters. */
const PART_LENGTH = 64 * 1024;

/** Saves a value as JSON. */
export async function saveJson(path: string, value: unknown): Promise<void> {
  const text = JSON.stringify(value, null, 2);
  if (text === undefined) throw new TypeError(`Cannot save "${path}": the value has no JSON form`);
  await saveText(path, [text, "\n"]);
}

/** Loads a value that was saved as JSON; gives `missing` where there is no such file, if it is given. */
export async function loadJson<T = unknown>(path: string, ...missing: [T?]): Promise<T> {
  try {
    return JSON.parse(await Deno.readTextFile(placeOf(path))) as T;
  } catch (error) {
    if (missing.length > 0 && error instanceof Deno.errors.NotFound) return missing[0] as T;
    throw error;
  }
}

/** Saves rows as CSV, also more of them than the memory holds; gives how many there were. */
export async function saveCsv(
  path: string,
  rows: Items<Row>,
  { columns, separator = "," }: SaveCsvOptions = {},
): Promise<number> {
  let count = 0;
  async function* lines(): AsyncGenerator<string> {
    let known = columns;
    if (known !== undefined) yield csvLine(known, separator);
    for await (const row of rows) {
      if (known === undefined) {
        known = Object.keys(row);
        yield csvLine(known, separator);
      }
      const other = columns === undefined && Object.keys(row).find((key) => !known!.includes(key));
      if (typeof other === "string") {
        throw new TypeError(
          `Cannot save "${path}": row ${count + 1} has "${other}", which the first row has not; ` +
            "name the columns",
        );
      }
      yield csvLine(known.map((column) => row[column]), separator);
      count++;
    }
  }
  await saveText(path, lines());
  return count;
}

/** Loads all rows of a CSV file; every value is a text. */
export async function loadCsv(
  path: string,
  options: LoadCsvOptions = {},
): Promise<Record<string, string>[]> {
  return await Array.fromAsync(readCsv(path, options));
}

/** Reads the rows of a CSV file one by one, also of one that the memory does not hold. */
export async function* readCsv(
  path: string,
  { separator = "," }: LoadCsvOptions = {},
): AsyncGenerator<Record<string, string>> {
  let columns: readonly string[] | undefined;
  for await (const record of csvRecords(partsOf(path), separator)) {
    if (columns === undefined) columns = record;
    else yield Object.fromEntries(columns.map((column, at) => [column, record[at] ?? ""]));
  }
}

/** Saves lines, also more of them than the memory holds; gives how many there were. */
export async function writeLines(path: string, lines: Items<string>): Promise<number> {
  let count = 0;
  async function* ended(): AsyncGenerator<string> {
    for await (const line of lines) {
      yield `${line}\n`;
      count++;
    }
  }
  await saveText(path, ended());
  return count;
}

/** Reads the lines of a file one by one, also of one that the memory does not hold. */
export async function* readLines(path: string): AsyncGenerator<string> {
  let rest = "";
  for await (const part of partsOf(path)) {
    const lines = (rest + part).split("\n");
    rest = lines.pop()!;
    for (const line of lines) yield line.endsWith("\r") ? line.slice(0, -1) : line;
  }
  if (rest !== "") yield rest;
}

/** Adds lines at the end of a file, all of them at once, so that runs at once do not mix theirs. */
export async function appendLines(path: string, lines: Iterable<string>): Promise<void> {
  const text = [...lines].map((line) => `${line}\n`).join("");
  const place = placeOf(path);
  await makeFolderOf(place);
  await Deno.writeTextFile(place, text, { append: true });
}

async function saveText(path: string, parts: Items<string>): Promise<void> {
  const place = placeOf(path);
  await makeFolderOf(place);
  const beside = `${place}.${crypto.randomUUID().slice(0, 8)}.part`;
  try {
    const file = await Deno.open(beside, { write: true, createNew: true });
    try {
      await writeParts(file, parts);
    } finally {
      file.close();
    }
    await Deno.rename(beside, place);
  } catch (error) {
    await Deno.remove(beside).catch(() => {});
    throw error;
  }
}

async function writeParts(file: Deno.FsFile, parts: Items<string>): Promise<void> {
  const encoder = new TextEncoder();
  let waiting = "";
  for await (const part of parts) {
    waiting += part;
    if (waiting.length < PART_LENGTH) continue;
    await writeAll(file, encoder.encode(waiting));
    waiting = "";
  }
  await writeAll(file, encoder.encode(waiting));
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}

async function* partsOf(path: string): AsyncGenerator<string> {
  const file = await Deno.open(placeOf(path));
  for await (const part of file.readable.pipeThrough(new TextDecoderStream())) yield part;
}

/** `a.csv`, `workspace/a.csv` and `./workspace/a.csv` are one file. */
function placeOf(path: string): string {
  const inside = String(path).replace(/^(\.\/)*(workspace\/)?/, "");
  const isPath = inside !== "" && !inside.startsWith("/") && !inside.split("/").includes("..");
  if (isPath) return `./workspace/${inside}`;
  throw new TypeError(`Cannot use file "${path}": its path must lead into ./workspace/`);
}

async function makeFolderOf(place: string): Promise<void> {
  const folder = place.slice(0, place.lastIndexOf("/"));
  if (folder !== "./workspace") await Deno.mkdir(folder, { recursive: true });
}

function csvLine(values: readonly unknown[], separator: string): string {
  return `${values.map((value) => csvValue(value, separator)).join(separator)}\r\n`;
}

function csvValue(value: unknown, separator: string): string {
  if (value === undefined || value === null) return "";
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  const isPlain = !text.includes(separator) && !/["\r\n]/.test(text);
  return isPlain ? text : `"${text.replaceAll('"', '""')}"`;
}

/** Where a reader of CSV stands. */
type CsvPlace = "start" | "plain" | "quoted" | "quote_in_quoted";

/** The records of CSV (RFC 4180), whose parts may end anywhere. */
async function* csvRecords(
  parts: AsyncIterable<string>,
  separator: string,
): AsyncGenerator<string[]> {
  let record: string[] = [];
  let value = "";
  let place: CsvPlace = "start";
  let isFirst = true;
  for await (const part of parts) {
    const text = isFirst ? part.replace(/^\uFEFF/, "") : part;
    isFirst = false;
    for (const sign of text) {
      if (place === "quoted") {
        if (sign === '"') place = "quote_in_quoted";
        else value += sign;
      } else if (sign === '"' && place !== "plain") {
        if (place === "quote_in_quoted") value += sign;
        place = "quoted";
      } else if (sign === separator) {
        record.push(value);
        [value, place] = ["", "start"];
      } else if (sign === "\n") {
        record.push(value);
        if (record.length > 1 || record[0] !== "") yield record;
        [record, value, place] = [[], "", "start"];
      } else if (sign !== "\r") {
        value += sign;
        place = "plain";
      }
    }
  }
  if (value !== "" || record.length > 0 || place !== "start") yield [...record, value];
}
