//! Whole migrations on real servers: the promises, held up.

mod announced;
mod bad_input;
mod checkpoints;
mod conflicts;
mod grants;
mod hosts;
mod killed;
mod large;
mod life;
mod lost;
mod recorded;
mod rolled_back;
mod shares;
mod stage;
mod stages;
mod steps;
mod three_versions;
mod traced;
mod troubled;
mod versions;
mod worker;
