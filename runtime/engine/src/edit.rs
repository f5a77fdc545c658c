//! The difference between two big values as the commands that make it.
//!
//! A small value is written whole, which is the cheapest for the server. A big one, of which little
//! changed, is edited, so that neither replication nor the append-only file carries megabytes for a field.

use remold_host_api::{Bytes, Collection, HashField, Scored, Value};

use crate::port::{CommandEdit, FieldEdit};

/// From this many payload bytes on an edit is considered.
pub(crate) const BIG: usize = 16 << 10;

/// Returns the edit that turns `before` into `after`, if they are of a kind that can be edited and the
/// edit is much smaller than the whole.
pub(crate) fn difference(before: &Value, after: &Value) -> Option<CommandEdit> {
    let edit = match (before, after) {
        (Value::Hash(before), Value::Hash(after)) => CommandEdit::Hash(fields(before, after)),
        (Value::Set(before), Value::Set(after)) => CommandEdit::Set {
            add: after
                .iter()
                .filter(|member| !before.contains(member))
                .cloned()
                .collect(),
            remove: before
                .iter()
                .filter(|member| !after.contains(member))
                .cloned()
                .collect(),
        },
        (Value::SortedSet(before), Value::SortedSet(after)) => {
            let differs = |scored: &&Scored| {
                before
                    .get(&scored.member)
                    .is_none_or(|old| old.score.to_bits() != scored.score.to_bits())
            };
            let gone = |scored: &&Scored| !after.contains(&scored.member);
            // ZADD takes no NaN; such a value can only be written whole.
            if after.iter().any(|scored| scored.score.is_nan()) {
                return None;
            }
            CommandEdit::SortedSet {
                add: after
                    .iter()
                    .filter(differs)
                    .map(|scored| (scored.member.clone(), scored.score))
                    .collect(),
                remove: before
                    .iter()
                    .filter(gone)
                    .map(|scored| scored.member.clone())
                    .collect(),
            }
        }
        _ => return None,
    };
    (weight(&edit) * 4 < after.weight()).then_some(edit)
}

fn fields(before: &Collection<HashField>, after: &Collection<HashField>) -> Vec<FieldEdit> {
    let gone = before.iter().filter(|field| !after.contains(&field.name));
    let changed = after
        .iter()
        .filter(|field| before.get(&field.name) != Some(field));
    let set = changed.map(|field| FieldEdit::Set {
        name: field.name.clone(),
        value: field.value.clone(),
        expires_at: field.expires_at,
    });
    // What is set first keeps the hash from being empty, and so deleted, in between.
    set.chain(gone.map(|field| FieldEdit::Remove {
        name: field.name.clone(),
    }))
    .collect()
}

fn weight(edit: &CommandEdit) -> usize {
    const ITEM: usize = 32;
    let members = |members: &[Bytes]| {
        members
            .iter()
            .map(|member| member.len() + ITEM)
            .sum::<usize>()
    };
    match edit {
        CommandEdit::Hash(edits) => {
            let weigh = |edit: &FieldEdit| match edit {
                FieldEdit::Set { name, value, .. } => name.len() + value.len() + 2 * ITEM,
                FieldEdit::Remove { name } => name.len() + ITEM,
            };
            edits.iter().map(weigh).sum()
        }
        CommandEdit::Set { add, remove } => members(add) + members(remove),
        CommandEdit::SortedSet { add, remove } => {
            add.iter()
                .map(|(member, _)| member.len() + ITEM)
                .sum::<usize>()
                + members(remove)
        }
    }
}

/// Applies an edit to a value of the same kind, as the server would.
pub(crate) fn apply(value: &mut Value, edit: &CommandEdit) {
    match (value, edit) {
        (Value::Hash(fields), CommandEdit::Hash(edits)) => {
            for edit in edits {
                match edit.clone() {
                    FieldEdit::Set {
                        name,
                        value,
                        expires_at,
                    } => {
                        fields.insert(HashField {
                            name,
                            value,
                            expires_at,
                        });
                    }
                    FieldEdit::Remove { name } => {
                        fields.remove(&name);
                    }
                }
            }
        }
        (Value::Set(members), CommandEdit::Set { add, remove }) => {
            add.iter()
                .for_each(|member| drop(members.insert(member.clone())));
            remove
                .iter()
                .for_each(|member| drop(members.remove(member)));
        }
        (Value::SortedSet(members), CommandEdit::SortedSet { add, remove }) => {
            for (member, score) in add {
                members.insert(Scored {
                    member: member.clone(),
                    score: *score,
                });
            }
            remove
                .iter()
                .for_each(|member| drop(members.remove(member)));
        }
        // An edit is derived from a value of its own kind.
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(n: u32) -> Bytes {
        Bytes::from(format!("member-{n}"))
    }

    fn check(before: &Value, after: &Value) {
        let edit = difference(before, after).expect("little changed in a big value");
        let mut edited = before.clone();
        apply(&mut edited, &edit);
        assert!(edited.same(after));
    }

    #[test]
    fn applying_the_difference_gives_the_other_value() {
        let hash = |range: std::ops::Range<u32>, mark: &str| {
            let field = |n| HashField {
                name: member(n),
                value: Bytes::from(format!("{}{}", n, if n % 100 == 0 { mark } else { "" })),
                expires_at: (n % 200 == 0 && !mark.is_empty()).then_some(9),
            };
            Value::Hash(range.map(field).collect())
        };
        check(&hash(0..1000, ""), &hash(5..1003, "!"));
        let set = |range: std::ops::Range<u32>| Value::Set(range.map(member).collect());
        check(&set(0..1000), &set(3..1004));
        let sorted = |range: std::ops::Range<u32>, extra: f64| {
            let scored = |n| Scored {
                member: member(n),
                score: f64::from(n) + if n % 100 == 0 { extra } else { 0.0 },
            };
            Value::SortedSet(range.map(scored).collect())
        };
        check(&sorted(0..1000, 0.0), &sorted(2..1001, 0.5));
    }

    #[test]
    fn a_value_that_changed_all_over_is_written_whole() {
        let list = |text: &'static str| Value::List(vec![Bytes::from_static(text.as_bytes())]);
        assert_eq!(difference(&list("a"), &list("b")), None);
        let set = |from: u32| Value::Set((from..from + 100).map(member).collect());
        assert_eq!(difference(&set(0), &set(100)), None);
    }
}
