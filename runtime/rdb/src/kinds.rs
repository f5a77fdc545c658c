//! The type bytes of the format: which form of which kind of value each one stands for.

use crate::target::{Family, Version};

macro_rules! type_bytes {
    ($($(#[$doc:meta])* $name:ident = $byte:literal;)*) => {
        $($(#[$doc])* pub const $name: u8 = $byte;)*
    };
}

type_bytes! {
    /// A string.
    STRING = 0;
    /// A list, element by element.
    LIST = 1;
    /// A set, member by member.
    SET = 2;
    /// A sorted set with scores as text.
    SORTED_SET = 3;
    /// A hash, field by field.
    HASH = 4;
    /// A sorted set with binary scores.
    SORTED_SET_2 = 5;
    /// A module's value as release candidates of Redis 4.0 wrote it.
    MODULE = 6;
    /// A module's value.
    MODULE_2 = 7;
    /// A hash in a zipmap.
    HASH_ZIPMAP = 9;
    /// A list in a ziplist.
    LIST_ZIPLIST = 10;
    /// A set in an intset.
    SET_INTSET = 11;
    /// A sorted set in a ziplist.
    SORTED_SET_ZIPLIST = 12;
    /// A hash in a ziplist.
    HASH_ZIPLIST = 13;
    /// A list in ziplists.
    LIST_QUICKLIST = 14;
    /// A stream of Redis 5.0.
    STREAM_LISTPACKS = 15;
    /// A hash in a listpack.
    HASH_LISTPACK = 16;
    /// A sorted set in a listpack.
    SORTED_SET_LISTPACK = 17;
    /// A list in listpacks and plain nodes.
    LIST_QUICKLIST_2 = 18;
    /// A stream of Redis 7.0.
    STREAM_LISTPACKS_2 = 19;
    /// A set in a listpack.
    SET_LISTPACK = 20;
    /// A stream of Redis 7.2.
    STREAM_LISTPACKS_3 = 21;
    /// A hash with field expiry, as release candidates of Redis 7.4 wrote it.
    HASH_METADATA_PRE_GA = 22;
    /// A hash with field expiry, as Valkey writes it from version 80 on: the same byte.
    HASH_2 = 22;
    /// A hash with field expiry in a listpack, as release candidates of Redis 7.4 wrote it.
    HASH_LISTPACK_EX_PRE_GA = 23;
    /// A hash with field expiry.
    HASH_METADATA = 24;
    /// A hash with field expiry in a listpack.
    HASH_LISTPACK_EX = 25;
    /// A stream with idempotent producers.
    STREAM_LISTPACKS_4 = 26;
}

/// How an object is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Form {
    /// One string.
    String,
    /// A count and as many strings: a list's elements.
    List,
    /// A count and as many strings: a set's members.
    Set,
    /// A count and as many members, each with a score as text.
    SortedSetText,
    /// A count and as many members, each with a score as a double.
    SortedSetBinary,
    /// A count and as many pairs of strings.
    Hash,
    /// A module's id and data in a form that only the module knows.
    ModulePreGa,
    /// A module's id and marked data up to an end mark.
    Module,
    /// A zipmap in a string.
    HashZipmap,
    /// A ziplist in a string.
    ListZiplist,
    /// An intset in a string.
    SetIntset,
    /// A ziplist in a string: members and scores.
    SortedSetZiplist,
    /// A ziplist in a string: names and values.
    HashZiplist,
    /// A count and as many strings, each a ziplist.
    ListZiplists,
    /// A count and as many nodes: a container's number and a string, plain or a listpack.
    ListNodes,
    /// A listpack in a string: names and values.
    HashListpack,
    /// A listpack in a string: members and scores.
    SortedSetListpack,
    /// A listpack in a string: members.
    SetListpack,
    /// A count and as many triples: an absolute expiry, a name, a value.
    HashExpiryPreGa,
    /// A listpack in a string: names, values, expiries.
    HashListpackExpiryPreGa,
    /// The earliest expiry, a count and as many triples: an expiry relative to it, a name, a value.
    HashExpiry,
    /// The earliest expiry, and a listpack in a string: names, values, expiries.
    HashListpackExpiry,
    /// A count and as many triples: a name, a value, an expiry in 8 bytes or -1.
    HashExpiryValkey,
    /// A stream of this generation, 1 to 4.
    Stream(u8),
}

impl Form {
    /// Returns the form that a type byte stands for in this version's family; nothing if it is unknown.
    pub const fn of(type_id: u8, version: Version) -> Option<Self> {
        Some(match (type_id, version.family()) {
            (STRING, _) => Self::String,
            (LIST, _) => Self::List,
            (SET, _) => Self::Set,
            (SORTED_SET, _) => Self::SortedSetText,
            (HASH, _) => Self::Hash,
            (SORTED_SET_2, _) => Self::SortedSetBinary,
            (MODULE, _) => Self::ModulePreGa,
            (MODULE_2, _) => Self::Module,
            (HASH_ZIPMAP, _) => Self::HashZipmap,
            (LIST_ZIPLIST, _) => Self::ListZiplist,
            (SET_INTSET, _) => Self::SetIntset,
            (SORTED_SET_ZIPLIST, _) => Self::SortedSetZiplist,
            (HASH_ZIPLIST, _) => Self::HashZiplist,
            (LIST_QUICKLIST, _) => Self::ListZiplists,
            (STREAM_LISTPACKS, _) => Self::Stream(1),
            (HASH_LISTPACK, _) => Self::HashListpack,
            (SORTED_SET_LISTPACK, _) => Self::SortedSetListpack,
            (LIST_QUICKLIST_2, _) => Self::ListNodes,
            (STREAM_LISTPACKS_2, _) => Self::Stream(2),
            (SET_LISTPACK, _) => Self::SetListpack,
            (STREAM_LISTPACKS_3, _) => Self::Stream(3),
            (HASH_2, Family::Valkey) => Self::HashExpiryValkey,
            (HASH_METADATA_PRE_GA, Family::Redis) => Self::HashExpiryPreGa,
            (HASH_LISTPACK_EX_PRE_GA, Family::Redis) => Self::HashListpackExpiryPreGa,
            (HASH_METADATA, Family::Redis) => Self::HashExpiry,
            (HASH_LISTPACK_EX, Family::Redis) => Self::HashListpackExpiry,
            (STREAM_LISTPACKS_4, Family::Redis) => Self::Stream(4),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_meaning_of_22_follows_from_the_version() {
        assert_eq!(Form::of(22, Version(12)), Some(Form::HashExpiryPreGa));
        assert_eq!(Form::of(22, Version(80)), Some(Form::HashExpiryValkey));
        assert_eq!(Form::of(24, Version(81)), None);
        assert_eq!(Form::of(8, Version(11)), None);
        assert_eq!(Form::of(200, Version(13)), None);
    }
}
