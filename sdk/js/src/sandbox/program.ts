// What the component of a program exports, made of what the user's module exports.
import { context } from "#host";
import { keyspace } from "#host/program";
import { forgetParameters } from "../context.ts";
import type { Outcome } from "../outcome.ts";
import { randomOf } from "../random.ts";
import { drawFrom } from "./drawing.ts";
import { sayReturned, sayThrown } from "../verdict.ts";

/** Makes `run` of a function that is a program. */
export function program(run: () => Outcome): () => void {
  return () => {
    forgetParameters();
    drawFrom({ random: randomOf(context.seed()) });
    try {
      const outcome = run();
      if (outcome !== undefined) {
        sayReturned(keyspace, outcome);
      }
    } catch (error) {
      sayThrown(keyspace, error);
    }
  };
}
