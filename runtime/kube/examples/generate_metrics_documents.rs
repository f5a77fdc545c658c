//! Writes what is made of the table of metrics: `docs/reference/metrics.md`, and the chart's alerts and dashboard.

use std::io::Result;
use std::path::Path;

fn main() -> Result<()> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (place, text) in remold_kube::metrics::documents() {
        let file = repository.join(place);
        if let Some(folder) = file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(file, text)?;
    }
    Ok(())
}
