// @generated airlock 1: memory
export * from "./add_observations.ts";
export * from "./create_entities.ts";
export * from "./create_relations.ts";
export * from "./delete_entities.ts";
export * from "./delete_observations.ts";
export * from "./delete_relations.ts";
export * from "./open_nodes.ts";
export * from "./read_graph.ts";
export * from "./search_nodes.ts";
