//! The binary `remold`.
fn main() {}
