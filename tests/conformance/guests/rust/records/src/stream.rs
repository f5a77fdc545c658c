//! Every function for streams.

use remold_transform::{Code, Record, Result, StreamEntry, StreamField, StreamId};

use super::code;

pub fn stream(record: &Record) -> Result {
    let stream = record.stream();
    let (first, second, third) = (
        StreamId::new(1, 0),
        StreamId::new(2, 0),
        StreamId::new(3, 1),
    );
    assert_eq!((stream.len()?, stream.last_id()?), (2, second));
    assert!(!stream.is_empty()?);
    let ids: Vec<StreamId> = stream.ids().collect::<Result<_, _>>()?;
    assert_eq!(ids, [first, second]);
    let entries: Vec<StreamEntry> = stream.entries().collect::<Result<_, _>>()?;
    assert_eq!(
        entries[0],
        StreamEntry::new(first, [("a", "1"), ("b", "2")])
    );
    let groups = stream.groups()?;
    assert_eq!(
        (groups.len(), groups[0].name.as_slice()),
        (1, b"workers".as_slice())
    );
    assert_eq!(
        (groups[0].last_id, groups[0].pending, groups[0].consumers),
        (first, 1, 1)
    );

    assert_eq!(stream.field(first, "a")?.as_deref(), Some(b"1".as_slice()));
    assert_eq!(stream.field_text(first, "b")?.as_deref(), Some("2"));
    assert_eq!(stream.field(first, "none")?, None);
    assert_eq!(stream.get(third)?, None);

    stream.set_field(first, "c", b"\xff")?;
    assert_eq!(code(stream.field_text(first, "c")), Code::NotText);
    stream.rename_field(first, "a", "A")?;
    stream.remove_field(first, "b")?;
    stream.set_field(first, "c", "3")?;
    let fields = stream.get(first)?.unwrap_or_default();
    assert_eq!(
        fields,
        [StreamField::new("A", "1"), StreamField::new("c", "3")]
    );
    stream.set(
        second,
        &[StreamField::new("x", "y"), StreamField::new("x", "z")],
    )?;
    assert_eq!(stream.get(second)?.map_or(0, |fields| fields.len()), 2);
    for refused in [
        stream.set_field(third, "a", "1"),
        stream.set(second, &[]),
        stream.remove_field(second, "x"),
        stream.add(second, &[StreamField::new("a", "1")]),
        stream.add(third, &[]),
    ] {
        assert_eq!(code(refused), Code::InvalidArgument);
    }
    stream.add(third, &[StreamField::new("checked", "1")])?;
    stream.remove(second)?;
    assert_eq!((stream.len()?, stream.last_id()?), (2, third));
    Ok(())
}
