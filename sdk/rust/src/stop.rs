//! How a transform ends early: it skips, it rejects, or it fails.

use std::borrow::Cow;
use std::error::Error;
use std::panic::Location;

use crate::host::records;
use crate::refusal::{Code, Refusal};

/// What a transform returns: `Ok(())` if the record is done.
///
/// The error is made by [`skip`], [`reject`] and [`fail`], or by `?` of any error at all.
pub type Result<T = (), E = Stop> = std::result::Result<T, E>;

/// Why the transform of a record ended before it was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The record is none of this transform's business; its edits are dropped.
    Skip {
        /// Why, for the report, which counts equal reasons.
        reason: Cow<'static, str>,
    },
    /// The record should have been transformed and cannot be; it goes to the quarantine.
    Reject {
        /// A short word for counting.
        code: Cow<'static, str>,
        /// What is wrong, for a person.
        message: Cow<'static, str>,
    },
    /// An error that the transform did not handle. The record counts as failed; its edits are dropped.
    Fail {
        /// The code of the host's refusal, if it is one.
        code: Option<Code>,
        /// What is wrong, with the errors behind it.
        message: String,
        /// Where the transform gave up: the place of the `?`.
        place: &'static Location<'static>,
    },
}

impl Stop {
    /// Tells the host how the transform of a record ended.
    #[cold]
    pub(crate) fn tell(&self, number: u32) {
        match self {
            Self::Skip { reason } => records::skip(number, reason),
            Self::Reject { code, message } => records::reject(number, code, message),
            Self::Fail {
                code,
                message,
                place,
            } => records::fail(number, *code, message, Some(place)),
        }
    }
}

/// Says that the record is none of this transform's business: `return skip("split already")`.
pub fn skip<T>(reason: impl Into<Cow<'static, str>>) -> Result<T> {
    Err(Stop::Skip {
        reason: reason.into(),
    })
}

/// Says that the record should have been transformed and cannot be: `return reject("no-name", "there is nothing to split")`.
///
/// The record goes to the quarantine. The code is a short word for counting, the message is for a person.
pub fn reject<T>(
    code: impl Into<Cow<'static, str>>,
    message: impl Into<Cow<'static, str>>,
) -> Result<T> {
    Err(Stop::Reject {
        code: code.into(),
        message: message.into(),
    })
}

/// Says that something is wrong with the transform rather than with the record, in the way that `?` does of an error.
#[track_caller]
pub fn fail<T>(message: impl Into<String>) -> Result<T> {
    Err(Stop::Fail {
        code: None,
        message: message.into(),
        place: Location::caller(),
    })
}

/// Makes a failure of any error, with the place of the `?`. A [`Refusal`] keeps its code.
impl<E: Error + 'static> From<E> for Stop {
    #[track_caller]
    #[cold]
    fn from(error: E) -> Self {
        let code = (&error as &dyn Error)
            .downcast_ref::<Refusal>()
            .map(|refusal| refusal.code);
        let mut message = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            message.push_str(": ");
            message.push_str(&error.to_string());
            source = error.source();
        }
        Self::Fail {
            code,
            message,
            place: Location::caller(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Result<i64> {
        Ok(text.parse::<i64>()?)
    }

    #[test]
    fn an_error_becomes_a_failure_with_the_place_of_the_question_mark() {
        let Err(Stop::Fail {
            code,
            message,
            place,
        }) = number("x")
        else {
            unreachable!("x is no number");
        };
        assert_eq!(code, None);
        assert_eq!(message, "invalid digit found in string");
        assert_eq!(place.file(), file!());
        assert_eq!(place.line(), line!() - 16);
    }

    #[test]
    fn a_refusal_keeps_its_code() {
        let refused = || -> Result {
            Err(Refusal {
                code: Code::WrongKind,
                message: "no hash".to_owned(),
            })?;
            Ok(())
        };
        let Err(Stop::Fail { code, message, .. }) = refused() else {
            unreachable!("it was refused");
        };
        assert_eq!((code, message.as_str()), (Some(Code::WrongKind), "no hash"));
    }

    #[test]
    fn skip_and_reject_fit_any_result() {
        let nested: Result<String> = skip("not ours");
        assert_eq!(
            nested,
            Err(Stop::Skip {
                reason: "not ours".into()
            })
        );
        let rejected: Result = reject("no-name", format!("record {}", 1));
        assert_eq!(
            rejected,
            Err(Stop::Reject {
                code: "no-name".into(),
                message: "record 1".into()
            })
        );
    }
}
