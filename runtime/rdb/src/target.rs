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
        if self.0 >= 80 {
            Family::Valkey
        } else {
            Family::Redis
        }
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
            hash_max_listpack_entries: 512,
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

impl Thresholds {
    /// Takes the thresholds out of what `CONFIG GET` returned: names and texts. Unknown names and texts
    /// that are no numbers are passed over; where nothing is said, the server's default stays. The names
    /// from before Redis 7.0, with `ziplist` in place of `listpack`, mean the same.
    pub fn from_config<'a>(pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut thresholds = Self::default();
        for (name, text) in pairs {
            thresholds.set(name, text);
        }
        thresholds
    }

    fn set(&mut self, name: &str, text: &str) {
        let size = match name {
            "list-max-listpack-size" | "list-max-ziplist-size" => {
                if let Ok(size) = text.parse() {
                    self.list_max_listpack_size = size;
                }
                return;
            }
            "hash-max-listpack-entries" | "hash-max-ziplist-entries" => {
                &mut self.hash_max_listpack_entries
            }
            "hash-max-listpack-value" | "hash-max-ziplist-value" => {
                &mut self.hash_max_listpack_value
            }
            "set-max-intset-entries" => &mut self.set_max_intset_entries,
            "set-max-listpack-entries" => &mut self.set_max_listpack_entries,
            "set-max-listpack-value" => &mut self.set_max_listpack_value,
            "zset-max-listpack-entries" | "zset-max-ziplist-entries" => {
                &mut self.zset_max_listpack_entries
            }
            "zset-max-listpack-value" | "zset-max-ziplist-value" => {
                &mut self.zset_max_listpack_value
            }
            "stream-node-max-bytes" => &mut self.stream_node_max_bytes,
            "stream-node-max-entries" => &mut self.stream_node_max_entries,
            _ => return,
        };
        if let Ok(number) = text.parse() {
            *size = number;
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
    /// Whether long strings are compressed (`rdbcompression`). The server accepts either, and keeps
    /// neither: compressing costs both sides time and saves bytes on the wire.
    pub compress: bool,
    /// Whether a payload carries its checksum. A server wants one; a payload that stays in the process that made it
    /// can do without.
    pub checksum: bool,
}

impl Target {
    /// Makes a target with the server's default thresholds, without compression, with checksums.
    pub fn new(version: Version) -> Self {
        Self {
            version,
            thresholds: Thresholds::default(),
            compress: false,
            checksum: true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thresholds_come_from_the_configuration_under_either_name() {
        let thresholds = Thresholds::from_config([
            ("hash-max-ziplist-entries", "10"),
            ("zset-max-listpack-value", "20"),
            ("list-max-ziplist-size", "-3"),
            ("stream-node-max-bytes", "0"),
            ("maxmemory-policy", "noeviction"),
            ("set-max-intset-entries", "many"),
        ]);
        let expected = Thresholds {
            hash_max_listpack_entries: 10,
            zset_max_listpack_value: 20,
            list_max_listpack_size: -3,
            stream_node_max_bytes: 0,
            ..Thresholds::default()
        };
        assert_eq!(thresholds, expected);
    }

    #[test]
    fn the_family_changes_at_80() {
        assert_eq!(Version(79).family(), Family::Redis);
        assert_eq!(Version(80).family(), Family::Valkey);
    }
}
