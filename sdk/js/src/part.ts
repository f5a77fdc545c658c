// What the parts of a record have in common: the number of the record, and reading by pages.

/** How many elements are read at once. */
const PAGE = 256;

/** A view of a record's value by its kind. Each use of one fails if the record holds another kind. */
export abstract class Part {
  /** @internal The number of the record in the host. */
  protected readonly index: number;
  /** @internal How often elements were taken away or moved, if they were, which an iteration must not miss. */
  protected moves?: number;

  /** @internal */
  constructor(index: number) {
    this.index = index;
  }

  /** @internal Notes that elements are taken away or moved. */
  protected moved(): void {
    this.moves = (this.moves ?? 0) + 1;
  }

  /** @internal Walks elements that the host hands out by pages. */
  protected *pages<T>(read: (start: number, limit: number) => T[]): Generator<T, void, undefined> {
    const before = this.moves;
    for (let start = 0; ; ) {
      const page = read(start, PAGE);
      if (page.length === 0) {
        return;
      }
      for (const element of page) {
        yield element;
        if (this.moves !== before) {
          throw new Error("elements were removed or moved while they were iterated over; iterate over a copy: [...]");
        }
      }
      start += page.length;
    }
  }
}
