//! Rejects a change that cannot be written, or not be taken back, where values are written by commands.

use crate::derive::{Planned, reject};
use crate::port::{Image, ShardFacts, Write, WrittenAs};
use crate::record::Rejected;

/// Passes a plan on if everything that it writes, and everything that its undo would write, can be written exactly.
pub(crate) fn writable(
    facts: &ShardFacts,
    planned: Option<Planned>,
) -> Result<Option<Planned>, Rejected> {
    let Some(plan) = planned else {
        return Ok(None);
    };
    if facts.written_as == WrittenAs::Payloads && facts.longest.is_none() {
        return Ok(Some(plan));
    }
    let written = plan.writes.iter().filter_map(|write| match write {
        Write::Put { key, image } => Some((key, image)),
        _ => None,
    });
    let replaced = plan
        .group
        .iter()
        .filter_map(|image| Some((&image.key, image.before.as_ref()?)));
    for (key, image) in written.chain(replaced) {
        if let Some(why) = objection(facts, image) {
            return Err(reject(key, "not-writable", why));
        }
    }
    Ok(Some(plan))
}

fn objection(facts: &ShardFacts, image: &Image) -> Option<String> {
    let length = image.payload.len();
    if facts.written_as == WrittenAs::Payloads {
        let longest = facts.longest.filter(|longest| length > *longest)?;
        return Some(format!(
            "its serialised value has {length} bytes, and the server takes {longest} in one piece"
        ));
    }
    let why = match remold_rdb::decode(&image.payload) {
        Ok(decoded) => facts.written_as.objection(&decoded.value)?,
        Err(_) => "a value that cannot be decoded cannot be written by commands",
    };
    Some(format!("{why}, and RESTORE is not permitted"))
}

#[cfg(test)]
mod tests {
    use remold_host_api::{Bytes, Value};

    use super::*;
    use crate::fixture::Fixture;
    use crate::port::Source as _;
    use crate::record::KeyImage;

    fn image(length: usize) -> Image {
        let value = Value::Text(Bytes::from(vec![b'x'; length]));
        let target = remold_rdb::Target::new(remold_rdb::Version(10));
        Image {
            payload: remold_rdb::encode(&value, &target).expect("a text can be encoded"),
            expires_at: None,
            eviction: None,
        }
    }

    fn check(before: usize, after: usize, expected: Option<&str>) {
        let facts = Fixture::new([]).map(|fixture| fixture.facts().expect("they are fixed"));
        let facts = ShardFacts {
            longest: Some(64),
            ..facts.expect("it is empty")
        };
        let key = Bytes::from_static(b"k");
        let plan = Planned {
            group: vec![KeyImage {
                key: key.clone(),
                before: Some(image(before)),
                after: None,
            }],
            writes: vec![Write::Put {
                key,
                image: image(after),
            }],
            bytes: (0, 0),
            way: None,
        };
        let refused = writable(&facts, Some(plan.clone())).err();
        let why = refused.map(|refused| (refused.code, refused.message));
        let expected = expected.map(|why| ("not-writable".to_owned(), why.to_owned()));
        assert_eq!(why, expected);
        let anything = ShardFacts {
            longest: None,
            ..facts
        };
        assert_eq!(writable(&anything, Some(plan.clone())), Ok(Some(plan)));
    }

    #[test]
    fn what_is_longer_than_the_server_takes_is_not_written_nor_made_impossible_to_put_back() {
        let why = "its serialised value has 113 bytes, and the server takes 64 in one piece";
        check(10, 10, None);
        check(10, 100, Some(why));
        check(100, 10, Some(why));
    }
}
