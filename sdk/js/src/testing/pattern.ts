// Patterns of keys as Redis matches them.

/** Says whether a key matches a pattern of `*`, `?`, `[...]` and `\`, both as texts of bytes. */
export function matches(pattern: string, key: string): boolean {
  return new RegExp(`^${expressionOf(pattern)}$`, "s").test(key);
}

function expressionOf(pattern: string): string {
  const parts = pattern.matchAll(/\\(.)|\[(\^?)((?:\\.|[^\]])*)\]|\*+|\?|[^]/gs);
  return Array.from(parts, ([whole, escaped, not, inside]) => {
    if (escaped !== undefined) {
      return literal(escaped);
    }
    if (inside !== undefined) {
      return inside === "" ? (not === "" ? "(?!)" : ".") : `[${not}${inside.replace(/[[\]^]/g, "\\$&")}]`;
    }
    return whole.startsWith("*") ? ".*" : whole === "?" ? "." : literal(whole);
  }).join("");
}

function literal(sign: string): string {
  return sign.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
