//! The least rights that a user (ACL) needs: the commands that this store sends, and how key patterns are written for a server.
//!
//! What is listed here is what `probe` asks for before a run, and what a run goes on to use.

use remold_host_api::Pattern;

use super::options::GuardChoice;

/// A server, as far as its rights differ from those of others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kin {
    /// Whether it is a Valkey.
    pub is_valkey: bool,
    /// Its major and minor version.
    pub version: (u32, u32),
}

/// Says that a text names no server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("expected a product and its version such as `redis-7.2` or `valkey-8.0`")]
pub struct InvalidKin;

impl std::str::FromStr for Kin {
    type Err = InvalidKin;

    fn from_str(text: &str) -> Result<Self, InvalidKin> {
        let (product, version) = text.split_once('-').ok_or(InvalidKin)?;
        Self::of(product, version).ok_or(InvalidKin)
    }
}

impl Kin {
    /// Takes the words by which a server says what it is; `None` if it is none of these.
    pub fn of(product: &str, version: &str) -> Option<Self> {
        let is_valkey = match product {
            "redis" => false,
            "valkey" => true,
            _ => return None,
        };
        let mut numbers = version.split('.').map(|number| number.parse().ok());
        let major = numbers.next()??;
        let minor = numbers.next().unwrap_or(Some(0))?;
        Some(Self {
            is_valkey,
            version: (major, minor),
        })
    }

    /// Whether a right over keys can be to read them only.
    const fn has_rights_to_read(self) -> bool {
        self.version.0 >= 7
    }

    const fn has_field_expiry(self) -> bool {
        match (self.is_valkey, self.version) {
            (true, (major, _)) => major >= 9,
            (false, (major, minor)) => major > 7 || (major == 7 && minor >= 4),
        }
    }
}

/// What is done with keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyRight {
    /// They are read.
    Read,
    /// They are read and written.
    ReadAndWrite,
}

/// What every run sends: to log in and look around, to list, read and write keys, and to keep its books.
const ALWAYS: &[&str] = &[
    "auth",
    "client|setname",
    "select",
    "info",
    "time",
    "config|get",
    "dbsize",
    "randomkey",
    "memory|usage",
    "object",
    "scan",
    "type",
    "dump",
    "pttl",
    "restore",
    "rename",
    "del",
    "unlink",
    "pexpire",
    "pexpireat",
    "persist",
    "get",
    "set",
    "hget",
    "hmget",
    "hgetall",
    "hset",
    "hdel",
    "sadd",
    "srem",
    "zadd",
    "zrem",
    "zscore",
    "zrange",
    "zremrangebyscore",
    "xadd",
    "multi",
    "exec",
    "discard",
];

/// What reads a value in parts.
const IN_PARTS: &[&str] = &[
    "getrange",
    "lrange",
    "sscan",
    "zscan",
    "hscan",
    "xrange",
    "xinfo|stream",
];

/// Lists the commands that a run sends, as `ACL SETUSER` takes them behind a `+`.
pub fn commands(kin: Kin, guard: GuardChoice, in_parts: bool) -> Vec<&'static str> {
    let mut all = ALWAYS.to_vec();
    all.extend(match guard {
        GuardChoice::Auto | GuardChoice::Watch | GuardChoice::None => ["watch", "unwatch"],
        GuardChoice::Lua => ["eval", "evalsha"],
    });
    if kin.version.0 >= 7 {
        all.push("pexpiretime");
    }
    if in_parts {
        all.extend(IN_PARTS);
    }
    if kin.has_field_expiry() {
        all.push("hpexpireat");
        if in_parts {
            all.push("hpexpiretime");
        }
    }
    all
}

/// Writes a pattern of keys as `ACL SETUSER` takes it: `%R~user:*`. A server that cannot tell reading from writing gives both.
pub fn key_rule(kin: Kin, right: KeyRight, pattern: &str) -> String {
    match right {
        KeyRight::Read if kin.has_rights_to_read() => format!("%R~{pattern}"),
        KeyRight::Read | KeyRight::ReadAndWrite => format!("~{pattern}"),
    }
}

/// Writes the pattern that one key alone matches.
pub fn exactly(key: &str) -> String {
    let mut pattern = String::new();
    for letter in key.chars() {
        if matches!(letter, '*' | '?' | '[' | ']' | '\\' | '^') {
            pattern.push('\\');
        }
        pattern.push(letter);
    }
    debug_assert!(Pattern::new(pattern.clone()).matches(key.as_bytes()));
    pattern
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kin(text: &str) -> Kin {
        text.parse().expect("it is a server")
    }

    #[test]
    fn a_server_is_named_by_product_and_version() {
        assert_eq!(kin("redis-6.2").version, (6, 2));
        assert_eq!(kin("redis-8").version, (8, 0));
        assert!(kin("valkey-8.1.3").is_valkey);
        for wrong in ["redis", "redis-", "6.2", "dragonfly-1.0", "redis-x"] {
            assert_eq!(wrong.parse::<Kin>(), Err(InvalidKin), "{wrong}");
        }
    }

    #[test]
    fn only_commands_that_a_server_has_are_listed() {
        let has = |kin, command| commands(kin, GuardChoice::Auto, true).contains(&command);
        assert!(!has(kin("redis-6.2"), "pexpiretime"));
        assert!(has(kin("redis-7.0"), "pexpiretime"));
        assert!(!has(kin("redis-7.2"), "hpexpireat"));
        assert!(has(kin("redis-7.4"), "hpexpireat"));
        assert!(!has(kin("valkey-8.1"), "hpexpireat"));
        assert!(has(kin("valkey-9.0"), "hpexpireat"));
    }

    #[test]
    fn reading_is_told_from_writing_where_the_server_can() {
        let rule = |server| key_rule(kin(server), KeyRight::Read, "plan:*");
        assert_eq!(rule("redis-6.2"), "~plan:*");
        assert_eq!(rule("redis-7.0"), "%R~plan:*");
    }

    #[test]
    fn a_key_alone_is_a_pattern_without_wild_cards() {
        assert_eq!(exactly("a*b[1]"), r"a\*b\[1\]");
    }
}
