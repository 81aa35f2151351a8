/** Changes whenever the same catalogue would give other wrappers; in every banner and lock entry. */
export const GENERATOR_VERSION = "1";
