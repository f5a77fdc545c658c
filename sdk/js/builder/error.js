// The error of a build that the user can mend.

/** Says what is wrong with a project. An empty message: it was told already. */
export class BuildError extends Error {}
