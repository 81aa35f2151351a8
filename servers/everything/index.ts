// @generated airlock 1: everything
export * from "./echo.ts";
export * from "./get_annotated_message.ts";
export * from "./get_env.ts";
export * from "./get_resource_links.ts";
export * from "./get_resource_reference.ts";
export * from "./get_structured_content.ts";
export * from "./get_sum.ts";
export * from "./get_tiny_image.ts";
export * from "./gzip_file_as_resource.ts";
export * from "./simulate_research_query.ts";
export * from "./toggle_simulated_logging.ts";
export * from "./toggle_subscriber_updates.ts";
export * from "./trigger_long_running_operation.ts";
