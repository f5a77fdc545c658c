//! Pure helpers of scripts.

use super::Type::{Bool, Bytes, Data, Decimal, Float, Integer, Text, TextOrBytes, Timestamp};
use super::{Form, HostFunction, Interface, Parameter, Type, rows};

const TEXTS: Type = Type::List(&Text);

pub(super) const FUNCTIONS: &[HostFunction] = rows! { Helpers:
    Function "parse_json" (text: TextOrBytes) -> Data,
        "Parses JSON without loss; see record.json for numbers. Fails on a member that occurs twice and on nesting beyond 100 levels.";
    Function "to_json" (data: Data, like: Type::Option(&TextOrBytes)) -> Text,
        "Prints data as compact JSON, the members of a map by name; or like an earlier text of it, in whose order and with whose spelling of what did not change.";
    Function "json_at" (data: Data, pointer: Text) -> Data,
        "Returns what is at a JSON Pointer (RFC 6901), nothing if there is no such place. The empty pointer is the whole.";
    Function "json_with" (data: Data, pointer: Text, value: Data) -> Data,
        "Returns the data with a value at a JSON Pointer: a member or item that is replaced, a new member, or a new item at the end of a list. Fails where what is around it is not there.";
    Function "json_patch" (data: Data, operations: Data) -> Data,
        "Returns the data with the operations of a JSON Patch (RFC 6902) applied: a list of maps with op, path, and value or from. Fails if one cannot be. Numbers are the same for a test where they are written the same.";
    Function "json_path" (data: Data, path: Text) -> Type::List(&Data),
        "Returns what a JSONPath (RFC 9535) finds.";
    Function "json_places" (data: Data, path: Text) -> TEXTS,
        "Returns the JSON Pointers of what a JSONPath finds, each once, in the order of the document.";
    Method "number.to_float" () -> Float,
        "Returns the nearest float of a JSON number that no integer and no decimal holds.";
    Function "parse_msgpack" (bytes: Bytes) -> Data,
        "Parses MessagePack. Fails on extension types and on names of members that are no text.";
    Function "to_msgpack" (data: Data) -> Bytes,
        "Prints data as MessagePack; binary is a blob.";
    Function "json_to_msgpack" (text: TextOrBytes, inexact: Type::Option(&Bool)) -> Bytes,
        "Rewrites JSON as MessagePack, members in their order. Fails on a number that neither 64 bits nor a double hold exactly, unless inexact is true, which rounds it.";
    Function "msgpack_to_json" (bytes: Bytes) -> Text,
        "Rewrites MessagePack as compact JSON, members in their order. Fails on binary, on extension types, on floats that are no numbers, and on names of members that are no text.";
    Function "php_to_json" (bytes: TextOrBytes) -> Text,
        "Rewrites what PHP's serialize wrote as compact JSON. An array with the keys 0, 1, 2 … is a list, any other an object in its order. Fails on objects, references, texts that are not UTF-8 and floats that are no numbers.";
    Function "json_to_php" (text: TextOrBytes) -> Text,
        "Rewrites JSON as PHP's serialize writes it; objects become arrays.";
    Function "php_session_to_json" (bytes: TextOrBytes) -> Text,
        "Rewrites a session as PHP's session handler stores it, name|value, as a JSON object; see php_to_json.";
    Function "json_to_php_session" (text: TextOrBytes) -> Text,
        "Rewrites a JSON object as PHP's session handler stores a session.";
    Function "base64" (data: TextOrBytes) -> Text,
        "Encodes as base64 with padding (RFC 4648).";
    Function "base64_decode" (text: Text) -> Bytes,
        "Decodes base64, with or without padding.";
    Function "base64_url" (data: TextOrBytes) -> Text,
        "Encodes as base64 for URLs, without padding.";
    Function "base64_url_decode" (text: Text) -> Bytes,
        "Decodes base64 for URLs, with or without padding.";
    Function "hex" (data: TextOrBytes) -> Text,
        "Encodes as lower-case hexadecimal text.";
    Function "hex_decode" (text: Text) -> Bytes,
        "Decodes hexadecimal text.";
    Function "url_encode" (data: TextOrBytes) -> Text,
        "Encodes for a part of a URL (RFC 3986, all but unreserved characters).";
    Function "url_decode" (text: Text) -> Text,
        "Decodes a part of a URL. Fails where it is not UTF-8.";
    Function "to_text" (bytes: TextOrBytes) -> Text,
        "Returns bytes as text. Fails where they are not UTF-8.";
    Function "sha256" (data: TextOrBytes) -> Text,
        "Returns the SHA-256 hash in hexadecimal.";
    Function "sha1" (data: TextOrBytes) -> Text,
        "Returns the SHA-1 hash in hexadecimal.";
    Function "md5" (data: TextOrBytes) -> Text,
        "Returns the MD5 hash in hexadecimal.";
    Function "hmac_sha256" (key: TextOrBytes, data: TextOrBytes) -> Text,
        "Returns the HMAC with SHA-256 in hexadecimal.";
    Function "crc32" (data: TextOrBytes) -> Integer,
        "Returns the CRC-32 of ISO 3309, as in gzip.";
    Function "xxh3" (data: TextOrBytes) -> Text,
        "Returns the 64-bit XXH3 hash in hexadecimal.";
    Function "decimal" (value: Text) -> Decimal,
        "Makes an exact decimal number of a text or an integer. Fails beyond 28 digits.";
    Function "to_minor" (amount: Decimal, digits: Integer) -> Integer,
        "Returns an amount in its smallest unit: to_minor(12.30, 2) is 1230. Fails if it has more digits.";
    Function "from_minor" (minor: Integer, digits: Integer) -> Decimal,
        "Returns the amount of a number of smallest units: from_minor(1230, 2) is 12.30.";
    Function "round_decimal" (amount: Decimal, digits: Integer, mode: Text) -> Decimal,
        "Rounds to a number of digits behind the point; the mode is half-even, half-up, half-down, down, up, floor or ceiling.";
    Function "parse_time" (text: Text, format: Type::Option(&Text), zone: Type::Option(&Text)) -> Timestamp,
        "Reads a time, Unix milliseconds: RFC 3339, or by a strptime format and a time zone, which counts where the text has no offset of its own and is UTC if it is not given.";
    Function "format_time" (ms: Timestamp, format: Type::Option(&Text), zone: Type::Option(&Text)) -> Text,
        "Prints a time: RFC 3339 in UTC, or by a strftime format and a time zone, UTC if it is not given.";
    Function "matches" (text: Text, pattern: Text) -> Bool,
        "Says whether a regular expression is found in a text.";
    Function "regex_find" (text: Text, pattern: Text) -> Type::Option(&Text),
        "Returns the first match, nothing if there is none.";
    Function "regex_find_all" (text: Text, pattern: Text) -> TEXTS,
        "Returns all matches.";
    Function "regex_captures" (text: Text, pattern: Text) -> Type::Option(&Type::List(&Type::Option(&Text))),
        "Returns the groups of the first match, the whole match first; nothing if there is none.";
    Function "regex_replace" (text: Text, pattern: Text, with: Text) -> Text,
        "Replaces all matches; $1 and ${name} stand for groups.";
    Function "regex_split" (text: Text, pattern: Text) -> TEXTS,
        "Splits a text at all matches.";
    Function "nfc" (text: Text) -> Text,
        "Returns the text in Unicode's normal form C.";
    Function "nfkc" (text: Text) -> Text,
        "Returns the text in Unicode's normal form KC.";
    Function "fold_case" (text: Text) -> Text,
        "Returns the text with its case folded, for comparison without regard to case.";
    Function "trimmed" (text: Text) -> Text,
        "Returns the text without white space at its ends.";
    Function "gzip" (data: TextOrBytes) -> Bytes,
        "Packs with gzip.";
    Function "gunzip" (bytes: Bytes) -> Bytes,
        "Unpacks gzip.";
    Function "zlib" (data: TextOrBytes) -> Bytes,
        "Packs with zlib (RFC 1950).";
    Function "unzlib" (bytes: Bytes) -> Bytes,
        "Unpacks zlib. Fails where something follows the stream.";
    Function "zstd" (data: TextOrBytes) -> Bytes,
        "Packs with Zstandard.";
    Function "unzstd" (bytes: Bytes) -> Bytes,
        "Unpacks Zstandard. Fails on windows of more than 8 MiB.";
    Function "lz4" (data: TextOrBytes) -> Bytes,
        "Packs as an LZ4 frame.";
    Function "unlz4" (bytes: Bytes) -> Bytes,
        "Unpacks an LZ4 frame.";
    Function "uuid" () -> Text,
        "Returns a UUID of version 4 from the record's own random sequence, the same in every run with the same seed.";
    Function "uuid_v5" (namespace: Text, name: TextOrBytes) -> Text,
        "Returns the UUID of version 5 of a name; the namespace is a UUID, or dns, url, oid or x500.";
    Function "uuid_v7" () -> Text,
        "Returns a UUID of version 7 at the run's frozen clock, from the record's own random sequence.";
    Function "random" (low: Integer, high: Integer) -> Integer,
        "Draws an integer from low to high, both included, from the record's own random sequence.";
};
