//! What is wrong with text that is no YAML, with the advice that its usual cause calls for.

use granit_parser::ErrorKind;

use super::MAX_DEPTH;
use crate::error::Problem;

/// Makes the problem of an error of the YAML parser.
pub(super) fn syntax(kind: &ErrorKind) -> Problem {
    let advice = match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => Some("YAML is indented by spaces, never by tabs"),
        ErrorKind::UnknownAnchor => Some(
            "a text that begins with `*` is written in quotes: \"*\"; otherwise define the anchor with `&name` before it is used",
        ),
        ErrorKind::MissingAnchorOrAliasName => {
            Some("a text that begins with `*` or `&` is written in quotes: \"*\"")
        }
        ErrorKind::UnknownQuotedScalarEscape => {
            Some("write `\\\\` for a backslash in double quotes, or use single quotes")
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            Some("a text with `: ` in it is written in quotes")
        }
        ErrorKind::SimpleKeyExpected | ErrorKind::ExpectedBlockMappingKey => Some(
            "a field is written `name: value`, and the fields of one mapping have the same indentation",
        ),
        ErrorKind::UnexpectedCharacter { character } if character.is_control() => {
            Some("write the character as an escape in double quotes: \"\\u001b\"")
        }
        ErrorKind::UnexpectedCharacter { .. } => {
            Some("a text that begins with a special character is written in quotes")
        }
        ErrorKind::RecursionLimitExceeded => {
            return Problem::TooDeep { limit: MAX_DEPTH };
        }
        _ => None,
    };
    Problem::Syntax {
        message: kind.to_string(),
        advice,
    }
}
