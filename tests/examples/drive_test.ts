import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { generateLeads } from "../../examples/servers/crm/seed/generate_leads.ts";
import { assertTools } from "./_assert_tools.ts";
import { connectServer } from "./_connect_server.ts";

interface Document {
  title: string;
  text: string;
  characters: number;
  next_offset: number | null;
}

interface Sheet {
  title: string;
  columns: string[];
  rows: unknown[][];
  total_rows: number;
  next_row: number | null;
}

interface Files {
  files: { id: string; kind: string; title: string; size: number }[];
}

Deno.test("drive describes and annotates every tool", async () => {
  await using drive = await connectServer("drive");
  assertTools(await drive.tools(), {
    list_files: "reads, idempotent, typed",
    search_files: "reads, idempotent",
    read_document: "reads, idempotent, typed",
    write_document: "destroys, idempotent",
    read_sheet: "reads, idempotent, typed",
    append_rows: "adds, typed",
    write_sheet: "destroys, idempotent",
    delete_file: "destroys, idempotent",
    get_thumbnail: "reads, idempotent",
  });
});

Deno.test("drive has a transcript of 50,000 model tokens, give or take two in a hundred", async () => {
  await using drive = await connectServer("drive");
  const { text, characters, next_offset } = await drive.structured<Document>("read_document", {
    document_id: "doc-transcript",
  });
  assertEquals([text.length, next_offset], [characters, null]);
  const modelTokens = countTokens(text);
  assert(modelTokens >= 49_000 && modelTokens <= 51_000, `${modelTokens} model tokens`);
});

Deno.test("drive starts with the same files each time", async () => {
  await using one = await connectServer("drive");
  await using other = await connectServer("drive");
  const { files } = await one.structured<Files>("list_files");
  assertEquals(files.map(({ id }) => id), [
    "doc-contract",
    "doc-handbook",
    "doc-transcript",
    "sheet-attendees",
    "sheet-expenses",
    "sheet-targets",
  ]);
  for (const { id, kind } of files) {
    const tool = `read_${kind}`;
    const args = { [`${kind}_id`]: id };
    assertEquals(await one.structured(tool, args), await other.structured(tool, args));
  }
});

Deno.test("drive list_files gives sizes, and only the kind asked for", async () => {
  await using drive = await connectServer("drive");
  const { files } = await drive.structured<Files>("list_files", { kind: "sheet" });
  assertEquals(files.map(({ kind }) => kind), ["sheet", "sheet", "sheet"]);
  assertEquals(files.map(({ size }) => size), [200, 1_000, 32]);
});

Deno.test("drive read_document returns parts that make the whole", async () => {
  await using drive = await connectServer("drive");
  const whole = await drive.structured<Document>("read_document", { document_id: "doc-contract" });
  let text = "";
  let offset: number | null = 0;
  while (offset !== null) {
    const part: Document = await drive.structured("read_document", {
      document_id: "doc-contract",
      offset,
      max_characters: 3_000,
    });
    assert(part.text.length > 0);
    text += part.text;
    offset = part.next_offset;
  }
  assertEquals(text, whole.text);
});

Deno.test("drive read_sheet pages through all rows", async () => {
  await using drive = await connectServer("drive");
  const read = (start_row: number) =>
    drive.structured<Sheet>("read_sheet", { sheet_id: "sheet-expenses", start_row, max_rows: 400 });
  const [first, second, third] = [await read(0), await read(400), await read(800)];
  assertEquals([first.next_row, second.next_row, third.next_row], [400, 800, null]);
  assertEquals([first.rows.length, second.rows.length, third.rows.length], [400, 400, 200]);
  assertEquals(first.total_rows, 1_000);
  assertEquals((await read(5_000)).rows, []);
});

Deno.test("drive sheet of attendees has the addresses that the CRM has", async () => {
  await using drive = await connectServer("drive");
  const { columns, rows } = await drive.structured<Sheet>("read_sheet", {
    sheet_id: "sheet-attendees",
  });
  const known = new Set([...generateLeads()].map(({ email }) => email));
  assertEquals(rows.length, 200);
  for (const row of rows) assert(known.has(String(row[columns.indexOf("email")])));
});

Deno.test("drive says which file is missing, or of the other kind", async () => {
  await using drive = await connectServer("drive");
  assertEquals(
    await drive.failure("read_document", { document_id: "doc-nothing" }),
    'Unknown file: there is no "doc-nothing"',
  );
  assertStringIncludes(
    await drive.failure("read_document", { document_id: "sheet-targets" }),
    "document_id",
  );
  assertStringIncludes(await drive.failure("get_thumbnail", { file_id: "doc-x" }), "Unknown file");
});

Deno.test("drive append_rows adds rows below, and none where one does not fit", async () => {
  await using drive = await connectServer("drive");
  const sheet_id = "sheet-targets";
  const added = [["US", "Q1", 1], [null, true, "later"]];
  assertEquals(await drive.structured("append_rows", { sheet_id, rows: added }), {
    sheet_id,
    total_rows: 34,
  });
  assertEquals(
    await drive.failure("append_rows", { sheet_id, rows: [["US", "Q2", 2], ["US", "Q3"]] }),
    'Cannot write rows: row 1 has 2 cells, "sheet-targets" has 3 columns',
  );
  const { rows } = await drive.structured<Sheet>("read_sheet", { sheet_id, start_row: 32 });
  assertEquals(rows, added);
});

Deno.test("drive write_sheet creates a sheet, then replaces it whole", async () => {
  await using drive = await connectServer("drive");
  const sheet_id = "sheet-new";
  const written = { sheet_id, title: "New", columns: ["a", "b"], rows: [[1, 2]] };
  assertEquals(await drive.json("write_sheet", written), {
    id: sheet_id,
    kind: "sheet",
    title: "New",
    size: 1,
  });
  await drive.json("write_sheet", { ...written, columns: ["c"], rows: [["x"], ["y"]] });
  const { columns, rows } = await drive.structured<Sheet>("read_sheet", { sheet_id });
  assertEquals([columns, rows] as unknown[], [["c"], [["x"], ["y"]]]);
  assertStringIncludes(await drive.failure("write_sheet", { ...written, rows: [[1]] }), "row 0");
});

Deno.test("drive write_document replaces a text, delete_file removes it for good", async () => {
  await using drive = await connectServer("drive");
  const document_id = "doc-handbook";
  await drive.json("write_document", { document_id, title: "Short", text: "Be kind." });
  const { title, text } = await drive.structured<Document>("read_document", { document_id });
  assertEquals([title, text], ["Short", "Be kind."]);
  assertEquals(await drive.json("delete_file", { file_id: document_id }), { deleted: document_id });
  assertStringIncludes(await drive.failure("read_document", { document_id }), "Unknown file");
  assertStringIncludes(
    await drive.failure("delete_file", { file_id: document_id }),
    "Unknown file",
  );
});

Deno.test("drive search_files returns links that can be read", async () => {
  await using drive = await connectServer("drive");
  const { content } = await drive.call("search_files", { query: "FRAMEWORK agreement" });
  const [summary, link] = content;
  assertEquals(summary, { type: "text", text: "1 found" });
  assert(link?.type === "resource_link");
  assertEquals([link.name, link.mimeType], ["doc-contract", "text/markdown"]);
  assertStringIncludes(await drive.resource(link.uri), "# Framework agreement");
  const { content: cells } = await drive.call("search_files", { query: "receipt missing" });
  assertEquals(cells.flatMap((block) => block.type === "resource_link" ? block.name : []), [
    "sheet-expenses",
  ]);
});

Deno.test("drive get_thumbnail returns a picture of 8 by 8 pixels", async () => {
  await using drive = await connectServer("drive");
  for (const file_id of ["doc-handbook", "sheet-targets"]) {
    const { content: [image] } = await drive.call("get_thumbnail", { file_id });
    assert(image?.type === "image");
    assertEquals(image.mimeType, "image/png");
    const bytes = Uint8Array.fromBase64(image.data);
    assertEquals(bytes.subarray(0, 8).toHex(), "89504e470d0a1a0a");
    const header = new DataView(bytes.buffer, bytes.byteOffset);
    assertEquals([header.getUint32(16), header.getUint32(20)], [8, 8]);
  }
});
