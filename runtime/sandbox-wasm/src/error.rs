//! Why a component cannot be used.

/// What is wrong with a component before it runs.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {message}")]
pub struct ComponentError {
    /// The component, as the manifest names it.
    pub file: String,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl ComponentError {
    /// Returns the stable word for reports.
    pub const fn code(&self) -> &'static str {
        "component"
    }
}

/// What is wrong, before it is known of which file.
#[derive(Debug)]
pub(crate) struct Problem {
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: None,
        }
    }

    pub(crate) fn with_hint(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            hint: Some(hint.into()),
        }
    }

    pub(crate) fn of(self, file: &str) -> ComponentError {
        ComponentError {
            file: file.to_owned(),
            message: self.message,
            hint: self.hint,
        }
    }
}
