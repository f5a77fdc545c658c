//! A valid record is held against its schema without an allocation. Of the formats only those of addresses (`email` and its like)
//! take one: the package that knows their form copies what it reads.

use peak_alloc::PeakAlloc;
use remold_host_api::{Bytes, Collection, HashField, Value};
use remold_schema::{Definition, Occasion, References, Seen};

#[global_allocator]
static ALLOCATOR: PeakAlloc = PeakAlloc;

const USER: &str = "
apiVersion: remold.dev/v1alpha1
kind: RedisSchema
metadata: { name: user-1.0.0 }
spec:
  subject: user
  version: 1.0.0
  keys: \"user:{id:integer}\"
  type: hash
  ttl: { max: 30d }
  schema:
    type: object
    required: [name, account, born]
    additionalProperties: false
    properties:
      name: { type: string, minLength: 1, maxLength: 100 }
      account: { type: string, format: uuid }
      born: { type: string, format: date }
      age: { type: integer, minimum: 0, maximum: 150 }
      active: { type: boolean }
      score: { type: number }
      plan: { type: string, enum: [free, pro, team] }
      logins: { type: integer, minimum: 0 }
";

#[test]
fn a_valid_record_costs_no_allocation() {
    let definition = Definition::read("user.yaml", USER, &References::new());
    let definition = definition.unwrap_or_else(|errors| panic!("{errors}"));
    let fields = [
        ("name", "Ada Lovelace"),
        ("account", "67e55044-10b1-426f-9247-bb680e5fe0c8"),
        ("born", "1815-12-10"),
        ("age", "36"),
        ("active", "true"),
        ("score", "12.5"),
        ("plan", "pro"),
        ("logins", "1234"),
    ];
    let field = |(name, value): (&'static str, &'static str)| HashField {
        name: Bytes::from_static(name.as_bytes()),
        value: Bytes::from_static(value.as_bytes()),
        expires_at: None,
    };
    let value = Value::Hash(fields.map(field).into_iter().collect::<Collection<_>>());
    let key = Bytes::from_static(b"user:1234567");
    let seen = Seen {
        key: &key,
        value: &value,
        expires_at: Some(1000),
    };
    // What is made once, such as the caches of a pattern, is made now.
    assert!(definition.accepts(seen, 0, Occasion::Written));
    let before = ALLOCATOR.current_usage();
    ALLOCATOR.reset_peak_usage();
    for _ in 0..1000 {
        assert!(definition.accepts(seen, 0, Occasion::Written));
    }
    assert_eq!(ALLOCATOR.peak_usage(), before);
}
