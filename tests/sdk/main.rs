//! The SDKs: the same transforms in every language give the same results, in the sandbox and on a server.
//!
//! What is built is kept in the tests' cache, by a digest of its sources; `toolchains.sh` fetches what builds it.

mod beginning;
mod cases;
mod servers;
mod templates;
mod units;
mod watching;
