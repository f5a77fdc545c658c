// Where Math.random draws from in the sandbox: the random numbers of the record that is being transformed.

/** What random numbers are drawn from. */
export interface Source {
  random(): number;
}

let source: Source | null = null;

/** Draws from a record, or a program's own numbers, from now on. Null: there is nothing to draw from. */
export function drawFrom(next: Source | null): void {
  source = next;
}

/** Draws a number from 0 up to, and without, 1. */
export function draw(): number {
  if (source === null) {
    throw new Error("Math.random() belongs to no record here; in a batch use batch.record(i).random()");
  }
  return source.random();
}
