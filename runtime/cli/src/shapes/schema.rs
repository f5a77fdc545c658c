//! The schema registry as JSON.

pub(crate) mod comparison;
pub(crate) mod exchange;
pub(crate) mod lint;
pub(crate) mod registry;
pub(crate) mod route;

/// Lists the documents: the commands that give them, and their schema.
pub(super) fn documented() -> Vec<(&'static str, schemars::Schema)> {
    use schemars::schema_for;
    vec![
        ("schema lint", schema_for!(lint::LintShape)),
        ("schema list", schema_for!(registry::ListShape)),
        ("schema show", schema_for!(registry::ShowShape)),
        ("schema diff", schema_for!(comparison::DiffShape)),
        ("schema check", schema_for!(comparison::SchemaCheckShape)),
        ("schema path", schema_for!(route::PathShape)),
        (
            "schema register, schema push, schema pull, schema sync",
            schema_for!(exchange::ExchangeShape),
        ),
    ]
}
