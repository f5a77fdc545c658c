//! Prints the definitions of the custom resources as YAML: `deploy/generate` calls it.

use std::io::Write as _;

fn main() -> std::io::Result<()> {
    std::io::stdout().write_all(remold_kube::definitions::yaml().as_bytes())
}
