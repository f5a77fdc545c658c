//! Writes `data.rdb` of every story in `examples/` anew: `cargo run -p remold-tests --example make_example_data`.
//! A test compares the committed files with what this makes.

use std::path::Path;

use remold_tests::ExampleData;

fn main() -> std::io::Result<()> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    for data in ExampleData::all() {
        let folder = examples.join(data.folder);
        std::fs::create_dir_all(&folder)?;
        std::fs::write(folder.join("data.rdb"), data.file())?;
    }
    Ok(())
}
