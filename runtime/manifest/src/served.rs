//! Documents as an API server gives them back: `kubectl get --output yaml` prints one with what the server has added, or a list of
//! some. Nothing of that is anybody's wish.

use crate::error::{Finding, Problem};
use crate::yaml::{Content, Lines, Node, Path};

/// What a server adds to a document, beside its status.
const METADATA: [&str; 10] = [
    "creationTimestamp",
    "deletionGracePeriodSeconds",
    "deletionTimestamp",
    "finalizers",
    "generation",
    "managedFields",
    "ownerReferences",
    "resourceVersion",
    "selfLink",
    "uid",
];

/// Takes away what a server has added, and takes the one document out of a list.
pub(crate) fn wish(root: Node, text: &str) -> Result<Node, Finding> {
    let mut document = only(root, text)?;
    let is_served = document.at(Path::of(&["metadata", "uid"]).segments());
    if is_served.is_none() {
        return Ok(document);
    }
    let Content::Mapping(pairs) = &mut document.content else {
        return Ok(document);
    };
    pairs.retain(|pair| pair.key.text != "status");
    let metadata = pairs.iter_mut().find(|pair| pair.key.text == "metadata");
    if let Some(Content::Mapping(pairs)) = metadata.map(|pair| &mut pair.value.content) {
        pairs.retain(|pair| !METADATA.contains(&pair.key.text.as_str()));
    }
    Ok(document)
}

/// Takes the one document out of a list of Kubernetes; anything else is what it is.
fn only(root: Node, text: &str) -> Result<Node, Finding> {
    let part = |name: &str| root.at(Path::of(&[name]).segments());
    let is = |name: &str, word: &str| part(name).and_then(Node::as_text) == Some(word);
    let is_list = is("apiVersion", "v1") && is("kind", "List");
    let items = part("items").filter(|_| is_list);
    let Some(Content::Sequence(items)) = items.map(|items| &items.content) else {
        return Ok(root);
    };
    match items.as_slice() {
        [document] => Ok(document.clone()),
        [] => Err(Finding::new(root.span, Path::default(), Problem::Empty)),
        [first, second, ..] => {
            let first_line = Lines::new(text).line(first.span.start);
            let problem = Problem::SeveralDocuments { first_line };
            Err(Finding::new(second.span.clone(), Path::default(), problem))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::document::{kind_of, parse};
    use crate::redis_schema::SchemaDocument;

    const WISH: &str = "
apiVersion: remold.dev/v1alpha1
kind: RedisSchema
metadata: { name: user-1.0.0 }
spec: { subject: user, version: 1.0.0, keys: 'user:{id}', type: hash }
";

    const SERVED: &str = "
apiVersion: remold.dev/v1alpha1
kind: RedisSchema
metadata:
  annotations: { kubectl.kubernetes.io/last-applied-configuration: '{}' }
  creationTimestamp: \"2026-01-01T00:00:00Z\"
  finalizers: [remold.dev/workers]
  generation: 1
  managedFields: [{ manager: kubectl, operation: Apply }]
  name: user-1.0.0
  namespace: shop
  resourceVersion: \"812\"
  uid: 6b0f7a5c-0000-0000-0000-000000000000
spec: { subject: user, version: 1.0.0, keys: 'user:{id}', type: hash }
status: { registered: true }
";

    fn list(items: &[&str]) -> String {
        let item = |text: &&str| format!("- {}\n", text.trim().replace('\n', "\n  "));
        let items: String = items.iter().map(item).collect();
        let items = if items.is_empty() {
            " []"
        } else {
            &format!("\n{items}")
        };
        format!("apiVersion: v1\nkind: List\nmetadata: {{ resourceVersion: '' }}\nitems:{items}")
    }

    #[test]
    fn what_a_server_gives_back_is_what_it_was_given() {
        let wish = SchemaDocument::read("wish.yaml", WISH).expect("it is a schema");
        let only = list(&[SERVED]);
        for text in [SERVED, &only] {
            let read = SchemaDocument::read("served.yaml", text).expect("it is a schema");
            assert_eq!(read.schema.spec, wish.schema.spec);
            assert_eq!(read.schema.metadata.name, "user-1.0.0");
            assert_eq!(kind_of(text).as_deref(), Some("RedisSchema"));
        }
    }

    #[test]
    fn of_a_list_there_must_be_one() {
        let errors = SchemaDocument::read("list.yaml", &list(&[SERVED, SERVED])).expect_err("two");
        let error = errors.first().expect("it is told");
        assert_eq!((error.code(), error.line), ("several-documents", 19));
        let errors = SchemaDocument::read("list.yaml", &list(&[])).expect_err("none");
        assert_eq!(errors.first().expect("it is told").code(), "empty-document");
    }

    #[test]
    fn what_a_person_writes_is_still_looked_at() {
        let status = format!("{WISH}status: {{ registered: true }}\n");
        let errors = SchemaDocument::read("wish.yaml", &status).expect_err("nobody wishes that");
        assert_eq!(errors.first().expect("it is told").code(), "unsupported");
        let other = SERVED.replace("generation", "generations");
        SchemaDocument::read("served.yaml", &other).expect_err("no server adds that");
        let spec = "{ select: { match: 'user:*' }, transform: { rhai: { source: 'fn migrate(rec) {}' } } }";
        let migration = SERVED.replace("RedisSchema", "RedisMigration");
        let (head, _) = migration.split_once("spec:").expect("it has a spec");
        let head = head.replace("user-1.0.0", "names");
        parse("served.yaml", &format!("{head}spec: {spec}\n")).expect("it is a migration");
    }
}
