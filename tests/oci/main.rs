//! Components in a real OCI registry, through the command line: pushed, pulled, pinned, signed by the real cosign, refused.
//!
//! The registry is Debian's `docker-registry`, cosign is Debian's too (`registry.sh`); what cosign 3 writes is recorded in
//! `recorded/`, for no stable Debian has it yet.

mod house;
mod http;
mod login;
mod migrated;
mod pushed;
mod recorded;
mod refused;
mod signed;
mod strange;
mod tls;
mod tokens;
