//! What a value is encoded for: the RDB version and the server's thresholds for its compact forms.

/// An RDB version, as a payload's footer or a file's header gives it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u16);

/// The product whose meaning of type bytes a version follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Family {
    /// Redis, and Valkey up to 8.x, which wrote Redis' version 11.
    Redis,
    /// Valkey from 9.0 on: versions from 80.
    Valkey,
}

impl Version {
    /// Returns whose meaning of type bytes this version follows.
    pub const fn family(self) -> Family {
        if self.0 >= 80 { Family::Valkey } else { Family::Redis }
    }
}

/// Up to where the server keeps a value in its compact form. Names are those of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Thresholds {
    /// `hash-max-listpack-entries`.
    pub hash_max_listpack_entries: usize,
    /// `hash-max-listpack-value`, bytes.
    pub hash_max_listpack_value: usize,
    /// `set-max-intset-entries`.
    pub set_max_intset_entries: usize,
    /// `set-max-listpack-entries`.
    pub set_max_listpack_entries: usize,
    /// `set-max-listpack-value`, bytes.
    pub set_max_listpack_value: usize,
    /// `zset-max-listpack-entries`.
    pub zset_max_listpack_entries: usize,
    /// `zset-max-listpack-value`, bytes.
    pub zset_max_listpack_value: usize,
    /// `list-max-listpack-size`: entries if positive, a size class if negative.
    pub list_max_listpack_size: i64,
    /// `stream-node-max-bytes`; 0 for no limit.
    pub stream_node_max_bytes: usize,
    /// `stream-node-max-entries`; 0 for no limit.
    pub stream_node_max_entries: usize,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            hash_max_listpack_entries: 128,
            hash_max_listpack_value: 64,
            set_max_intset_entries: 512,
            set_max_listpack_entries: 128,
            set_max_listpack_value: 64,
            zset_max_listpack_entries: 128,
            zset_max_listpack_value: 64,
            list_max_listpack_size: -2,
            stream_node_max_bytes: 4096,
            stream_node_max_entries: 100,
        }
    }
}

/// What a value is encoded for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The newest version that the reader accepts.
    pub version: Version,
    /// The reader's thresholds.
    pub thresholds: Thresholds,
    /// Whether long strings are compressed (`rdbcompression`).
    pub compress: bool,
}
