// Texts on their way to the host and back. AssemblyScript has UTF-16 in memory that it collects by itself, the host has
// UTF-8 in memory that it asks for by `cabi_realloc`.

/** Gives the host memory for what it returns. The allocator aligns to 16, which is enough for everything. */
export function cabi_realloc(old: usize, oldSize: usize, alignment: usize, size: usize): usize {
  return old == 0 ? heap.alloc(size) : heap.realloc(old, size);
}

/** Encodes a text for the host. */
export function utf8(text: string): ArrayBuffer {
  return String.UTF8.encode(text);
}

/** Takes a text over that the host has returned, and frees its memory. */
export function taken(pointer: usize, length: usize): string {
  if (length == 0) {
    return "";
  }
  const text = String.UTF8.decodeUnsafe(pointer, length);
  heap.free(pointer);
  return text;
}
