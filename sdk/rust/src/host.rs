//! The functions of the host, as the contract has them: in the sandbox the imports of the module, outside of it those of
//! the stand-in.
//!
//! Where the contract has a function twice, for bytes and for text, here is the one for bytes if it only takes them: in Rust
//! a text is bytes. Functions that return either are here twice.

mod import;

#[cfg(target_arch = "wasm32")]
pub(crate) use crate::abi::{List, Whole};
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use crate::stand_in::{List, Whole};

use std::panic::Location;

use crate::context::Level;
use crate::keyspace::Applied;
use crate::refusal::{Code, Refusal};
use crate::value::{
    HashField, Kind, Scored, StreamEntry, StreamField, StreamGroup, StreamId, Value,
};
#[cfg(target_arch = "wasm32")]
use import::import;
use import::{host, result, rust};

type Answer<T = ()> = Result<T, Refusal>;

host! {
    interface context = "remold:transform/context@0.1.0" {
        fn parameters = "parameters" () => String;
        fn now_ms = "now-ms" () -> u64;
        fn seed = "seed" () -> u64;
        fn log = "log" (level: level, message: text);
        fn print = "print" (text: bytes);
        #[allow(dead_code, reason = "outside of the sandbox a panic is the test runner's")]
        fn panic = "panic" (message: text, place: place);
    }

    interface records = "remold:transform/records@0.1.0" {
        fn key = "key" (i: u32) => Vec<u8>;
        fn key_text = "key-text" (i: u32) => Answer<String>;
        fn kind = "kind" (i: u32) -> Kind;
        fn size = "size" (i: u32) -> u64;
        fn seed = "seed" (i: u32) -> u64;
        fn expires_at = "expires-at" (i: u32) => Option<u64>;
        fn set_expires_at = "set-expires-at" (i: u32, at: moment) => Answer;
        fn ttl = "ttl" (i: u32) => Option<u64>;
        fn set_ttl = "set-ttl" (i: u32, ms: moment) => Answer;
        fn get_value = "get-value" (i: u32) => Value;
        fn set_value = "set-value" (i: u32, value: value) => Answer;
        fn rename = "rename" (i: u32, key: bytes) => Answer;
        fn delete = "delete" (i: u32) => Answer;
        fn emit = "emit" (i: u32, key: bytes, value: value, expires_at: moment) => Answer;
        fn remove = "remove" (i: u32, key: bytes) => Answer;
        fn ask = "ask" (i: u32, key: bytes) => Answer;
        fn lookup = "lookup" (i: u32, key: bytes) => Answer<Option<u32>>;
        fn skip = "skip" (i: u32, reason: text);
        fn reject = "reject" (i: u32, code: text, message: text);
        fn fail = "fail" (i: u32, code: code, message: text, place: place);
    }

    interface texts = "remold:transform/texts@0.1.0" {
        fn get = "get" (i: u32) => Answer<Vec<u8>>;
        fn get_text = "get-text" (i: u32) => Answer<String>;
        fn set = "set" (i: u32, value: bytes) => Answer;
    }

    interface json = "remold:transform/json@0.1.0" {
        fn get = "get" (i: u32, pointer: text) => Answer<Option<String>>;
        fn set = "set" (i: u32, pointer: text, value: text) => Answer;
        fn remove = "remove" (i: u32, pointer: text) => Answer;
    }

    interface hashes = "remold:transform/hashes@0.1.0" {
        fn get = "get" (i: u32, name: bytes) => Answer<Option<Vec<u8>>>;
        fn get_text = "get-text" (i: u32, name: text) => Answer<Option<String>>;
        fn set = "set" (i: u32, name: bytes, value: bytes) => Answer;
        fn rename = "rename" (i: u32, from: bytes, to: bytes) => Answer;
        fn remove = "remove" (i: u32, name: bytes) => Answer;
        fn contains = "contains" (i: u32, name: bytes) => Answer<bool>;
        fn len = "len" (i: u32) => Answer<u32>;
        fn clear = "clear" (i: u32) => Answer;
        fn names = "names" (i: u32, start: u32, limit: u32) => Answer<Vec<Vec<u8>>>;
        fn names_text = "names-text" (i: u32, start: u32, limit: u32) => Answer<Vec<String>>;
        fn fields = "fields" (i: u32, start: u32, limit: u32) => Answer<Vec<HashField>>;
        fn fields_text = "fields-text" (i: u32, start: u32, limit: u32) => Answer<Vec<(String, String)>>;
        fn expires_at = "expires-at" (i: u32, name: bytes) => Answer<Option<u64>>;
        fn set_expires_at = "set-expires-at" (i: u32, name: bytes, at: moment) => Answer;
    }

    interface lists = "remold:transform/lists@0.1.0" {
        fn len = "len" (i: u32) => Answer<u32>;
        fn get = "get" (i: u32, index: s64) => Answer<Vec<u8>>;
        fn get_text = "get-text" (i: u32, index: s64) => Answer<String>;
        fn set = "set" (i: u32, index: s64, value: bytes) => Answer;
        fn push = "push" (i: u32, value: bytes) => Answer;
        fn push_front = "push-front" (i: u32, value: bytes) => Answer;
        fn insert = "insert" (i: u32, index: s64, value: bytes) => Answer;
        fn remove = "remove" (i: u32, index: s64) => Answer;
        fn clear = "clear" (i: u32) => Answer;
        fn items = "items" (i: u32, start: u32, limit: u32) => Answer<Vec<Vec<u8>>>;
        fn items_text = "items-text" (i: u32, start: u32, limit: u32) => Answer<Vec<String>>;
    }

    interface sets = "remold:transform/sets@0.1.0" {
        fn len = "len" (i: u32) => Answer<u32>;
        fn contains = "contains" (i: u32, member: bytes) => Answer<bool>;
        fn add = "add" (i: u32, member: bytes) => Answer;
        fn remove = "remove" (i: u32, member: bytes) => Answer;
        fn rename = "rename" (i: u32, from: bytes, to: bytes) => Answer;
        fn clear = "clear" (i: u32) => Answer;
        fn members = "members" (i: u32, start: u32, limit: u32) => Answer<Vec<Vec<u8>>>;
        fn members_text = "members-text" (i: u32, start: u32, limit: u32) => Answer<Vec<String>>;
    }

    interface sorted_sets = "remold:transform/sorted-sets@0.1.0" {
        fn len = "len" (i: u32) => Answer<u32>;
        fn contains = "contains" (i: u32, member: bytes) => Answer<bool>;
        fn score = "score" (i: u32, member: bytes) => Answer<Option<f64>>;
        fn add = "add" (i: u32, member: bytes, score: f64) => Answer;
        fn remove = "remove" (i: u32, member: bytes) => Answer;
        fn rename = "rename" (i: u32, from: bytes, to: bytes) => Answer;
        fn clear = "clear" (i: u32) => Answer;
        fn members = "members" (i: u32, start: u32, limit: u32) => Answer<Vec<Scored>>;
        fn members_text = "members-text" (i: u32, start: u32, limit: u32) => Answer<Vec<(String, f64)>>;
    }

    interface streams = "remold:transform/streams@0.1.0" {
        fn len = "len" (i: u32) => Answer<u32>;
        fn last_id = "last-id" (i: u32) => Answer<StreamId>;
        fn ids = "ids" (i: u32, start: u32, limit: u32) => Answer<Vec<StreamId>>;
        fn entries = "entries" (i: u32, start: u32, limit: u32) => Answer<Vec<StreamEntry>>;
        fn get = "get" (i: u32, id: id) => Answer<Option<Vec<StreamField>>>;
        fn field = "field" (i: u32, id: id, name: bytes) => Answer<Option<Vec<u8>>>;
        fn field_text = "field-text" (i: u32, id: id, name: text) => Answer<Option<String>>;
        fn set = "set" (i: u32, id: id, fields: [&StreamField]) => Answer;
        fn set_field = "set-field" (i: u32, id: id, name: bytes, value: bytes) => Answer;
        fn rename_field = "rename-field" (i: u32, id: id, from: bytes, to: bytes) => Answer;
        fn remove_field = "remove-field" (i: u32, id: id, name: bytes) => Answer;
        fn add = "add" (i: u32, id: id, fields: [&StreamField]) => Answer;
        fn remove = "remove" (i: u32, id: id) => Answer;
        fn groups = "groups" (i: u32) => Answer<Vec<StreamGroup>>;
    }

    interface columns = "remold:transform/columns@0.1.0" {
        fn keys = "keys" () => Vec<Vec<u8>>;
        fn keys_text = "keys-text" () => Vec<Option<String>>;
        fn kinds = "kinds" () => Vec<Kind>;
        fn expiries = "expiries" () => Vec<Option<u64>>;
        fn set_expiries = "set-expiries" (at: [Option<u64>]);
        fn texts = "texts" () => Vec<Option<Vec<u8>>>;
        fn texts_text = "texts-text" () => Vec<Option<String>>;
        fn set_texts = "set-texts" (values: [Option<&[u8]>]);
        fn fields = "fields" (name: bytes) => Vec<Option<Vec<u8>>>;
        fn fields_text = "fields-text" (name: text) => Vec<Option<String>>;
        fn set_fields = "set-fields" (name: bytes, values: [Option<&[u8]>]);
        fn rename_fields = "rename-fields" (from: bytes, to: bytes);
        fn remove_fields = "remove-fields" (name: bytes);
        fn values = "values" () => Vec<Value>;
        fn set_values = "set-values" (values: [Option<&Value>]);
        fn rename = "rename" (keys: [Option<&[u8]>]);
        fn delete = "delete" (which: [bool]);
    }

    interface keyspace = "remold:transform/keyspace@0.1.0" {
        fn scan = "scan" (pattern: bytes, kind: kind) => Answer<Vec<Vec<u8>>>;
        fn get = "get" (keys: [&[u8]]) => Answer<Vec<Option<u32>>>;
        fn apply = "apply" (records: [u32]) => Answer<Vec<Applied>>;
        fn release = "release" (records: [u32]);
        fn progress = "progress" (done: u64, total: moment);
        fn checkpoint = "checkpoint" (state: bytes) => Answer;
        fn resumed_from = "resumed-from" () => Option<Vec<u8>>;
        fn skip = "skip" (reason: text);
        fn reject = "reject" (code: text, message: text);
        fn fail = "fail" (code: code, message: text, place: place);
    }

    interface backup = "remold:transform/backup@0.1.0" {
        fn create = "create" (name: text) => Answer<String>;
    }
}

#[cfg(test)]
mod tests;
