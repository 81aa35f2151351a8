// @generated airlock 1: drive
export * from "./append_rows.ts";
export * from "./delete_file.ts";
export * from "./get_thumbnail.ts";
export * from "./list_files.ts";
export * from "./read_document.ts";
export * from "./read_sheet.ts";
export * from "./search_files.ts";
export * from "./write_document.ts";
export * from "./write_sheet.ts";
