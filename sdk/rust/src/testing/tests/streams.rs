//! Streams.

use super::code;
use crate::testing::Host;
use crate::{Code, Result, StreamEntry, StreamField, StreamGroup, StreamId, Value};

fn id(ms: u64) -> StreamId {
    StreamId::new(ms, 0)
}

#[test]
fn a_stream_is_read_and_edited() {
    let host = Host::new();
    let entry = |ms| StreamEntry::new(id(ms), [("a", "1"), ("b", "2")]);
    let record = host.record("k", Value::stream([entry(1), entry(2)]));
    let stream = record.stream();
    assert_eq!((stream.len(), stream.is_empty()), (Ok(2), Ok(false)));
    assert_eq!(stream.last_id(), Ok(id(2)));
    assert_eq!(stream.field(id(1), "a"), Ok(Some(b"1".to_vec())));
    assert_eq!(stream.field_text(id(1), "b"), Ok(Some("2".to_owned())));
    assert_eq!(stream.field(id(9), "a"), Ok(None));
    assert_eq!(stream.get(id(9)), Ok(None));

    stream
        .set_field(id(1), "c", "3")
        .expect("there is such an entry");
    stream
        .rename_field(id(1), "a", "A")
        .expect("there is such an entry");
    stream.remove_field(id(1), "b").expect("others are left");
    let fields = stream
        .get(id(1))
        .expect("a stream")
        .expect("there is such an entry");
    assert_eq!(
        fields,
        [StreamField::new("A", "1"), StreamField::new("c", "3")]
    );
    assert_eq!(
        code(stream.set_field(id(9), "a", "1")),
        Code::InvalidArgument
    );

    stream
        .set(id(2), &[StreamField::new("x", "y")])
        .expect("there is such an entry");
    assert_eq!(code(stream.set(id(2), &[])), Code::InvalidArgument);
    assert_eq!(code(stream.remove_field(id(2), "x")), Code::InvalidArgument);

    stream
        .add(id(3), &[StreamField::new("n", "3")])
        .expect("it is larger");
    assert_eq!(
        code(stream.add(id(3), &[StreamField::new("n", "3")])),
        Code::InvalidArgument
    );
    stream.remove(id(1)).expect("a stream");
    let ids: Result<Vec<StreamId>, _> = stream.ids().collect();
    assert_eq!(ids, Ok(vec![id(2), id(3)]));
    assert_eq!(stream.entries().count(), 2);
}

#[test]
fn groups_are_those_that_the_test_gives() {
    let host = Host::new();
    let record = host.record("k", Value::stream([]));
    assert_eq!(record.stream().groups(), Ok(Vec::new()));
    let group = StreamGroup {
        name: b"workers".to_vec(),
        last_id: id(1),
        pending: 2,
        consumers: 3,
    };
    host.set_groups(&record, vec![group.clone()]);
    assert_eq!(record.stream().groups(), Ok(vec![group]));
}

#[test]
fn entries_that_are_out_of_order_are_refused() {
    let host = Host::new();
    let record = host.record("k", Value::text(""));
    let entry = |ms| StreamEntry::new(id(ms), [("a", "1")]);
    let empty = StreamEntry::new(id(1), Vec::<(String, String)>::new());
    for value in [Value::stream([entry(2), entry(1)]), Value::stream([empty])] {
        assert_eq!(
            code(record.set_value(&value)),
            Code::InvalidArgument,
            "{value:?}"
        );
    }
}
