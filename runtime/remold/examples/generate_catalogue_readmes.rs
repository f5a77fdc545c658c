//! Writes the generated parts of the catalogue's READMEs anew: the table of parameters and the example.

use std::fs;
use std::path::Path;

fn main() -> Result<(), std::io::Error> {
    let transforms = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../transforms");
    for ready in remold::catalogue() {
        let text = ready.readme_anew();
        let text = text.expect("a README has the marks of its generated parts");
        fs::write(transforms.join(ready.name()).join("README.md"), text)?;
    }
    Ok(())
}
