// @generated airlock 1: filesystem
export * from "./create_directory.ts";
export * from "./directory_tree.ts";
export * from "./edit_file.ts";
export * from "./get_file_info.ts";
export * from "./list_allowed_directories.ts";
export * from "./list_directory.ts";
export * from "./list_directory_with_sizes.ts";
export * from "./move_file.ts";
export * from "./read_file.ts";
export * from "./read_media_file.ts";
export * from "./read_multiple_files.ts";
export * from "./read_text_file.ts";
export * from "./search_files.ts";
export * from "./write_file.ts";
