//! A schema's document for a cluster: the same text, with the `RedisTarget` that it is registered with.

use crate::error::ManifestErrors;
use crate::yaml::{Path, text_scalar};

use super::SchemaDocument;

impl SchemaDocument {
    /// Returns the text with `spec.targetRef` naming this `RedisTarget`; everything else, comments too, is as it was written.
    ///
    /// Errors are those of a text that cannot hold it.
    pub fn registered_with(&self, target: &str) -> Result<String, ManifestErrors> {
        let text = self.text();
        let name = text_scalar(target);
        let is_right = |read: &Self| {
            let reference = read.schema.spec.target_ref.as_ref();
            reference.is_some_and(|reference| reference.name == target)
        };
        if let Some(known) = self.span(&Path::of(&["spec", "targetRef", "name"])) {
            let (before, after) = (&text[..known.start], &text[known.end..]);
            let changed = format!("{before}{name}{after}");
            return Self::read(self.file(), &changed).map(|_| changed);
        }
        let subject = self.name_span(&Path::of(&["spec", "subject"]));
        let (before, after) = text.split_at(subject.map_or(0, |span| span.start));
        let line = before.rfind('\n').map_or(0, |at| at + 1);
        let indentation = " ".repeat(before[line..].chars().count());
        // A field on a line of its own, or in braces, as JSON has it.
        let on_a_line = format!("{before}targetRef: {{ name: {name} }}\n{indentation}{after}");
        if Self::read(self.file(), &on_a_line).is_ok_and(|read| is_right(&read)) {
            return Ok(on_a_line);
        }
        let quoted = serde_json::Value::from(target);
        let in_braces = format!("{before}\"targetRef\": {{\"name\": {quoted}}}, {after}");
        Self::read(self.file(), &in_braces).map(|_| in_braces)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let document = SchemaDocument::read("user.yaml", text).expect("it is a schema");
        let changed = document
            .registered_with("shop")
            .expect("it can be said there");
        assert_eq!(changed, expected);
        let read = SchemaDocument::read("user.yaml", &changed).expect("it is one still");
        let mut spec = read.schema.spec;
        assert_eq!(spec.target_ref.take().expect("it is there").name, "shop");
        let mut before = document.schema.spec;
        before.target_ref = None;
        assert_eq!(spec, before);
    }

    #[test]
    fn the_target_is_said_in_the_way_in_which_the_rest_is_written() {
        let head =
            "apiVersion: remold.dev/v1alpha1\nkind: RedisSchema\nmetadata: { name: user-1.0.0 }\n";
        let fields = "subject: user\n    version: 1.0.0\n    keys: user:{id}\n    type: hash\n";
        check(
            &format!("# Ours.\n{head}spec:\n    # Who.\n    {fields}"),
            &format!(
                "# Ours.\n{head}spec:\n    # Who.\n    targetRef: {{ name: shop }}\n    {fields}"
            ),
        );
        let flow = "subject: user, version: 1.0.0, keys: 'user:{id}', type: hash }\n";
        check(
            &format!("{head}spec: {{ {flow}"),
            &format!("{head}spec: {{ \"targetRef\": {{\"name\": \"shop\"}}, {flow}"),
        );
        check(
            &format!("{head}spec: {{\n  {flow}"),
            &format!("{head}spec: {{\n  \"targetRef\": {{\"name\": \"shop\"}}, {flow}"),
        );
        let json = r#"{"apiVersion":"remold.dev/v1alpha1","kind":"RedisSchema","metadata":{"name":"user-1.0.0"},"spec":{"subject":"user","version":"1.0.0","keys":"user:{id}","type":"hash"}}"#;
        check(
            json,
            &json.replace(
                r#"{"subject""#,
                r#"{"targetRef": {"name": "shop"}, "subject""#,
            ),
        );
        check(
            &format!(
                "{head}spec:\n  targetRef: {{ name: other }} # old\n  subject: user\n  version: 1.0.0\n  keys: user:{{id}}\n  type: hash\n"
            ),
            &format!(
                "{head}spec:\n  targetRef: {{ name: shop }} # old\n  subject: user\n  version: 1.0.0\n  keys: user:{{id}}\n  type: hash\n"
            ),
        );
    }
}
