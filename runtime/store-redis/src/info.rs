//! Reads the text of `INFO`: `name:value` lines under `# Section` lines.

/// What the server says of itself; empty where `INFO` is denied.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Info {
    fields: Vec<(String, String)>,
}

impl Info {
    /// Adds the fields of one section.
    pub(crate) fn add(&mut self, text: &str) {
        let fields = text.lines().filter(|line| !line.starts_with('#'));
        self.fields.extend(fields.filter_map(|line| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_owned(), value.trim_end().to_owned()))
        }));
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let field = self.fields.iter().find(|(field, _)| field == name)?;
        Some(field.1.as_str())
    }

    pub(crate) fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.parse().ok()
    }

    /// Whether a field says yes.
    pub(crate) fn is_on(&self, name: &str) -> bool {
        self.get(name) == Some("1")
    }

    /// What identifies the history of the data; `None` where the server does not say.
    pub(crate) fn history(&self) -> Option<String> {
        let (run, replication) = (self.get("run_id")?, self.get("master_replid")?);
        Some(format!("{run}/{replication}"))
    }

    /// Product and version.
    pub(crate) fn product(&self) -> (&'static str, String) {
        match (self.get("valkey_version"), self.get("redis_version")) {
            (Some(version), _) => ("valkey", version.to_owned()),
            (None, Some(version)) => ("redis", version.to_owned()),
            (None, None) => ("redis", "unknown".to_owned()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_and_sections_are_not() {
        let mut info = Info::default();
        info.add("# Server\r\nredis_version:7.2.4\r\nvalkey_version:8.0.1\r\nrun_id:abc\r\n\r\n");
        info.add("# Replication\r\nrole:master\r\nmaster_replid:def\r\nloading:1\r\n");
        assert_eq!(info.product(), ("valkey", "8.0.1".to_owned()));
        assert_eq!(info.history().as_deref(), Some("abc/def"));
        assert!(info.is_on("loading"));
        assert_eq!(info.get("# Server"), None);
        assert_eq!(Info::default().history(), None);
    }
}
