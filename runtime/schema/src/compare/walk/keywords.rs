//! The differences in one keyword.

use serde_json::{Map, Value};

use super::{NamedData, Place, Walk};
use crate::compare::change::ChangeKind as Kind;

/// Whether a keyword's meaning depends on those beside it, so that it is looked at also where its own text is the same.
pub(super) fn leans_on_others(keyword: &str) -> bool {
    keyword == "contains"
}

type Pair<'v> = (Option<&'v Value>, Option<&'v Value>);

impl Walk<'_> {
    #[expect(
        clippy::too_many_lines,
        reason = "a table: a line or two for each keyword"
    )]
    pub(super) fn keyword(
        &mut self,
        name: &str,
        (all_old, all_new): (&Map<String, Value>, &Map<String, Value>),
        (old, new): Pair<'_>,
        around: &Place,
    ) {
        let place = around.keyword(name);
        let pick = |added: Kind, removed: Kind, changed: Kind| match (old, new) {
            (None, _) => added,
            (_, None) => removed,
            _ => changed,
        };
        match name {
            "type" => self.types(&place, old, new),
            "enum" => self.values(&place, old, new),
            "const" => self.replaced(
                pick(Kind::ConstAdded, Kind::ConstRemoved, Kind::ConstChanged),
                &place,
                old,
                new,
            ),
            "required" => self.required(&place, old, new),
            "properties" => self.named(
                (Kind::PropertyAdded, Kind::PropertyRemoved),
                &place,
                (old, new),
                NamedData::Member,
            ),
            "patternProperties" => {
                self.named(
                    (Kind::PatternPropertyAdded, Kind::PatternPropertyRemoved),
                    &place,
                    (old, new),
                    NamedData::Members,
                );
            }
            "$defs" | "definitions" => self.named(
                (Kind::DefinitionAdded, Kind::DefinitionRemoved),
                &place,
                (old, new),
                NamedData::Nowhere,
            ),
            "dependentSchemas" => self.named(
                (Kind::DependencyAdded, Kind::DependencyRemoved),
                &place,
                (old, new),
                NamedData::Here,
            ),
            "dependentRequired" => self.dependencies(&place, old, new),
            "additionalProperties" => {
                let place = around.inside(name, "*");
                let closed = (
                    Kind::AdditionalPropertiesClosed,
                    Kind::AdditionalPropertiesOpened,
                );
                match (
                    old.unwrap_or(&Value::Bool(true)),
                    new.unwrap_or(&Value::Bool(true)),
                ) {
                    (Value::Bool(true), Value::Bool(true)) => {}
                    (Value::Bool(true) | Value::Object(_), Value::Bool(false)) => {
                        self.replaced(closed.0, &place, old, new);
                    }
                    (Value::Bool(false), _) => self.replaced(closed.1, &place, old, new),
                    (Value::Object(_), Value::Object(_)) => {
                        self.subschema((closed.0, closed.1, None), &place, old, new);
                    }
                    _ => self.replaced(Kind::AdditionalPropertiesChanged, &place, old, new),
                }
            }
            "propertyNames" => {
                let kind = Kind::PropertyNamesChanged;
                self.subschema(
                    (kind, kind, Some(kind)),
                    &Place {
                        data: around.data.clone(),
                        ..place
                    },
                    old,
                    new,
                );
            }
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "minLength"
            | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
                self.bound(&place, old, new);
            }
            "multipleOf" => self.replaced(Kind::MultipleOfChanged, &place, old, new),
            "pattern" => self.replaced(
                pick(
                    Kind::PatternAdded,
                    Kind::PatternRemoved,
                    Kind::PatternChanged,
                ),
                &place,
                old,
                new,
            ),
            "format" => {
                let checked = [old, new]
                    .into_iter()
                    .flatten()
                    .filter_map(Value::as_str)
                    .any(|name| (self.is_format)(name));
                let kind = pick(Kind::FormatAdded, Kind::FormatRemoved, Kind::FormatChanged);
                self.replaced(
                    if checked {
                        kind
                    } else {
                        Kind::AnnotationChanged
                    },
                    &place,
                    old,
                    new,
                );
            }
            "items" => {
                let place = around.inside(name, "*");
                self.subschema(
                    (Kind::ItemsAdded, Kind::ItemsRemoved, None),
                    &place,
                    old,
                    new,
                );
            }
            "prefixItems" => self.prefix(around, old, new),
            "uniqueItems" => match (
                old == Some(&Value::Bool(true)),
                new == Some(&Value::Bool(true)),
            ) {
                (false, true) => self.replaced(Kind::UniqueItemsAdded, &place, old, new),
                (true, false) => self.replaced(Kind::UniqueItemsRemoved, &place, old, new),
                _ => {}
            },
            "contains" => self.contains(around, (all_old, all_new)),
            "minContains" | "maxContains" => {
                // Told with `contains`, without which they say nothing.
                if !all_old.contains_key("contains") && !all_new.contains_key("contains") {
                    self.replaced(Kind::AnnotationChanged, &place, old, new);
                }
            }
            "allOf" | "anyOf" | "oneOf" => match (old, new) {
                (Some(Value::Array(old)), Some(Value::Array(new))) => {
                    self.branches(&place, old, new);
                }
                _ => self.replaced(
                    pick(
                        Kind::CombinatorAdded,
                        Kind::CombinatorRemoved,
                        Kind::SchemaReplaced,
                    ),
                    &place,
                    old,
                    new,
                ),
            },
            "not" => self.subschema(
                (Kind::NotChanged, Kind::NotChanged, Some(Kind::NotChanged)),
                &place,
                old,
                new,
            ),
            "if" | "then" | "else" => {
                let kind = Kind::ConditionChanged;
                self.subschema((kind, kind, Some(kind)), &place, old, new);
            }
            "$ref" => self.replaced(Kind::ReferenceChanged, &place, old, new),
            "unevaluatedProperties" | "unevaluatedItems" => {
                let kind = Kind::UnevaluatedChanged;
                self.subschema(
                    (kind, kind, Some(kind)),
                    &around.inside(name, "*"),
                    old,
                    new,
                );
            }
            _ => self.replaced(Kind::AnnotationChanged, &place, old, new),
        }
    }
}
