//! What the shape of a `RedisSchema` document alone cannot say: combinations that make no sense.

use crate::error::{Finding, Problem};
use crate::spec::select::KeyKind;
use crate::yaml::{Node, Path};

use super::{Content, RedisSchema, TtlSpec};

/// Finds everything that makes no sense in a schema of the right shape.
pub(super) fn validate(schema: &RedisSchema, root: &Node) -> Vec<Finding> {
    let spec = &schema.spec;
    let path = Path::of(&["spec"]);
    let mut problems = Vec::new();
    ttl(&path.field("ttl"), &spec.ttl, &mut problems);
    if spec.kind != KeyKind::Hash && !spec.fields.is_empty() {
        let message = format!(
            "only a hash has fields, and `type` is `{}`",
            kind(spec.kind)
        );
        let hint = Some("say it of all elements by `encoding`, or in `schema`".to_owned());
        problems.push((
            path.field("fields"),
            Problem::Contradiction { message, hint },
        ));
    }
    for (name, field) in &spec.fields {
        let path = path.field("fields").field(name).field("ttl");
        ttl(&path, &field.ttl, &mut problems);
    }
    let says = !spec.schema.is_empty();
    if spec.kind == KeyKind::Opaque && says {
        let message = "nothing can be said of a module's own type but that it is there".to_owned();
        problems.push((
            path.field("schema"),
            Problem::Contradiction {
                message,
                hint: None,
            },
        ));
    }
    if spec.kind == KeyKind::Text && spec.encoding.content == Content::Raw && says {
        let message = "nothing can be said of `raw` bytes".to_owned();
        let hint = Some("name the encoding that the bytes have, or leave `schema` out".to_owned());
        problems.push((
            path.field("schema"),
            Problem::Contradiction { message, hint },
        ));
    }
    let finding = |(path, problem): (Path, Problem)| {
        Finding::new(root.place_of(&path, &problem), path, problem)
    };
    problems.into_iter().map(finding).collect()
}

fn ttl(path: &Path, ttl: &TtlSpec, problems: &mut Vec<(Path, Problem)>) {
    let mut contradicts = |name: &str, message: &str| {
        let message = message.to_owned();
        let problem = Problem::Contradiction {
            message,
            hint: None,
        };
        problems.push((path.field(name), problem));
    };
    if !ttl.allowed {
        for (name, is_set) in [
            ("required", ttl.required),
            ("min", ttl.min.is_some()),
            ("max", ttl.max.is_some()),
        ] {
            if is_set {
                contradicts(name, "`allowed: false` says that there is no expiry");
            }
        }
    }
    if let (Some(min), Some(max)) = (ttl.min, ttl.max)
        && min > max
    {
        contradicts("min", &format!("`min` is more than `max`, {max}"));
    }
}

fn kind(kind: KeyKind) -> &'static str {
    remold_host_api::Kind::from(kind).name()
}
