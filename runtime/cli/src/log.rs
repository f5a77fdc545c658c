//! Log lines on standard error: for programs that collect them, and for people who read what those have collected.

use serde_json::{Map, Value};

use crate::arguments::LogFormat;
use crate::screen;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Level {
    /// As it should be.
    Info,
    /// It goes on, and somebody may want to look.
    Warn,
    /// It does not go on.
    Error,
}

impl Level {
    const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

/// Writes log lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Log(LogFormat);

impl Log {
    /// Writes lines of this form.
    pub(crate) const fn new(format: LogFormat) -> Self {
        Self(format)
    }

    /// Writes a line: what happened, and the facts of it.
    pub(crate) fn write(self, level: Level, message: &str, facts: Map<String, Value>) {
        let now = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ");
        screen::err(&self.line(&now.to_string(), level, message, facts));
    }

    fn line(self, now: &str, level: Level, message: &str, facts: Map<String, Value>) -> String {
        match self.0 {
            LogFormat::Json => {
                let mut line = Map::new();
                line.insert("ts".to_owned(), now.into());
                line.insert("level".to_owned(), level.name().into());
                line.insert("msg".to_owned(), message.into());
                line.extend(facts);
                format!("{}\n", Value::Object(line))
            }
            LogFormat::Text => {
                let fact = |(name, value): (&String, &Value)| match value {
                    Value::String(text) if is_plain(text) => format!(" {name}={text}"),
                    value => format!(" {name}={value}"),
                };
                let facts: String = facts.iter().map(fact).collect();
                let level = level.name();
                format!("{now} {level:<5} {message}{facts}\n")
            }
        }
    }
}

/// Says whether a text can stand between blanks as it is.
fn is_plain(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_graphic() && c != '"' && c != '=')
}

/// Makes the facts of a line: names and values.
pub(crate) fn facts<const N: usize>(facts: [(&str, Value); N]) -> Map<String, Value> {
    facts
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-30T12:00:00.000Z";

    #[test]
    fn a_line_is_one_object_or_one_line_for_people() {
        let said = || {
            facts([
                ("run", "names-1".into()),
                ("reason", "it is \"away\"\nnow".into()),
                ("keys", 3.into()),
                ("eta", Value::Null),
            ])
        };
        let json = Log::new(LogFormat::Json).line(NOW, Level::Warn, "waiting", said());
        assert_eq!(
            json,
            "{\"ts\":\"2026-11-30T12:00:00.000Z\",\"level\":\"warn\",\"msg\":\"waiting\",\"run\":\"names-1\",\
             \"reason\":\"it is \\\"away\\\"\\nnow\",\"keys\":3}\n"
        );
        let text = Log::new(LogFormat::Text).line(NOW, Level::Warn, "waiting", said());
        assert_eq!(
            text,
            "2026-11-30T12:00:00.000Z warn  waiting run=names-1 reason=\"it is \\\"away\\\"\\nnow\" keys=3\n"
        );
    }
}
