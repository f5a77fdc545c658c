//! The kind of a serialised value by its type byte, for sources that list keys without decoding them.

use remold_host_api::Kind;
use remold_rdb::Version;
use remold_rdb::kinds::Form;

/// Returns the kind that a type byte stands for; what this version does not know is opaque.
pub(crate) fn kind_of(type_id: u8, version: Version) -> Kind {
    let Some(form) = Form::of(type_id, version) else {
        return Kind::Opaque;
    };
    match form {
        Form::String => Kind::Text,
        Form::List | Form::ListZiplist | Form::ListZiplists | Form::ListNodes => Kind::List,
        Form::Set | Form::SetIntset | Form::SetListpack => Kind::Set,
        Form::SortedSetText
        | Form::SortedSetBinary
        | Form::SortedSetZiplist
        | Form::SortedSetListpack => Kind::SortedSet,
        Form::Hash
        | Form::HashZipmap
        | Form::HashZiplist
        | Form::HashListpack
        | Form::HashExpiryPreGa
        | Form::HashListpackExpiryPreGa
        | Form::HashExpiry
        | Form::HashListpackExpiry
        | Form::HashExpiryValkey => Kind::Hash,
        Form::Stream(_) => Kind::Stream,
        Form::ModulePreGa | Form::Module => Kind::Opaque,
    }
}

#[cfg(test)]
mod tests {
    use remold_host_api::{Bytes, Collection, HashField, Scored, StreamValue, Value};
    use remold_rdb::{Target, encode};

    use super::*;

    #[test]
    fn the_type_byte_says_what_the_decoded_value_says() {
        let one = || Bytes::from_static(b"1");
        let field = HashField {
            name: one(),
            value: one(),
            expires_at: None,
        };
        let expiring = HashField {
            expires_at: Some(1),
            ..field.clone()
        };
        let scored = Scored {
            member: one(),
            score: 1.0,
        };
        let values = [
            Value::Text(one()),
            Value::List(vec![one()]),
            Value::Set([one()].into_iter().collect()),
            Value::Set([Bytes::from_static(b"a")].into_iter().collect()),
            Value::SortedSet([scored].into_iter().collect()),
            Value::Hash([field].into_iter().collect::<Collection<_>>()),
            Value::Hash([expiring].into_iter().collect::<Collection<_>>()),
            Value::Stream(Box::<StreamValue>::default()),
        ];
        for version in [Version(6), Version(9), Version(12), Version(80)] {
            for value in &values {
                let Ok(payload) = encode(value, &Target::new(version)) else {
                    continue; // not every version has fields with expiry
                };
                assert_eq!(kind_of(payload[0], version), value.kind(), "{version:?}");
            }
        }
        assert_eq!(kind_of(200, Version(12)), Kind::Opaque);
    }
}
