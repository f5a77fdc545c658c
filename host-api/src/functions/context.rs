//! The run: outcomes, clock, log, and what a caught error tells.

use super::Type::{Integer, Outcome, Text, Unit};
use super::{Form, HostFunction, Interface, Parameter, rows};

pub(super) const FUNCTIONS: &[HostFunction] = rows! { Context:
    Function "done" () -> Outcome,
        "Says that the edits stand, as does returning nothing.";
    Function "skip" (reason: Text) -> Outcome,
        "Says that the record is none of this transform's business; its edits are dropped.";
    Function "reject" (code: Text, message: Text) -> Outcome,
        "Says that the record should have been transformed and cannot be; it goes to the quarantine. The code is for counting.";
    Function "now_ms" () -> Integer,
        "Returns the run's frozen clock, Unix milliseconds.";
    Function "log_debug" (message: Text) -> Unit,
        "Logs a line for the author of the transform.";
    Function "log_info" (message: Text) -> Unit,
        "Logs a line; `print` does the same.";
    Function "log_warn" (message: Text) -> Unit,
        "Logs a line that is worth a look.";
    Property "error.code" () -> Text,
        "Returns the stable word of a caught refusal: denied, wrong-kind, out-of-range, not-text, invalid-argument, over-limit, not-looked-up or keyspace.";
    Property "error.message" () -> Text,
        "Returns the text of a caught refusal.";
};
