//! Hostile guests in every language, in a real run: each costs its own record, with a typed reason, and the process, the
//! other workers and the run go on. And guests that keep state, which is told.

mod guests;
mod run;
mod state;
