//! Every function for texts, JSON, hashes, lists, sets and sorted sets.

use remold_transform::{Code, HashField, Record, Result, Scored, Value};

use super::{NOW, code};

/// A value that is no text, and a name for it.
const RAW: &[u8] = b"\xff\x00";

pub fn text(record: &Record) -> Result {
    let text = record.text();
    assert_eq!(text.get_text()?, "Ada");
    text.set(RAW)?;
    assert_eq!(text.get()?, RAW);
    assert_eq!(code(text.get_text()), Code::NotText);
    assert_eq!(code(record.hash().len()), Code::WrongKind);
    text.set("")?;
    assert_eq!(text.get()?, b"");
    text.set("Ødegård")?;
    assert_eq!(text.get_text()?, "Ødegård");
    Ok(())
}

pub fn json(record: &Record) -> Result {
    let json = record.json();
    assert_eq!(json.get::<String>("/name")?.as_deref(), Some("Ada"));
    assert_eq!(json.get::<u32>("/none")?, None);
    assert_eq!(json.get_raw("/price")?.as_deref(), Some("4.50"));
    assert_eq!(json.get_raw("/tags/1")?.as_deref(), Some("\"b\""));
    json.set("/name", "Grace")?;
    json.set("/new", &[1, 2])?;
    json.set_raw("/tags/-", "1.0")?;
    json.remove("/old")?;
    json.remove("/none")?;
    assert_eq!(
        code(json.set_raw("/name/first", "1")),
        Code::InvalidArgument
    );
    assert_eq!(
        code(json.set_raw("/name", "nonsense")),
        Code::InvalidArgument
    );
    assert_eq!(code(json.remove("")), Code::InvalidArgument);
    assert_eq!(code(json.get_raw("name")), Code::InvalidArgument);
    Ok(())
}

pub fn hash(record: &Record) -> Result {
    let hash = record.hash();
    assert_eq!(hash.len()?, 2);
    assert!(!hash.is_empty()?);
    assert_eq!(hash.get("a")?.as_deref(), Some(b"1".as_slice()));
    assert_eq!(hash.get("none")?, None);
    assert_eq!(hash.get_text("b")?.as_deref(), Some("Ada"));
    assert_eq!(hash.get_text("none")?, None);
    assert!(hash.contains("a")? && !hash.contains("none")?);

    hash.set(RAW, RAW)?;
    assert_eq!(hash.get(RAW)?.as_deref(), Some(RAW));
    assert_eq!(
        code(hash.names_text().collect::<Result<Vec<_>, _>>()),
        Code::NotText
    );
    hash.remove(RAW)?;
    hash.set("a", RAW)?;
    assert_eq!(code(hash.get_text("a")), Code::NotText);
    assert_eq!(
        code(hash.fields_text().collect::<Result<Vec<_>, _>>()),
        Code::NotText
    );

    hash.set("a", "2")?;
    hash.rename("a", "c")?;
    hash.rename("none", "d")?;
    let names: Vec<Vec<u8>> = hash.names().collect::<Result<_, _>>()?;
    assert_eq!(names.len(), 2);
    let mut names: Vec<String> = hash.names_text().collect::<Result<_, _>>()?;
    names.sort();
    assert_eq!(names, ["b", "c"]);
    let mut fields: Vec<(String, String)> = hash.fields_text().collect::<Result<_, _>>()?;
    fields.sort();
    assert_eq!(fields[1], ("c".to_owned(), "2".to_owned()));

    hash.set_expires_at("c", Some(NOW + 5000))?;
    assert_eq!(hash.expires_at("c")?, Some(NOW + 5000));
    assert_eq!(hash.expires_at("b")?, None);
    assert_eq!(
        code(hash.set_expires_at("none", Some(NOW))),
        Code::InvalidArgument
    );
    let fields: Vec<HashField> = hash.fields().collect::<Result<_, _>>()?;
    let expiring = fields
        .iter()
        .filter(|field| field.expires_at == Some(NOW + 5000));
    assert_eq!(expiring.count(), 1);
    hash.set_expires_at("c", None)?;

    hash.clear()?;
    assert!(hash.is_empty()?);
    for number in 0..1000 {
        hash.set(number.to_string(), "x")?;
    }
    assert_eq!(hash.names().count(), 1000);
    record.set_value(&Value::hash([("checked", "1")]))?;
    Ok(())
}

pub fn list(record: &Record) -> Result {
    let list = record.list();
    assert_eq!(list.len()?, 2);
    assert!(!list.is_empty()?);
    assert_eq!(
        (list.get(0)?, list.get_text(-1)?),
        (b"b".to_vec(), "c".to_owned())
    );
    for index in [2, -3, i64::MIN, i64::MAX] {
        assert_eq!(code(list.get(index)), Code::OutOfRange);
    }
    list.push("d")?;
    list.push_front("a")?;
    list.insert(4, "e")?;
    list.set(1, RAW)?;
    assert_eq!(code(list.get_text(1)), Code::NotText);
    assert_eq!(
        code(list.items_text().collect::<Result<Vec<_>, _>>()),
        Code::NotText
    );
    list.remove(1)?;
    assert_eq!(code(list.insert(9, "x")), Code::OutOfRange);
    let items: Vec<String> = list.items_text().collect::<Result<_, _>>()?;
    assert_eq!(items, ["a", "c", "d", "e"]);
    list.clear()?;
    assert!(list.is_empty()?);
    for number in 0..600 {
        list.push(number.to_string())?;
    }
    let items: Vec<Vec<u8>> = list.items().collect::<Result<_, _>>()?;
    assert_eq!(
        (items.len(), items[599].as_slice()),
        (600, b"599".as_slice())
    );
    record.set_value(&Value::list(["checked"]))?;
    Ok(())
}

pub fn set(record: &Record) -> Result {
    let set = record.set();
    assert_eq!(set.len()?, 2);
    assert!(!set.is_empty()?);
    assert!(set.contains("a")? && !set.contains("none")?);
    set.add(RAW)?;
    assert_eq!(
        code(set.members_text().collect::<Result<Vec<_>, _>>()),
        Code::NotText
    );
    set.remove(RAW)?;
    set.rename("a", "c")?;
    set.rename("none", "d")?;
    let mut members: Vec<String> = set.members_text().collect::<Result<_, _>>()?;
    members.sort();
    assert_eq!(members, ["b", "c"]);
    assert_eq!(set.members().count(), 2);
    set.clear()?;
    assert!(set.is_empty()?);
    set.add("checked")?;
    Ok(())
}

pub fn sorted_set(record: &Record) -> Result {
    let set = record.sorted_set();
    assert_eq!(set.len()?, 3);
    assert!(!set.is_empty()?);
    let members: Vec<Scored> = set.members().collect::<Result<_, _>>()?;
    assert_eq!(
        (members[0].member.as_slice(), members[0].score),
        (b"c".as_slice(), -1.5)
    );
    assert_eq!((set.score("a")?, set.score("none")?), (Some(1.0), None));
    assert!(set.contains("a")? && !set.contains("none")?);
    set.add("d", f64::INFINITY)?;
    assert_eq!(code(set.add("d", f64::NAN)), Code::InvalidArgument);
    set.rename("c", "e")?;
    set.remove("a")?;
    let members: Vec<(String, f64)> = set.members_text().collect::<Result<_, _>>()?;
    let expected = [("e", -1.5), ("b", 1.0), ("d", f64::INFINITY)];
    assert_eq!(
        members,
        expected.map(|(member, score)| (member.to_owned(), score))
    );
    set.clear()?;
    assert!(set.is_empty()?);
    set.add("checked", 1.25)?;
    Ok(())
}
