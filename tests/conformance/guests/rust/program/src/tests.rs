//! The same checks on the stand-in.

use remold_transform::Value;
use remold_transform::testing::{Host, Outcome};

use super::run;

#[test]
fn a_program() {
    let host = Host::new();
    host.put(("user:1", Value::hash([("n", "1")])));
    host.put(("user:2", Value::hash([("n", "2")])));
    host.put(("user:3", Value::text("not a hash")));
    assert_eq!(host.run(run), Outcome::Done);
    let entry = host.get("made:2").expect("the program made it");
    assert_eq!(entry.value, Value::list(["x"]));
}
