//! The record and its parts.

use super::Type::{Bool, Bytes, Data, Float, Integer, Text, TextOrBytes, Timestamp, Unit};
use super::{Form, HostFunction, Interface, Parameter, Type, rows};

const EXPIRY: Type = Type::Option(&Timestamp);
const TEXTS: Type = Type::List(&Text);
const PAIRS: Type = Type::List(&Type::List(&Text));

pub(super) const FUNCTIONS: &[HostFunction] = rows! { Records:
    Property "record.key" () -> Text,
        "Returns the key under which the record was read. Fails if it is not UTF-8 text."
        => "records.key-text";
    Property "record.key_bytes" () -> Bytes,
        "Returns the key as bytes."
        => "records.key";
    Property "record.kind" () -> Text,
        "Returns the kind of the value: text, list, set, sorted-set, hash, stream or opaque."
        => "records.kind";
    Property "record.size" () -> Integer,
        "Returns the size of the value: bytes of a text or opaque value, otherwise the number of elements."
        => "records.size";
    Writable "record.expires_at" () -> EXPIRY,
        "Returns or sets when the key expires, Unix milliseconds; nothing if it does not."
        => "records.expires-at" "records.set-expires-at";
    Writable "record.ttl" () -> Type::Option(&Integer),
        "Returns or sets how long the key has left at the run's frozen clock, milliseconds; nothing if it does not expire."
        => "records.ttl" "records.set-ttl";
    Writable "record.text" () -> Text,
        "Returns or sets the value of a text record as text. Fails on another kind, and where it is not UTF-8. An integer or decimal is written as it prints; a float or bool is refused."
        => "texts.get-text" "texts.set-text";
    Writable "record.bytes" () -> Bytes,
        "Returns or sets the value of a text record as bytes. Fails on another kind."
        => "texts.get" "texts.set";
    Writable "record.json" () -> Data,
        "Returns or sets the value of a text record as data. Integers within 64 bits are integers, other numbers decimals of up to 28 digits or, beyond that, numbers that keep their text. A document that is written keeps the order and spelling of what did not change."
        => "json.get" "json.set";
    Writable "record.value" () -> Type::Value,
        "Returns or sets the whole value; hash, list, set, sorted_set and text make one of another type."
        => "records.get-value" "records.set-value";
    Property "record.hash" () -> Type::Object("hash"),
        "Returns the fields of a hash. Fails on another kind.";
    Property "record.list" () -> Type::Object("list"),
        "Returns the items of a list. Fails on another kind.";
    Property "record.set" () -> Type::Object("set"),
        "Returns the members of a set. Fails on another kind.";
    Property "record.sorted_set" () -> Type::Object("sorted_set"),
        "Returns the members of a sorted set. Fails on another kind.";
    Property "record.stream" () -> Type::Object("stream"),
        "Returns the entries of a stream. Fails on another kind.";
    Method "record.rename" (key: TextOrBytes) -> Unit,
        [Write] "Asks for the key to be renamed, together with all other edits. The last call counts."
        => "records.rename" "records.rename-text";
    Method "record.delete" () -> Unit,
        "Asks for the key to be deleted. Edits of its value are then without effect."
        => "records.delete";
    Method "record.emit" (key: TextOrBytes, value: Type::Value, expires_at: EXPIRY) -> Unit,
        [Write] "Asks for another key to be written: a value, or a text or bytes for a text record. It does not expire unless a time is given, Unix milliseconds."
        => "records.emit";
    Method "record.remove" (key: TextOrBytes) -> Unit,
        [Write] "Asks for another key to be deleted."
        => "records.remove" "records.remove-text";
    Method "record.lookup" (key: TextOrBytes) -> Type::Option(&Type::Record),
        [Read] "Returns a key that `lookups` had asked for, read-only; nothing if there is no such key. Fails for a key that was not asked for."
        => "records.lookup" "records.lookup-text";

    Method "hash.get" (name: Text) -> Type::Option(&Text),
        "Returns the value of a field as text, nothing if there is no such field; also written hash[name]. Fails where it is not UTF-8."
        => "hashes.get-text";
    Method "hash.get_bytes" (name: Text) -> Type::Option(&Bytes),
        "Returns the value of a field as bytes, nothing if there is no such field."
        => "hashes.get";
    Method "hash.get_or" (name: Text, default: Data) -> Data,
        "Returns the value of a field as text, or the given default if there is no such field.";
    Method "hash.set" (name: Text, value: TextOrBytes) -> Unit,
        "Sets a field, which keeps its own expiry, unlike with HSET; also written hash[name] = value. An integer or decimal is written as it prints; a float or bool is refused."
        => "hashes.set" "hashes.set-text";
    Method "hash.rename" (from: Text, to: Text) -> Unit,
        "Renames a field, which keeps its value, its expiry and its place. A field that has the new name is replaced; a field that is not there is left alone."
        => "hashes.rename" "hashes.rename-text";
    Method "hash.remove" (name: Text) -> Unit,
        "Removes a field, if it is there."
        => "hashes.remove" "hashes.remove-text";
    Method "hash.contains" (name: Text) -> Bool,
        "Says whether there is a field of this name."
        => "hashes.contains" "hashes.contains-text";
    Method "hash.len" () -> Integer,
        "Returns the number of fields."
        => "hashes.len";
    Method "hash.clear" () -> Unit,
        "Removes all fields."
        => "hashes.clear";
    Method "hash.names" () -> TEXTS,
        "Returns the names of all fields."
        => "hashes.names" "hashes.names-text";
    Method "hash.to_map" () -> Data,
        "Returns all fields as a map of texts."
        => "hashes.fields" "hashes.fields-text";
    Method "hash.expires_at" (name: Text) -> EXPIRY,
        "Returns when a field expires, Unix milliseconds; nothing if it does not."
        => "hashes.expires-at";
    Method "hash.set_expires_at" (name: Text, at: Timestamp) -> Unit,
        "Sets when a field expires, Unix milliseconds; nothing makes it persistent. Fails if there is no such field."
        => "hashes.set-expires-at";

    Method "list.get" (index: Integer) -> Text,
        "Returns an item as text; a negative index counts from the end; also written list[index]. Fails where there is no such item."
        => "lists.get-text";
    Method "list.get_bytes" (index: Integer) -> Bytes,
        "Returns an item as bytes."
        => "lists.get";
    Method "list.set" (index: Integer, value: TextOrBytes) -> Unit,
        "Replaces an item; also written list[index] = value."
        => "lists.set" "lists.set-text";
    Method "list.push" (value: TextOrBytes) -> Unit,
        "Adds an item at the end."
        => "lists.push" "lists.push-text";
    Method "list.push_front" (value: TextOrBytes) -> Unit,
        "Adds an item at the beginning."
        => "lists.push-front";
    Method "list.insert" (index: Integer, value: TextOrBytes) -> Unit,
        "Inserts an item before another one."
        => "lists.insert";
    Method "list.remove" (index: Integer) -> Unit,
        "Removes an item."
        => "lists.remove";
    Method "list.len" () -> Integer,
        "Returns the number of items."
        => "lists.len";
    Method "list.items" () -> TEXTS,
        "Returns all items as texts; `for item in rec.list` walks them one by one."
        => "lists.items" "lists.items-text";
    Method "list.clear" () -> Unit,
        "Removes all items."
        => "lists.clear";

    Method "set.contains" (member: TextOrBytes) -> Bool,
        "Says whether there is such a member."
        => "sets.contains" "sets.contains-text";
    Method "set.add" (member: TextOrBytes) -> Unit,
        "Adds a member, if it is not there."
        => "sets.add" "sets.add-text";
    Method "set.remove" (member: TextOrBytes) -> Unit,
        "Removes a member, if it is there."
        => "sets.remove" "sets.remove-text";
    Method "set.rename" (from: TextOrBytes, to: TextOrBytes) -> Unit,
        "Replaces a member by another one, if it is there."
        => "sets.rename";
    Method "set.members" () -> TEXTS,
        "Returns all members as texts; `for member in rec.set` walks them one by one."
        => "sets.members" "sets.members-text";
    Method "set.len" () -> Integer,
        "Returns the number of members."
        => "sets.len";
    Method "set.clear" () -> Unit,
        "Removes all members."
        => "sets.clear";

    Method "sorted_set.score" (member: TextOrBytes) -> Type::Option(&Float),
        "Returns the score of a member, nothing if there is no such member."
        => "sorted-sets.score" "sorted-sets.score-text";
    Method "sorted_set.contains" (member: TextOrBytes) -> Bool,
        "Says whether there is such a member."
        => "sorted-sets.contains";
    Method "sorted_set.add" (member: TextOrBytes, score: Float) -> Unit,
        "Adds a member with its score, or sets the score of a member. An integer must fit a double exactly."
        => "sorted-sets.add" "sorted-sets.add-text";
    Method "sorted_set.remove" (member: TextOrBytes) -> Unit,
        "Removes a member, if it is there."
        => "sorted-sets.remove" "sorted-sets.remove-text";
    Method "sorted_set.rename" (from: TextOrBytes, to: TextOrBytes) -> Unit,
        "Renames a member, which keeps its score, if it is there. A member that has the new name is replaced."
        => "sorted-sets.rename";
    Method "sorted_set.members" () -> TEXTS,
        "Returns all members as texts, in ZRANGE's order.";
    Method "sorted_set.entries" () -> Type::List(&Data),
        "Returns all members as [member, score], in ZRANGE's order."
        => "sorted-sets.members" "sorted-sets.members-text";
    Method "sorted_set.len" () -> Integer,
        "Returns the number of members."
        => "sorted-sets.len";
    Method "sorted_set.clear" () -> Unit,
        "Removes all members."
        => "sorted-sets.clear";

    Method "stream.len" () -> Integer,
        "Returns the number of entries."
        => "streams.len";
    Property "stream.last_id" () -> Type::StreamId,
        "Returns the last id that was given out."
        => "streams.last-id";
    Method "stream.ids" () -> Type::List(&Type::StreamId),
        "Returns the ids of all entries in order."
        => "streams.ids";
    Method "stream.entries" () -> Type::List(&Data),
        "Returns all entries in order, each with its id and its fields as [name, value] pairs."
        => "streams.entries";
    Method "stream.get" (id: Type::StreamId) -> Type::Option(&PAIRS),
        "Returns the fields of an entry as [name, value] pairs, nothing if there is no such entry."
        => "streams.get";
    Method "stream.field" (id: Type::StreamId, name: Text) -> Type::Option(&Text),
        "Returns the first field of this name of an entry, nothing if there is none."
        => "streams.field" "streams.field-text";
    Method "stream.set" (id: Type::StreamId, fields: Data) -> Unit,
        "Replaces the fields of an entry, which keeps its id and what is pending of it. Fields are a map or a list of [name, value] pairs."
        => "streams.set";
    Method "stream.set_field" (id: Type::StreamId, name: Text, value: TextOrBytes) -> Unit,
        "Sets a field of an entry, at the end if it is new."
        => "streams.set-field" "streams.set-field-text";
    Method "stream.rename_field" (id: Type::StreamId, from: Text, to: Text) -> Unit,
        "Renames the fields of this name of an entry."
        => "streams.rename-field";
    Method "stream.remove_field" (id: Type::StreamId, name: Text) -> Unit,
        "Removes the fields of this name of an entry. Fails if none would be left."
        => "streams.remove-field";
    Method "stream.add" (id: Type::StreamId, fields: Data) -> Unit,
        "Adds an entry at the end. Fails unless its id is larger than the last one."
        => "streams.add";
    Method "stream.remove" (id: Type::StreamId) -> Unit,
        "Removes an entry, if it is there. Groups keep what is pending of it, as with XDEL."
        => "streams.remove";
    Method "stream.groups" () -> Type::List(&Data),
        "Returns the consumer groups: name, last_id, and how many entries are pending and consumers known."
        => "streams.groups";

    Function "text" (value: TextOrBytes) -> Type::Value,
        "Makes a text value.";
    Function "hash" (fields: Data) -> Type::Value,
        "Makes a hash of a map.";
    Function "list" (items: Data) -> Type::Value,
        "Makes a list of an array.";
    Function "set" (members: Data) -> Type::Value,
        "Makes a set of an array.";
    Function "sorted_set" (members: Data) -> Type::Value,
        "Makes a sorted set of a map of scores, or of an array of [member, score] pairs.";
    Function "stream" (entries: Data) -> Type::Value,
        "Makes a stream without groups of an array of entries, as stream.entries gives them: each with its id, larger than the one before, and its fields, a map or [name, value] pairs.";
    Property "value.kind" () -> Text,
        "Returns the kind of a value.";
    Property "value.size" () -> Integer,
        "Returns the size of a value, as record.size does.";

    Absent "records.seed" () -> Integer,
        "Returns the seed of the record's own random numbers, which depends on the run's seed and the key alone. A script has random()."
        => "records.seed";
    Absent "records.ask" (key: TextOrBytes) -> Unit,
        [Read] "Asks for a key that the transform of a record will look up. A script returns the keys from `lookups`."
        => "records.ask" "records.ask-text";
    Absent "records.fail" (error: Data) -> Unit,
        "Says that a record's transform ended with an error that it did not handle. A script throws."
        => "records.fail";
    Absent "json.remove" (pointer: Text) -> Unit,
        "Removes a member or item of a JSON document, by its JSON Pointer. A script edits rec.json."
        => "json.remove";
};
